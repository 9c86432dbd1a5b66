"""A webhook: an address that is told by HTTP what happens, each message with every attempt."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.notifications.model.base import Base

IS_QUEUED: Final = "state = 'queued'"
IS_ACTIVE: Final = "state = 'active'"


class Webhook(Base):
    """State: active ⇄ disabled; removed ends it.

    types: message types, or `plenary.SERVICE.*`. subtree: also of the organisations below.
    sealed_secret, sealed_old_secret: `whsec_…`, sealed; the old one signs too until
    old_secret_until. failing_since: of the first failure after the last success; failures: how many
    since. lease_until: one worker at a time posts to it. next_at: it is left alone until then.
    served_at: when it last had its turn.
    """

    __tablename__ = "webhooks"
    __table_args__ = (
        Index(None, "organisation_id", "id"),
        Index(
            "ix_webhooks_active",
            "served_at",
            sqlite_where=text(IS_ACTIVE),
            postgresql_where=text(IS_ACTIVE),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]
    organisation_id: Mapped[UUID]
    subtree: Mapped[bool]
    url: Mapped[str]
    description: Mapped[str]
    types: Mapped[list[Any]]
    state: Mapped[str]
    reason: Mapped[str]
    sealed_secret: Mapped[str]
    sealed_old_secret: Mapped[str | None]
    old_secret_until: Mapped[datetime | None]
    owner_id: Mapped[UUID]
    created_at: Mapped[datetime]
    failing_since: Mapped[datetime | None]
    failures: Mapped[int]
    lease_until: Mapped[datetime | None]
    next_at: Mapped[datetime]
    served_at: Mapped[datetime]


class WebhookMessage(Base):
    """What is posted, the same bytes at every attempt. id: the message's own.

    body: CloudEvents JSON; empty once the person whom it is about was erased. email_key, name:
    of a guest whom it is about.
    """

    __tablename__ = "webhook_messages"
    __table_args__ = (
        Index(None, "person_id"),
        Index(None, "email_key"),
        Index(None, "created_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    type: Mapped[str]
    body: Mapped[str]
    person_id: Mapped[UUID | None]
    email_key: Mapped[str | None]
    name: Mapped[str | None]
    created_at: Mapped[datetime]


class WebhookDelivery(Base):
    """One message on its way to one webhook. State: queued → sent, failed or cancelled; missed.

    missed: told while the webhook was disabled. tries: since it was queued or replayed.
    """

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        Index(None, "webhook_id", "message_id", unique=True),
        Index(None, "message_id"),
        Index(
            "ix_webhook_deliveries_due",
            "webhook_id",
            "due_at",
            "id",
            sqlite_where=text(IS_QUEUED),
            postgresql_where=text(IS_QUEUED),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    webhook_id: Mapped[UUID] = mapped_column(ForeignKey("webhooks.id"))
    message_id: Mapped[UUID] = mapped_column(ForeignKey("webhook_messages.id"))
    state: Mapped[str]
    due_at: Mapped[datetime]
    tries: Mapped[int]
    created_at: Mapped[datetime]
    message: Mapped[WebhookMessage] = relationship(lazy="raise")


class WebhookAttempt(Base):
    """One post. status: HTTP's; None: none came. answer: its first 1,024 bytes, as text."""

    __tablename__ = "webhook_attempts"
    __table_args__ = (Index(None, "webhook_id", "number"), Index(None, "delivery_id"))

    number: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True
    )
    webhook_id: Mapped[UUID] = mapped_column(ForeignKey("webhooks.id"))
    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("webhook_deliveries.id"))
    at: Mapped[datetime]
    outcome: Mapped[str]
    status: Mapped[int | None]
    duration_ms: Mapped[int]
    answer: Mapped[str]
    detail: Mapped[str]
    delivery: Mapped[WebhookDelivery] = relationship(lazy="raise")
