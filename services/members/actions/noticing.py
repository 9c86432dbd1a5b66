"""Notices of what becomes of a membership or a sign-in, to the people whom it concerns."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.model import (
    IdentityProvider,
    Membership,
    Organisation,
    Person,
    RoleGrant,
    Transition,
)
from shared.contracts.members import MembershipNoticed
from shared.contracts.members_directory import ProviderNoticed
from shared.foundation.identities import Role
from shared.messaging.outbox import tell

TO_THE_HOST: Final = ("submitted", "resigned")
"""Notices of what the member did; all others are of what the host or the calendar did."""
CONCERNED: Final = (Role.FOCAL_POINT, Role.ORGANIZER)


def notify(
    session: Session,
    membership: Membership,
    notice: str,
    *,
    actor: str,
    now: datetime,
    reason: str = "",
) -> None:
    """Tell MembershipNoticed for those who look after the other side. "": nobody is told.

    A member that nobody looks after is told by whoever submitted it, and at its own address.
    """
    if not notice:
        return
    is_host_s = notice in TO_THE_HOST
    told = session.get_one(Organisation, membership.host_id if is_host_s else membership.member_id)
    people = who_look_after(session, told.id, now=now)
    if not is_host_s and not people:
        people = _submitters(session, membership)
    people = [each for each in people if str(each) != actor]
    email = told.email if not people else None
    if people or email:
        message = MembershipNoticed(
            membership_id=membership.id,
            version=membership.version,
            notice=notice,
            member_id=membership.member_id,
            member_names=dict(session.get_one(Organisation, membership.member_id).names),
            host_id=membership.host_id,
            host_names=dict(session.get_one(Organisation, membership.host_id).names),
            ends_on=membership.ends_on,
            reason="" if actor == "timer" else reason,
            person_ids=tuple(people),
            email=email,
        )
        tell(session, message, now=now)


def notify_of_provider(
    session: Session,
    found: IdentityProvider,
    organisation: Organisation,
    notice: str,
    *,
    actor: str,
    now: datetime,
) -> None:
    """Tell ProviderNoticed for those who look after the organisation, but for whoever did it.

    notice: approved, removed.
    """
    people = who_look_after(session, organisation.id, now=now)
    people = [each for each in people if str(each) != actor]
    if people:
        message = ProviderNoticed(
            organisation_id=organisation.id,
            version=found.version,
            notice=notice,
            organisation_names=dict(organisation.names),
            issuer=found.issuer,
            person_ids=tuple(people),
        )
        tell(session, message, now=now)


def who_look_after(session: Session, organisation_id: UUID, *, now: datetime) -> list[UUID]:
    """Focal points and organizers of that very organisation."""
    query = (
        select(RoleGrant.person_id)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(
            RoleGrant.organisation_id == organisation_id,
            RoleGrant.role.in_(CONCERNED),
            RoleGrant.is_live_at(now),
            Person.is_there(),
        )
    )
    return sorted(set(session.scalars(query)))


def _submitters(session: Session, membership: Membership) -> list[UUID]:
    """The person who submitted it last, if they are still known."""
    query = select(Transition.actor).where(
        Transition.subject_id == membership.id, Transition.after == "submitted"
    )
    actor = session.scalars(query.order_by(Transition.number.desc())).first()
    try:
        person = session.get(Person, UUID(actor or ""))
    except ValueError:
        return []
    return [person.id] if person is not None and person.erased_at is None else []
