"""How long memberships last: their terms by their types, renewal, and the daily timer."""

from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from services.members.actions.noticing import notify
from services.members.actions.offering import find_type
from services.members.actions.recording import MEMBERSHIPS, move, take_turn
from services.members.model import Membership, MembershipType
from services.members.model.membership_type import MONTHS, last_day_of
from services.members.queries.scopes import ancestors_of
from shared.days import day_of
from shared.foundation.failures import Conflict, Invalid
from shared.foundation.sentences import said
from shared.messaging.outbox import tell

GRACE: Final = timedelta(days=30)
"""How long a member without a type is kept after its term, before its membership lapses."""
NOTICE: Final = timedelta(days=30)
FARTHEST: Final = timedelta(days=50 * 365)
DUE: Final = "its day has come"


def set_end(membership: Membership, ends_on: date | None, type_: MembershipType | None) -> None:
    """Set the last day, and with it the days of notice and of lapsing."""
    membership.ends_on = ends_on
    if ends_on is None:
        membership.notice_on = membership.lapses_on = None
        return
    grace = timedelta(days=type_.grace_days) if type_ else GRACE
    notice = timedelta(days=type_.notice_days) if type_ else NOTICE
    membership.lapses_on = ends_on + grace
    membership.notice_on = ends_on - notice


def begin_term(membership: Membership, type_: MembershipType | None) -> None:
    """Set the first term's end by the type; an earlier one that was asked for is kept.

    Raises Invalid for a later one.
    """
    last, asked = membership.ends_on, membership.ends_on
    if type_ is not None and type_.term != "open":
        last = type_.last_day(membership.starts_on)
        if asked is not None and last is not None and asked > last:
            raise Invalid.at(
                "/ends_on", said("A term of this type ends on %(last)s; leave it out.", last=last)
            )
    set_end(membership, asked or last, type_)


def go_on(session: Session, membership: Membership, *, now: datetime) -> None:
    """Add a term: of the type, or a year. One without an end stays so. Raises Conflict."""
    if membership.ends_on is None:
        return
    type_ = find_type(session, membership.host_id, membership.type)
    last = max(membership.ends_on, day_of(session, now) - timedelta(days=1))
    if last > day_of(session, now) + FARTHEST:
        raise Conflict("This membership reaches far enough; renew it later.")
    first = last + timedelta(days=1)
    set_end(membership, type_.last_day(first) if type_ else last_day_of(first, MONTHS), type_)


def standing_on(membership: Membership, today: date) -> str:
    """What a membership that is neither asked for nor suspended is on the day, by its term."""
    if membership.ends_on is None or membership.ends_on >= today:
        return "active"
    lapses_on = membership.lapses_on or membership.ends_on + GRACE
    return "in_grace" if lapses_on >= today else "lapsed"


def step(
    session: Session,
    membership: Membership,
    state: str,
    *,
    notice: str,
    actor: str,
    now: datetime,
    reason: str,
) -> Membership:
    """Put the membership into a state, tell it, and notify those whom the notice is for."""
    move(session, membership, state, actor=actor, now=now, reason=reason)
    tell(session, membership.told(), now=now)
    notify(session, membership, notice, actor=actor, now=now, reason=reason)
    return membership


def keep_terms(session: Session, *, now: datetime, at_once: int = 500) -> int:
    """Do what has come to its day: begin approved memberships, then grace, then lapse.

    Answers how many were changed; ask again while it is `at_once`.
    """
    take_turn(session, MEMBERSHIPS)
    today = day_of(session, now)
    is_over = or_(
        Membership.lapses_on < today,
        and_(Membership.lapses_on.is_(None), Membership.ends_on < today - GRACE),
    )
    due = or_(
        and_(Membership.state == "approved", Membership.starts_on <= today),
        and_(Membership.state == "active", Membership.ends_on < today),
        and_(Membership.state == "in_grace", is_over),
    )
    query = select(Membership).where(due).order_by(Membership.id).limit(at_once)
    found = list(session.scalars(query.with_for_update(skip_locked=True)))
    for membership in found:
        state, notice = _next(session, membership, today)
        step(session, membership, state, notice=notice, actor="timer", now=now, reason=DUE)
    return len(found)


def _next(session: Session, membership: Membership, today: date) -> tuple[str, str]:
    """The state that follows, and the notice of it."""
    if membership.state == "approved":
        if membership.member_id in ancestors_of(session, membership.host_id):
            return "rejected", "rejected"
        return "active", ""
    state = "lapsed" if membership.state == "in_grace" else standing_on(membership, today)
    return state, state


def give_notice(session: Session, *, now: datetime, at_once: int = 500) -> int:
    """Tell members whose term ends soon, once a term. Answers how many; ask again while full."""
    query = select(Membership).where(
        Membership.state == "active", Membership.notice_on <= day_of(session, now)
    )
    query = query.order_by(Membership.id).limit(at_once)
    found = list(session.scalars(query.with_for_update(skip_locked=True)))
    for membership in found:
        membership.notice_on = None
        notify(session, membership, "ending", actor="timer", now=now)
    return len(found)
