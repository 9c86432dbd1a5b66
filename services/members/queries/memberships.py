"""Memberships' types and history, and applications that wait, as an asker may see them."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from services.members.model import (
    Affiliation,
    Appointment,
    Case,
    Membership,
    MembershipType,
    Organisation,
    Person,
    Referral,
    Transition,
)
from services.members.queries.scopes import managed, may_manage
from shared.foundation.failures import Forbidden, NotFound
from shared.foundation.identities import Asker
from shared.foundation.ids import find_id

MOST: Final = 100


def types_of(host_id: UUID, *, with_retired: bool = False) -> Select[MembershipType]:
    """What the host offers; open to all who are signed in, as they may want to join."""
    query = select(MembershipType).where(MembershipType.host_id == host_id)
    return query if with_retired else query.where(MembershipType.retired_at.is_(None))


def get_type(session: Session, type_id: UUID) -> MembershipType:
    """The type. Raises NotFound."""
    found = session.get(MembershipType, type_id)
    if found is None:
        raise NotFound("There is no such membership type.")
    return found


def get_managed_type(session: Session, type_id: UUID, asker: Asker) -> MembershipType:
    """The type, for those who manage its host. Raises Forbidden for others."""
    found = get_type(session, type_id)
    if not may_manage(session, asker, found.host_id):
        raise Forbidden("Only those who manage the host may do this.")
    return found


def types_named(
    session: Session, memberships: Iterable[Membership]
) -> dict[tuple[UUID, str], MembershipType]:
    """(host, key) → the type, of those that are managed."""
    hosts = {each.host_id for each in memberships}
    query = select(MembershipType).where(MembershipType.host_id.in_(hosts))
    return {(each.host_id, each.key): each for each in session.scalars(query)}


def history_of(
    thing: Affiliation | Membership | Appointment | Case | Referral | Person,
) -> Select[Transition]:
    """Every step of it. The caller has seen that the asker may know it."""
    return select(Transition).where(
        Transition.subject == thing.__tablename__, Transition.subject_id == thing.id
    )


def applicants_of(session: Session, membership: Membership) -> list[Person]:
    """Who submitted the application, for those who decide on it; nothing else of them is open."""
    actors = session.scalars(history_of(membership).where(Transition.after == "submitted"))
    ids = {found for each in actors if (found := find_id(each.actor))}
    query = select(Person).where(Person.id.in_(ids), Person.is_there())
    return list(session.scalars(query)) if ids else []


def of_member(organisation_id: UUID) -> Select[Membership]:
    """All of one member's, the newest first. The caller has seen that the asker manages it."""
    query = select(Membership).where(Membership.member_id == organisation_id)
    return query.order_by(Membership.id.desc()).limit(MOST)


def hosted_by(asker: Asker) -> Select[Membership]:
    """The memberships in organisations that the asker manages."""
    return select(Membership).where(managed(Membership.host_id, asker))


def hosts_to_join() -> Select[Organisation]:
    """Organisations that take members: all but companies."""
    return select(Organisation).where(
        Organisation.kind != "company", Organisation.withdrawn_at.is_(None)
    )
