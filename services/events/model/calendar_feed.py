"""A person's own calendar feed: an address that calendar programs ask."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.events.model.base import Base
from services.events.model.link import link_token


class CalendarFeed(Base):
    """secret: of the address; a new one makes the old address open nothing."""

    __tablename__ = "calendar_feeds"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    secret: Mapped[str]
    made_at: Mapped[datetime]

    @property
    def link_token(self) -> str:
        """The bearer for this one calendar."""
        return link_token("calendar", self.person_id, self.secret)
