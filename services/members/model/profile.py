"""What an organisation says of itself to everyone."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from services.members.model.base import Base
from shared.foundation.languages import Text


class OrganisationProfile(Base):
    """id: of its organisation; without a profile, nobody who is not signed in sees it.

    texts: about it, by language. shows_contact: whether everyone reads its mail address, telephone,
    web address and address.
    """

    __tablename__ = "organisation_profiles"

    id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    texts: Mapped[Text]
    shows_contact: Mapped[bool]
    published_at: Mapped[datetime]
