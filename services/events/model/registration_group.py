"""A group: several people whom one contact has registered."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.events.model.base import Base
from services.events.model.link import link_token
from shared.contracts.events_groups import GroupState


class RegistrationGroup(Base):
    """name, email: of the contact, who answers for all. person_id: of the contact's account.

    is_together: all get seats at once, or all wait. passed_by: how many people got seats of the
    pool that were not enough for it.
    """

    __tablename__ = "registration_groups"
    __table_args__ = (
        Index(None, "workshop_id", "email_key"),
        Index(None, "email_key"),
        Index(None, "person_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshops.id"))
    person_id: Mapped[UUID | None]
    organisation_id: Mapped[UUID | None]
    name: Mapped[str]
    email: Mapped[str]
    email_key: Mapped[str]
    locale: Mapped[str]
    is_together: Mapped[bool]
    passed_by: Mapped[int] = mapped_column(default=0)
    secret: Mapped[str]
    created_at: Mapped[datetime]

    @property
    def link_token(self) -> str:
        """The bearer for this one group, for its mails."""
        return link_token("group", self.id, self.secret)

    @property
    def key_of_people(self) -> str:
        """Stands for an address of those who have none: the contact's is not theirs."""
        return f"group:{self.id}"

    def told_as(self, *, people: int, place: int | None = None) -> GroupState:
        """The state that messages carry. place: of its first in line."""
        return GroupState(
            group_id=self.id,
            workshop_id=self.workshop_id,
            organisation_id=self.organisation_id,
            person_id=self.person_id,
            name=self.name,
            email=self.email,
            locale=self.locale,
            people=people,
            place=place,
            link_token=self.link_token,
        )
