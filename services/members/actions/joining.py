"""Memberships: an organisation asks to belong to another, is taken in, stays, and leaves."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.actions.enrolling import enrol_all
from services.members.actions.failures import AlreadyThere, Circle
from services.members.actions.lasting import begin_term, go_on, standing_on, step
from services.members.actions.offering import find_type, require_offered
from services.members.actions.recording import (
    MEMBERSHIPS,
    lock,
    record,
    require_state,
    step_of,
    take_turn,
)
from services.members.model import Membership, Organisation
from services.members.model.membership import ACTIVE, OPEN
from services.members.queries.scopes import ancestors_of
from shared.days import day_of
from shared.foundation.failures import Invalid
from shared.foundation.ids import new_id
from shared.foundation.sentences import said
from shared.messaging.outbox import tell, tell_all


def draft_membership(
    session: Session, values: Mapping[str, Any], *, actor: str, now: datetime
) -> Membership:
    """A draft: member would belong to host. Tells MembershipRecorded.

    values: member_id, host_id, type, starts_on, ends_on.
    Raises Circle, AlreadyThere while another of the two is open, or Invalid for a type that
    the host does not offer.
    """
    take_turn(session, MEMBERSHIPS)
    membership = Membership(id=new_id(), version=1, state="draft", created_at=now, **dict(values))
    if membership.ends_on and membership.ends_on < membership.starts_on:
        raise Invalid.at("/ends_on", "A membership can't end before it starts.")
    _require_no_circle(session, membership)
    require_single(session, membership.member_id, membership.host_id)
    begin_term(membership, require_offered(session, membership))
    session.add(membership)
    record(session, membership, "draft", before=None, actor=actor, now=now)
    tell(session, membership.told(), now=now)
    return membership


def _require_no_circle(session: Session, membership: Membership) -> None:
    if membership.member_id in ancestors_of(session, membership.host_id):
        raise Circle("The host belongs to this member already, or is the member itself.")


def require_single(session: Session, member_id: UUID, host_id: UUID) -> None:
    """Raise AlreadyThere while the two have an open membership."""
    query = select(Membership.state).where(
        Membership.member_id == member_id,
        Membership.host_id == host_id,
        Membership.state.in_(OPEN),
    )
    state = session.scalar(query)
    if state is not None:
        raise AlreadyThere(
            said("The two have a membership already; it is %(state)s.", state=(state,))
        )


def add_members(
    session: Session,
    host: Organisation,
    many: Sequence[Mapping[str, Any]],
    *,
    membership_type: str = "member",
    starts_on: date,
    ends_on: date | None = None,
    registered_by: UUID | None = None,
    actor: str,
    now: datetime,
) -> list[Organisation]:
    """Record new organisations as active members of the host; for thousands at once.

    many: values as `enrolling.enrol` takes them. Tells OrganisationRecorded and
    MembershipRecorded.
    """
    made = enrol_all(session, many, registered_by=registered_by, actor=actor, now=now)
    join_all(
        session,
        host,
        made,
        membership_type=membership_type,
        starts_on=starts_on,
        ends_on=ends_on,
        actor=actor,
        now=now,
    )
    return made


def join_all(
    session: Session,
    host: Organisation,
    members: Sequence[Organisation],
    *,
    membership_type: str = "member",
    starts_on: date,
    ends_on: date | None = None,
    actor: str,
    now: datetime,
) -> list[Membership]:
    """Make organisations active members at once, both sides being known to agree."""
    take_turn(session, MEMBERSHIPS)
    above = ancestors_of(session, host.id)
    made = [
        Membership(
            id=new_id(),
            version=1,
            member_id=member.id,
            host_id=host.id,
            type=membership_type,
            state="active",
            starts_on=starts_on,
            ends_on=ends_on,
            created_at=now,
        )
        for member in members
    ]
    type_ = find_type(session, host.id, membership_type)
    for each in made:
        begin_term(each, type_)
    if any(each.member_id in above for each in made):
        raise Circle("The host belongs to one of these members already.")
    session.add_all(made)
    session.add_all(step_of(each, "active", before=None, actor=actor, now=now) for each in made)
    tell_all(session, [each.told() for each in made], now=now)
    return made


def _go(
    session: Session,
    membership: Membership,
    state: str,
    *,
    actor: str,
    now: datetime,
    reason: str,
) -> Membership:
    return step(session, membership, state, notice=state, actor=actor, now=now, reason=reason)


def submit(
    session: Session, membership: Membership, *, actor: str, now: datetime, reason: str = ""
) -> Membership:
    """The member asks to be taken in."""
    lock(session, membership)
    require_state(membership, "draft", "returned", to="be submitted")
    return _go(session, membership, "submitted", actor=actor, now=now, reason=reason)


def send_back(
    session: Session, membership: Membership, *, actor: str, now: datetime, reason: str = ""
) -> Membership:
    """The host asks the member to mend something and submit again."""
    lock(session, membership)
    require_state(membership, "submitted", to="be returned")
    return _go(session, membership, "returned", actor=actor, now=now, reason=reason)


def approve(
    session: Session, membership: Membership, *, actor: str, now: datetime, reason: str = ""
) -> Membership:
    """The host takes the member in; it is active from its first day, unless its term is over.

    Raises Circle.
    """
    take_turn(session, MEMBERSHIPS)
    lock(session, membership)
    require_state(membership, "submitted", to="be approved")
    _require_no_circle(session, membership)
    is_due = membership.starts_on <= day_of(session, now)
    state = standing_on(membership, day_of(session, now)) if is_due else "approved"
    return step(session, membership, state, notice="approved", actor=actor, now=now, reason=reason)


def reject(
    session: Session, membership: Membership, *, actor: str, now: datetime, reason: str = ""
) -> Membership:
    """The host does not take the member in."""
    lock(session, membership)
    require_state(membership, "submitted", to="be rejected")
    return _go(session, membership, "rejected", actor=actor, now=now, reason=reason)


def suspend(
    session: Session, membership: Membership, *, actor: str, now: datetime, reason: str = ""
) -> Membership:
    """The member is no part of the host until it is reinstated."""
    lock(session, membership)
    require_state(membership, "active", "in_grace", to="be suspended")
    return _go(session, membership, "suspended", actor=actor, now=now, reason=reason)


def reinstate(
    session: Session, membership: Membership, *, actor: str, now: datetime, reason: str = ""
) -> Membership:
    """A suspended member is what it would be by its term; a lapsed one has another term.

    Raises Circle, or AlreadyThere where a lapsed one has asked anew.
    """
    take_turn(session, MEMBERSHIPS)
    lock(session, membership)
    require_state(membership, "suspended", "lapsed", to="be reinstated")
    _require_no_circle(session, membership)
    if membership.state == "lapsed":
        require_single(session, membership.member_id, membership.host_id)
        go_on(session, membership, now=now)
    state = standing_on(membership, day_of(session, now))
    notice = "lapsed" if state == "lapsed" else "reinstated"
    return step(session, membership, state, notice=notice, actor=actor, now=now, reason=reason)


def resign(
    session: Session, membership: Membership, *, actor: str, now: datetime, reason: str = ""
) -> Membership:
    """The member leaves, or takes its asking back."""
    return _leave(session, membership, "resigned", OPEN, actor=actor, now=now, reason=reason)


def expel(
    session: Session, membership: Membership, *, actor: str, now: datetime, reason: str = ""
) -> Membership:
    """The host ends the membership."""
    states = ("approved", *ACTIVE, "suspended")
    return _leave(session, membership, "expelled", states, actor=actor, now=now, reason=reason)


def _leave(
    session: Session,
    membership: Membership,
    state: str,
    states: Sequence[str],
    *,
    actor: str,
    now: datetime,
    reason: str,
) -> Membership:
    lock(session, membership)
    require_state(membership, *states, to=f"be {state}")
    membership.ends_on = max(day_of(session, now), membership.starts_on)
    membership.notice_on = membership.lapses_on = None
    return _go(session, membership, state, actor=actor, now=now, reason=reason)


def renew(
    session: Session, membership: Membership, *, actor: str, now: datetime, reason: str = ""
) -> Membership:
    """The membership goes on for another term; one without an end goes on as it is."""
    take_turn(session, MEMBERSHIPS)
    lock(session, membership)
    require_state(membership, *ACTIVE, "lapsed", to="be renewed")
    if membership.state == "lapsed":
        _require_no_circle(session, membership)
        require_single(session, membership.member_id, membership.host_id)
    go_on(session, membership, now=now)
    return step(
        session, membership, "active", notice="renewed", actor=actor, now=now, reason=reason
    )
