"""What events tells: workshops, nominations, registrations, seats."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts.message import Message, told_by

MAIL = ("notifications",)


@dataclass(frozen=True, kw_only=True)
class Venue:
    """Where: mode is onsite, online or hybrid."""

    mode: str
    name: str = ""
    address: str = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class WorkshopState:
    """The whole of a workshop that hearers need. titles, summary: language → text."""

    workshop_id: UUID
    version: int
    titles: Mapping[str, str]
    summary: Mapping[str, str]
    kind: str
    state: str
    host_id: UUID
    host_names: Mapping[str, str]
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    venue: Venue


@dataclass(frozen=True, kw_only=True)
class _AboutWorkshop(Message):
    workshop: WorkshopState

    @property
    def subject(self) -> UUID:
        return self.workshop.workshop_id


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class WorkshopPublished(_AboutWorkshop):
    """The workshop can be seen and registered for."""


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class WorkshopChanged(_AboutWorkshop):
    """A published workshop changed. changed: names of the fields that did.

    spares_nights: whoever has night there is told in the morning.
    """

    changed: tuple[str, ...]
    spares_nights: bool = False


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class WorkshopPostponed(_AboutWorkshop):
    """The workshop will not be held at its time; a new time is told later."""

    reason: str


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class WorkshopRescheduled(_AboutWorkshop):
    """A postponed workshop has its new time. spares_nights: as in `WorkshopChanged`."""

    reason: str
    spares_nights: bool = False


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class WorkshopCancelled(_AboutWorkshop):
    """The workshop will not be held."""

    reason: str


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class WorkshopClosed(_AboutWorkshop):
    """Registration ended."""


@dataclass(frozen=True, kw_only=True)
class OfferState:
    """A seat held for one entry until `expires_at`."""

    offer_id: UUID
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class RegistrationState:
    """The whole of a registration. link_token: bearer for this one object, for its mails."""

    registration_id: UUID
    version: int
    workshop_id: UUID
    person_id: UUID | None
    organisation_id: UUID | None
    name: str
    email: str
    locale: str
    state: str
    place: int | None
    link_token: str
    offer: OfferState | None = None


@dataclass(frozen=True, kw_only=True)
class AboutRegistration(Message):
    """What is told of one registration."""

    registration: RegistrationState

    @property
    def subject(self) -> UUID:
        return self.registration.registration_id


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class RegistrationConfirmed(AboutRegistration):
    """The attendee has a seat."""


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class RegistrationPending(AboutRegistration):
    """The registration waits for the organizer's approval and holds a seat."""


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class RegistrationQueued(AboutRegistration):
    """The attendee is on the waiting list, at `place`."""


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class SeatOffered(AboutRegistration):
    """A seat is held for a waiting attendee until the offer expires.

    is_for_group: it is one of a whole group's, whose contact is told and answers.
    """

    is_for_group: bool = False


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class OfferExpired(AboutRegistration):
    """The offer was not taken in time; the seat goes to the next."""


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class OfferDeclined(AboutRegistration):
    """The attendee did not want the offered seat; it goes to the next."""


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class RegistrationCancelled(AboutRegistration):
    """The registration was taken back, by the attendee or an organizer."""

    reason: str


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class RegistrationRejected(AboutRegistration):
    """The organizer did not approve the registration."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class NominationState:
    """The whole of a nomination. link_token: bearer for this one object, for its mails."""

    nomination_id: UUID
    version: int
    workshop_id: UUID
    organisation_id: UUID
    organisation_names: Mapping[str, str]
    person_id: UUID | None
    name: str
    email: str
    locale: str
    role: str
    capacity: str
    state: str
    link_token: str
    confirm_by: datetime | None


@dataclass(frozen=True, kw_only=True)
class _AboutNomination(Message):
    nomination: NominationState

    @property
    def subject(self) -> UUID:
        return self.nomination.nomination_id


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class NominationSubmitted(_AboutNomination):
    """A body named a person for a seat: the nominee is asked to confirm."""


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class NominationConfirmed(_AboutNomination):
    """The nominee accepted; their registration is told by itself."""


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class NominationDeclined(_AboutNomination):
    """The nominee does not take the seat.

    with_registration: by cancelling the registration that came of it, which is told too.
    """

    with_registration: bool = False


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class NominationWithdrawn(_AboutNomination):
    """The body took its nomination back."""

    reason: str


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class NominationSubstituted(_AboutNomination):
    """The body named somebody else for the seat; by: the new nomination."""

    by: UUID


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class NominationLapsed(_AboutNomination):
    """The nominee did not confirm in time."""


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class SeatsFreed(Message):
    """Seats came back. cause: cancelled, declined, expired, released, enlarged …"""

    workshop_id: UUID
    seats: int
    cause: str

    @property
    def subject(self) -> UUID:
        return self.workshop_id
