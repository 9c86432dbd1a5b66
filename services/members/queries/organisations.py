"""Organisations and memberships as an asker may see them."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from services.members.model import Identifier, Membership, Organisation
from services.members.model.identifier_schemes import UNIQUE_SCHEMES, plain_identifier
from services.members.model.membership import ACTIVE
from services.members.queries.scopes import managed, may_manage, within
from services.members.queries.searching import holds_word
from shared.foundation.failures import Forbidden, NotFound
from shared.foundation.identities import Asker, Role
from shared.foundation.languages import Text
from shared.foundation.names import words_of


def get_organisation(session: Session, organisation_id: UUID) -> Organisation:
    """The organisation: what is public of it is open to all who are signed in."""
    found = session.get(Organisation, organisation_id)
    if found is None or found.merged_into is not None:
        raise NotFound("There is no such organisation.")
    return found


def get_managed(session: Session, organisation_id: UUID, asker: Asker) -> Organisation:
    """The organisation, if the asker manages it. Raises Forbidden where it is another's."""
    found = get_organisation(session, organisation_id)
    if not may_manage(session, asker, found.id):
        raise Forbidden("Only those who manage this organisation may do this.")
    return found


def searched(query: Select[Organisation], words: str) -> Select[Organisation]:
    """Those whose names contain every word, folded."""
    return query.where(*(holds_word(Organisation.search_key, each) for each in words_of(words)))


def organisations_where(
    *,
    kind: str | None = None,
    economy: str | None = None,
    member_of: UUID | None = None,
    words: str | None = None,
) -> Select[Organisation]:
    """The directory, filtered. member_of: direct and active members of that organisation."""
    query = select(Organisation).where(Organisation.withdrawn_at.is_(None))
    if kind is not None:
        query = query.where(Organisation.kind == kind)
    if economy is not None:
        query = query.where(Organisation.economy == economy)
    if member_of is not None:
        members = select(Membership.member_id).where(
            Membership.host_id == member_of, Membership.state.in_(ACTIVE)
        )
        query = query.where(Organisation.id.in_(members))
    return searched(query, words) if words else query


def granted_organisations(asker: Asker) -> Select[Organisation]:
    """Those that the asker's own grants name, without what is below them."""
    grants = asker.identity.grants if asker.identity else ()
    own = {grant.organisation_id for grant in grants if grant.organisation_id}
    return select(Organisation).where(Organisation.id.in_(own))


def readable_among(session: Session, asker: Asker, ids: Iterable[UUID]) -> set[UUID]:
    """Of these, the organisations whose contact data the asker may read."""
    seen = or_(managed(Organisation.id, asker), within(Organisation.id, asker, Role.READER))
    query = select(Organisation.id).where(Organisation.id.in_(list(ids)), seen)
    return set(session.scalars(query))


def identifiers_of(session: Session, ids: Sequence[UUID]) -> dict[UUID, list[Identifier]]:
    """organisation id → its identifiers; all of the ids are keys."""
    found: dict[UUID, list[Identifier]] = {each: [] for each in ids}
    query = select(Identifier).where(Identifier.organisation_id.in_(list(ids)))
    for each in session.scalars(query.order_by(Identifier.scheme, Identifier.value)):
        found[each.organisation_id].append(each)
    return found


def find_identified(session: Session, scheme: str, value: str) -> Organisation | None:
    """Whose the identifier is, as it may be typed; one of a free scheme is nobody's alone."""
    scheme, wanted = plain_identifier(scheme, value)
    if scheme not in UNIQUE_SCHEMES:
        return None
    query = select(Organisation).join(Identifier, Identifier.organisation_id == Organisation.id)
    query = query.where(
        Identifier.scheme == scheme, Identifier.value == wanted, Organisation.withdrawn_at.is_(None)
    )
    return session.scalars(query.limit(1)).one_or_none()


def names_of(session: Session, ids: Iterable[UUID | None]) -> dict[UUID, Text]:
    """organisation id → its names, for lists."""
    wanted = {each for each in ids if each}
    query = select(Organisation.id, Organisation.names).where(Organisation.id.in_(wanted))
    return {row.id: row.names for row in session.execute(query)} if wanted else {}


def memberships_for(asker: Asker) -> Select[Membership]:
    """The memberships of which the asker manages one side."""
    return select(Membership).where(
        or_(managed(Membership.member_id, asker), managed(Membership.host_id, asker))
    )


def get_membership(session: Session, membership_id: UUID, asker: Asker) -> Membership:
    """The membership, for those who manage one side of it. Raises NotFound."""
    found = session.get(Membership, membership_id)
    if found is not None and (
        may_manage(session, asker, found.member_id) or may_manage(session, asker, found.host_id)
    ):
        return found
    raise NotFound("There is no such membership.")


def get_as_member(session: Session, membership_id: UUID, asker: Asker) -> Membership:
    """The membership, for those who manage the member. Raises Forbidden for its host's."""
    found = get_membership(session, membership_id, asker)
    if not may_manage(session, asker, found.member_id):
        raise Forbidden("Only the member itself may do this.")
    return found


def get_as_host(session: Session, membership_id: UUID, asker: Asker) -> Membership:
    """The membership, for those who manage the host. Raises Forbidden for its member's."""
    found = get_membership(session, membership_id, asker)
    if not may_manage(session, asker, found.host_id):
        raise Forbidden("Only the organisation that has the member may do this.")
    return found


def hosts_of(session: Session, organisation_id: UUID) -> list[Organisation]:
    """What the organisation belongs to directly, by name."""
    query = (
        select(Organisation)
        .join(Membership, Membership.host_id == Organisation.id)
        .where(Membership.member_id == organisation_id, Membership.state.in_(ACTIVE))
    )
    return list(session.scalars(query.order_by(Organisation.sort_key, Organisation.id)))
