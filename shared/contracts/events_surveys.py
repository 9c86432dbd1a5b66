"""What events tells of surveys; never what was answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from shared.contracts.events import MAIL, RegistrationState
from shared.contracts.message import Message, told_by


@told_by("events", hearers=MAIL)
@dataclass(frozen=True, kw_only=True)
class SurveyAsked(Message):
    """Somebody is asked to answer a survey. kind: before or after the workshop."""

    survey_id: UUID
    kind: str
    titles: Mapping[str, str]
    is_anonymous: bool
    registration: RegistrationState

    @property
    def subject(self) -> UUID:
        return self.registration.registration_id
