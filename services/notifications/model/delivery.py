"""A delivery: one notification on its way by one channel, with every attempt."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.notifications.model.base import Base
from services.notifications.model.notification import Notification

OPEN: Final = "state IN ('queued', 'claimed')"
ELSEWHERE_OPEN: Final = f"{OPEN} AND channel IN ('push', 'chat', 'sms')"
"""Few beside the mails: they are found without going through those."""
HELD: Final = "state = 'held'"
IN_DIGEST: Final = "digest_id IS NOT NULL"
NOT_DONE: Final = "state NOT IN ('claimed', 'sent', 'delivered')"
"""What is asked for by its state: few. An index of the many that are done costs each mail."""


class Delivery(Base):
    """State: held → queued → claimed → sent; or suppressed, opted_out, bounced, failed, cancelled.

    digest_id: the delivery of the digest that it went into, or of the later news that took its
    place while it was held.
    due_at: when to try (again). lease_until: a claim that is older was lost with its process.
    message_id: the mail's own, the same at every attempt. priority: 0 first. address: of a mail;
    by another channel what is shown of it, and the key names the person: see `Address`.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        Index(None, "notification_id", "channel", unique=True),
        Index(
            "ix_deliveries_due",
            "priority",
            "due_at",
            "id",
            sqlite_where=text(OPEN),
            postgresql_where=text(OPEN),
        ),
        Index(
            "ix_deliveries_due_elsewhere",
            "priority",
            "due_at",
            "id",
            sqlite_where=text(ELSEWHERE_OPEN),
            postgresql_where=text(ELSEWHERE_OPEN),
        ),
        Index(None, "address_key"),
        Index(
            "ix_deliveries_state_id",
            "state",
            "id",
            sqlite_where=text(NOT_DONE),
            postgresql_where=text(NOT_DONE),
        ),
        Index(
            "ix_deliveries_held",
            "due_at",
            sqlite_where=text(HELD),
            postgresql_where=text(HELD),
        ),
        Index(
            "ix_deliveries_in_digest",
            "digest_id",
            sqlite_where=text(IN_DIGEST),
            postgresql_where=text(IN_DIGEST),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    notification_id: Mapped[UUID] = mapped_column(ForeignKey("notifications.id"))
    channel: Mapped[str]
    address: Mapped[str]
    address_key: Mapped[str]
    state: Mapped[str] = mapped_column(default="queued")
    priority: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    message_id: Mapped[str]
    sent_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    digest_id: Mapped[UUID | None]
    notification: Mapped[Notification] = relationship(lazy="raise")


class Attempt(Base):
    """One try to hand a delivery over. outcome: sent, deferred, bounced, failed, unknown.

    No foreign key: it is written with its delivery's own row, and checking it costs each mail a
    second write of that row, by a plan that is kept from when there were none.
    """

    __tablename__ = "attempts"
    __table_args__ = (Index(None, "delivery_id"),)

    number: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True
    )
    delivery_id: Mapped[UUID]
    at: Mapped[datetime]
    outcome: Mapped[str]
    detail: Mapped[str]
