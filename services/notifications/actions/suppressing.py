"""Suppressions: addresses that nothing is sent to."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.notifications.actions.failures import AlreadySuppressed
from services.notifications.actions.recording import record
from services.notifications.model import Suppression
from services.notifications.model.suppression import ALL
from shared.contracts.notifications import AddressSuppressed
from shared.foundation.failures import Invalid
from shared.foundation.ids import new_id
from shared.foundation.names import fold_email
from shared.messaging.outbox import tell

BY_ITSELF: Final = "timer"


def find_suppression(session: Session, email: str, *, now: datetime) -> Suppression | None:
    """The suppression of the address that is in force; one that has expired is lifted."""
    query = select(Suppression).where(
        Suppression.email_key == fold_email(email), Suppression.lifted_at.is_(None)
    )
    found = session.scalars(query).one_or_none()
    if found is None or found.expires_at is None or found.expires_at > now:
        return found
    found.lifted_at = found.expires_at
    session.flush()
    return None


def suppress(
    session: Session,
    email: str,
    *,
    reason: str,
    now: datetime,
    expires_at: datetime | None = None,
    scope: str = ALL,
    actor: str = BY_ITSELF,
) -> Suppression:
    """Send nothing there from now on. Tells AddressSuppressed; a second time is one.

    What held for less holds for more from then on: an address that was complained of, and is none.
    """
    found = find_suppression(session, email, now=now)
    if found is not None:
        if scope == ALL and found.scope != ALL:
            _record(
                session, found, before=found.scope, after=ALL, actor=actor, now=now, reason=reason
            )
            found.scope, found.reason, found.expires_at = ALL, reason, expires_at
        return found
    made = Suppression(
        id=new_id(),
        email=email,
        email_key=fold_email(email),
        reason=reason,
        scope=scope,
        created_at=now,
        expires_at=expires_at,
    )
    session.add(made)
    _record(session, made, before=None, after=scope, actor=actor, now=now, reason=reason)
    told = AddressSuppressed(suppression_id=made.id, email=email, reason=reason)
    tell(session, told, now=now)
    return made


def _record(session: Session, made: Suppression, **step: Any) -> None:
    record(session, Suppression.__tablename__, made.id, **step)


def suppress_by_hand(
    session: Session,
    email: str,
    *,
    reason: str,
    scope: str,
    expires_at: datetime | None,
    actor: str,
    now: datetime,
) -> Suppression:
    """As `suppress`. Raises AlreadySuppressed for an address that is, Invalid for a past end."""
    if expires_at is not None and expires_at <= now:
        raise Invalid.at("/expires_at", "This time has passed; leave it out for no end.")
    if find_suppression(session, email, now=now) is not None:
        raise AlreadySuppressed("Nothing is sent to this address already.")
    return suppress(
        session, email, reason=reason, now=now, expires_at=expires_at, scope=scope, actor=actor
    )


def lift(session: Session, suppression: Suppression, *, actor: str, now: datetime) -> None:
    """Send there again; what was suppressed in the meantime is not sent afterwards."""
    if suppression.lifted_at is None:
        before = suppression.scope
        _record(session, suppression, before=before, after="lifted", actor=actor, now=now)
    suppression.lifted_at = suppression.lifted_at or now
    session.flush()
