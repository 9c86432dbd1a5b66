"""Merges of organisations as an asker may see them, and records that may be of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from services.members.model import Identifier, Membership, Organisation, OrganisationMerge
from services.members.model.legal_forms import bare_name
from services.members.model.membership import OPEN
from services.members.queries.organisations import get_managed
from services.members.queries.scopes import managed, may_manage
from shared.database import is_among
from shared.foundation.failures import Forbidden, NotFound
from shared.foundation.identities import Asker, Role
from shared.foundation.languages import Text


def organisation_merges_into(organisation_id: UUID, asker: Asker) -> Select[OrganisationMerge]:
    """What was merged into it and is not undone: by the asker; operators see all."""
    query = select(OrganisationMerge).where(
        OrganisationMerge.kept_id == organisation_id, OrganisationMerge.undone_at.is_(None)
    )
    if asker.has(Role.OPERATOR):
        return query
    return query.where(OrganisationMerge.merged_by == asker.name)


def get_organisation_merge(session: Session, merge_id: UUID, asker: Asker) -> OrganisationMerge:
    """The merge, for whoever made it and still manages what was kept, and operators.

    Raises NotFound.
    """
    found = session.get(OrganisationMerge, merge_id)
    is_theirs = found is not None and (
        asker.has(Role.OPERATOR)
        or (found.merged_by == asker.name and may_manage(session, asker, found.kept_id))
    )
    if found is None or not is_theirs:
        raise NotFound("There is no such merge.")
    return found


def get_whole(session: Session, organisation_id: UUID, asker: Asker) -> Organisation:
    """The organisation, for those who manage it and everything that it belongs to.

    Raises Forbidden: another association that has it too would lose it unasked.
    """
    found = get_managed(session, organisation_id, asker)
    hosts = select(Membership.host_id).where(
        Membership.member_id == found.id, Membership.state.in_(OPEN)
    )
    if not all(may_manage(session, asker, host) for host in session.scalars(hosts)):
        raise Forbidden("It belongs to others too. Keep this record, or ask an operator.")
    return found


@dataclass(frozen=True)
class Alike:
    """Organisations that may be one. by: name or identifier. same: what they have in common."""

    by: str
    same: str
    ids: tuple[UUID, ...]


def duplicates_for(session: Session, asker: Asker) -> list[Alike]:
    """All groups among what the asker manages, in the order of what they have in common.

    By the same name without its legal form, in any language, and by the same identifier.
    """
    names, ids = _names(session, asker)
    groups: dict[tuple[str, str], list[UUID]] = {}
    for organisation_id, each in names:
        for key in {bare_name(name) for name in each.values()}:
            groups.setdefault(("name", key), []).append(organisation_id)
    query = select(Identifier).where(Identifier.is_unique.is_(False))
    for identifier in session.scalars(query):
        if identifier.organisation_id in ids:
            key = f"{identifier.scheme} {identifier.value}"
            groups.setdefault(("identifier", key), []).append(identifier.organisation_id)
    found = [Alike(by, same, tuple(sorted(set(group)))) for (by, same), group in groups.items()]
    return sorted(
        (each for each in found if each.same and len(each.ids) > 1),
        key=lambda each: (each.same, each.by),
    )


def _names(session: Session, asker: Asker) -> tuple[list[tuple[UUID, Text]], set[UUID]]:
    query = select(Organisation.id, Organisation.names).where(
        Organisation.withdrawn_at.is_(None), managed(Organisation.id, asker)
    )
    rows = [(row.id, row.names) for row in session.execute(query.order_by(Organisation.id))]
    return rows, {id_ for id_, _ in rows}


def organisations_by_id(session: Session, ids: Sequence[UUID]) -> Mapping[UUID, Organisation]:
    """id → the organisation."""
    query = select(Organisation).where(is_among(session, Organisation.id, ids))
    return {each.id: each for each in session.scalars(query)}
