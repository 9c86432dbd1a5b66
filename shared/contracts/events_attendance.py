"""What events tells of a registration after its first day: claimed, changed, attended, missed."""

from dataclasses import dataclass

from shared.contracts.events import MAIL, AboutRegistration
from shared.contracts.message import told_by


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class RegistrationClaimed(AboutRegistration):
    """A guest's registration now belongs to an account with the same confirmed address."""


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class RegistrationChanged(AboutRegistration):
    """The attendee or the organizer changed the name, the language or the answers."""


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class RegistrationAttended(AboutRegistration):
    """The attendee was checked in for the first time."""


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class RegistrationMissed(AboutRegistration):
    """The workshop was held, others were checked in, and the attendee was not."""
