"""Whose people a copied workshop invites once it is published."""

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from services.events.model.base import Base


class CopiedPeople(Base):
    """Of a copy that was made with its people, until all are invited.

    source_id: the workshop that they had a seat at. after: the last registration that is done.
    """

    __tablename__ = "copied_people"

    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshops.id"), primary_key=True)
    source_id: Mapped[UUID]
    after: Mapped[UUID | None]
