"""Suppressions: addresses that nothing is sent to."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.notifications.actions.failures import AlreadySuppressed
from services.notifications.model import Suppression
from shared.contracts.notifications import AddressSuppressed
from shared.foundation.ids import new_id
from shared.foundation.names import fold_email
from shared.messaging.outbox import tell


def find_suppression(session: Session, email: str) -> Suppression | None:
    """The suppression of the address that is in force."""
    query = select(Suppression).where(
        Suppression.email_key == fold_email(email), Suppression.lifted_at.is_(None)
    )
    return session.scalars(query).one_or_none()


def suppress(
    session: Session,
    email: str,
    *,
    reason: str,
    now: datetime,
    expires_at: datetime | None = None,
) -> Suppression:
    """Send nothing there from now on. Tells AddressSuppressed; a second time is one."""
    found = find_suppression(session, email)
    if found is not None:
        return found
    made = Suppression(
        id=new_id(),
        email=email,
        email_key=fold_email(email),
        reason=reason,
        created_at=now,
        expires_at=expires_at,
    )
    session.add(made)
    told = AddressSuppressed(suppression_id=made.id, email=email, reason=reason)
    tell(session, told, now=now)
    return made


def suppress_by_hand(
    session: Session, email: str, *, reason: str, expires_at: datetime | None, now: datetime
) -> Suppression:
    """As `suppress`. Raises AlreadySuppressed for an address that is."""
    if find_suppression(session, email) is not None:
        raise AlreadySuppressed("Nothing is sent to this address already.")
    return suppress(session, email, reason=reason, now=now, expires_at=expires_at)


def lift(session: Session, suppression: Suppression, *, now: datetime) -> None:
    """Send there again; what was suppressed in the meantime is not sent afterwards."""
    suppression.lifted_at = suppression.lifted_at or now
    session.flush()
