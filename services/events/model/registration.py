"""A registration: a person's own consent and data, holding a seat or a place in line."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.events.model.base import Base
from services.events.model.link import link_token
from shared.contracts.events import OfferState, RegistrationState

STATES: Final = (
    *("pending", "waiting", "offered", "confirmed"),
    *("attended", "no_show", "rejected", "cancelled"),
)
TOLD: Final = (
    "version",
    "workshop_id",
    "person_id",
    "organisation_id",
    "name",
    "email",
    "locale",
    "state",
)
LIVE: Final = "state NOT IN ('cancelled', 'rejected')"


def _partial(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index of some of the registrations."""
    kind = "uq" if unique else "ix"
    condition = text(where)
    return Index(
        f"{kind}_registrations_{name}",
        *columns,
        unique=unique,
        sqlite_where=condition,
        postgresql_where=condition,
    )


class Registration(Base):
    """One person at one workshop. email_key, name_key: folded, to know the same asker again.

    queue_number: order in line, None off the line. seat_of: the body from whose allotment
    its seat is; None: from the pool. group_id: of those whom one contact has registered.
    """

    __tablename__ = "registrations"
    __table_args__ = (
        _partial("live_asker", "workshop_id", "email_key", "name_key", where=LIVE, unique=True),
        _partial("line", "workshop_id", "queue_number", where="state = 'waiting'"),
        # Guests and single people, most of all there are, cost these nothing.
        _partial("person_id", "person_id", where="person_id IS NOT NULL"),
        _partial("group_id", "group_id", where="group_id IS NOT NULL"),
        Index(None, "workshop_id", "id"),
        Index(None, "email_key"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshops.id"))
    person_id: Mapped[UUID | None]
    organisation_id: Mapped[UUID | None]
    nomination_id: Mapped[UUID | None] = mapped_column(ForeignKey("nominations.id"))
    name: Mapped[str]
    name_key: Mapped[str]
    email: Mapped[str]
    email_key: Mapped[str]
    locale: Mapped[str]
    answers: Mapped[dict[str, Any]]
    state: Mapped[str]
    group_id: Mapped[UUID | None]
    queue_number: Mapped[int | None]
    seat_of: Mapped[UUID | None]
    secret: Mapped[str]
    created_at: Mapped[datetime]

    @property
    def link_token(self) -> str:
        """The bearer for this one registration, for its mails."""
        return link_token("registration", self.id, self.secret)

    def told_as(
        self, *, place: int | None = None, offer: OfferState | None = None
    ) -> RegistrationState:
        """The state that messages carry."""
        columns = {name: getattr(self, name) for name in ("id", "secret", *TOLD)}
        return state_of(columns, place=place, offer=offer)


def state_of(
    columns: Mapping[str, Any], *, place: int | None = None, offer: OfferState | None = None
) -> RegistrationState:
    """The state that messages carry, of a registration's columns."""
    return RegistrationState(
        registration_id=columns["id"],
        link_token=link_token("registration", columns["id"], columns["secret"]),
        place=place,
        offer=offer,
        **{name: columns[name] for name in TOLD},
    )


class RegistrationChange(Base):
    """A change that somebody asked for when registration was closed already.

    State: pending, approved, rejected. wanted: column → value, of name, locale and answers.
    """

    __tablename__ = "registration_changes"
    __table_args__ = (
        Index(
            "uq_registration_changes_pending",
            "registration_id",
            unique=True,
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    registration_id: Mapped[UUID] = mapped_column(ForeignKey("registrations.id"))
    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshops.id"))
    wanted: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(default="pending")
    asked_at: Mapped[datetime]


class Offer(Base):
    """A seat held for one waiting registration until a time.

    State: open, accepted, declined, expired. seat_of: as a registration's.
    """

    __tablename__ = "offers"
    __table_args__ = (
        Index(None, "state", "expires_at"),
        Index(
            "uq_offers_open_registration",
            "registration_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    registration_id: Mapped[UUID] = mapped_column(ForeignKey("registrations.id"))
    workshop_id: Mapped[UUID] = mapped_column(ForeignKey("workshops.id"))
    seat_of: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(default="open")
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]

    def told_as(self) -> OfferState:
        """The part of the registration's state that tells of it."""
        return OfferState(offer_id=self.id, expires_at=self.expires_at)
