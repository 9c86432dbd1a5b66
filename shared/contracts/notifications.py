"""What notifications tells: which addresses can't be reached, which mails failed for good."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts.message import Message, told_by
from shared.contracts.privacy import DataGathered, PersonForgotten


@told_by("notifications", hearers=("members",))
@dataclass(frozen=True, kw_only=True)
class AddressSuppressed(Message):
    """Mail to this address bounced for good; nothing more is sent there until it is lifted."""

    suppression_id: UUID
    email: str
    reason: str

    @property
    def subject(self) -> UUID:
        return self.suppression_id


@told_by("notifications", hearers=())
@dataclass(frozen=True, kw_only=True)
class WebhookTested(Message):
    """Somebody tries a webhook: posted to it alone, and told to nobody else."""

    webhook_id: UUID

    @property
    def subject(self) -> UUID:
        return self.webhook_id


@told_by("notifications", hearers=("notifications",))
@dataclass(frozen=True, kw_only=True)
class DeliveryFailed(Message):
    """A delivery ended without reaching its recipient. about_id: the registration and so on."""

    delivery_id: UUID
    about_id: UUID
    category: str
    reason: str

    @property
    def subject(self) -> UUID:
        return self.delivery_id


@told_by("notifications", hearers=("members",))
@dataclass(frozen=True, kw_only=True)
class TokenUsedForNotifications(Message):
    """A personal token was used here; told now and then, not for each request."""

    token_id: UUID
    used_at: datetime

    @property
    def subject(self) -> UUID:
        return self.token_id


@told_by("notifications", hearers=("members",))
@dataclass(frozen=True, kw_only=True)
class PersonForgottenByNotifications(PersonForgotten):
    """What was erased of a person here."""


@told_by("notifications", hearers=("members",))
@dataclass(frozen=True, kw_only=True)
class DataGatheredByNotifications(DataGathered):
    """Some of what is held about a person here."""
