"""Allotments of two bodies that became one: their seats add up, and part again.

The ledger stays as it is: what was used is used, and what was unused is the kept body's. Where
both have an allotment, the kept one's release date holds; where only one was still open, that
one's does.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.events.actions.seats import find_allotment, lock_ledger
from services.events.model import Allotment, MergedAllotment, Nomination, Registration
from shared.foundation.clock import rfc3339

SEATED = ("draft", "submitted", "confirmed")


def join_allotments(session: Session, merge_id: UUID, kept_id: UUID, gone_id: UUID) -> None:
    """The other's allotments become part of the kept's."""
    query = select(Allotment.workshop_id).where(Allotment.organisation_id == gone_id)
    for workshop_id in session.scalars(query.order_by(Allotment.workshop_id)).all():
        lock_ledger(session, workshop_id)
        own, other = (find_allotment(session, workshop_id, each) for each in (kept_id, gone_id))
        if other is None:
            continue
        was = {"kept": _plain(own) if own else None, "gone": _plain(other)}
        if own is None:
            other.organisation_id, after = kept_id, other
        else:
            _add_up(own, other)
            session.delete(other)
            after = own
        after.version += 1
        session.flush()
        was["after"] = _plain(after)
        session.add(MergedAllotment(merge_id=merge_id, workshop_id=workshop_id, was=was))


def _add_up(own: Allotment, other: Allotment) -> None:
    """The unused seats of a released allotment are the pool's already: they are not added."""
    if own.is_open != other.is_open:
        released, still_open = (other, own) if own.is_open else (own, other)
        own.release_at, own.released_at = still_open.release_at, None
        own.seats = still_open.seats + released.used
    else:
        own.seats += other.seats
    own.used += other.used
    own.alternates += other.alternates


def part_allotments(session: Session, merge_id: UUID, kept_id: UUID, gone_id: UUID) -> None:
    """Each has again what it had. What was changed since is parted by who holds the seats."""
    query = select(MergedAllotment).where(MergedAllotment.merge_id == merge_id)
    for each in session.scalars(query.order_by(MergedAllotment.workshop_id)).all():
        lock_ledger(session, each.workshop_id)
        whole = find_allotment(session, each.workshop_id, kept_id)
        if whole is not None:
            kept, gone = _shares(session, whole, each.was, gone_id)
            _write(session, whole, kept, gone, gone_id)
        session.delete(each)
    session.flush()


Share = dict[str, Any]


def _shares(
    session: Session, whole: Allotment, was: Share, gone_id: UUID
) -> tuple[Share | None, Share]:
    """What is the kept's, and the other's; together as many seats, used and unused."""
    if _plain(whole) == was["after"]:
        return was["kept"], was["gone"]
    now_is = _plain(whole)
    used = min(_held_by(session, whole.workshop_id, gone_id), whole.used)
    rest = whole.used - used
    if was["kept"] is None and not rest:
        return None, now_is
    seats = max(used, min(was["gone"]["seats"], whole.seats - rest))
    alternates = min(was["gone"]["alternates"], whole.alternates)
    gone = now_is | {"seats": seats, "used": used, "alternates": alternates}
    kept = now_is | {
        "seats": max(whole.seats - seats, 0),
        "used": rest,
        "alternates": whole.alternates - alternates,
    }
    return kept, gone


def _held_by(session: Session, workshop_id: UUID, body_id: UUID) -> int:
    """Seats of the body's that nominations and registrations hold, those too that were offered."""
    counts = (
        select(func.count()).where(
            Nomination.workshop_id == workshop_id,
            Nomination.organisation_id == body_id,
            Nomination.has_seat,
            Nomination.state.in_(SEATED),
        ),
        select(func.count()).where(
            Registration.workshop_id == workshop_id, Registration.seat_of == body_id
        ),
    )
    return sum(session.scalar(each) or 0 for each in counts)


def _write(
    session: Session, whole: Allotment, kept: Share | None, gone: Share, gone_id: UUID
) -> None:
    if kept is None:
        whole.organisation_id = gone_id
        _set(whole, gone)
    else:
        _set(whole, kept)
        other = Allotment(workshop_id=whole.workshop_id, organisation_id=gone_id, version=1)
        _set(other, gone)
        session.add(other)
    whole.version += 1


def _plain(allotment: Allotment) -> Share:
    facts: Share = {name: getattr(allotment, name) for name in ("seats", "used", "alternates")}
    for name in ("release_at", "released_at"):
        instant: datetime | None = getattr(allotment, name)
        facts[name] = rfc3339(instant) if instant else None
    return facts


def _set(allotment: Allotment, share: Share) -> None:
    for name in ("seats", "used", "alternates"):
        setattr(allotment, name, share[name])
    for name in ("release_at", "released_at"):
        text = share[name]
        setattr(allotment, name, datetime.fromisoformat(text) if text else None)
