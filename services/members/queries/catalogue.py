"""The catalogues as an asker may see them: what is active everybody who is signed in sees."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from services.members.model import CatalogueEntry, Referral
from services.members.model.catalogue import ACTIVE
from services.members.model.referral import LIVE
from services.members.model.tags import capability_tag, has_tag, sector_tag
from services.members.queries.cases import own_places
from services.members.queries.demand import speaks_for
from services.members.queries.searching import holds_word
from shared.foundation.failures import Forbidden, NotFound
from shared.foundation.identities import Asker
from shared.foundation.names import words_of


def entries_for(asker: Asker) -> Select[CatalogueEntry]:
    """Active ones, and those of one's own organisation or alliance that are paused."""
    places = own_places(asker)
    if None in places:
        return select(CatalogueEntry)
    return select(CatalogueEntry).where(
        or_(
            CatalogueEntry.state == ACTIVE,
            CatalogueEntry.organisation_id.in_(places),
            CatalogueEntry.alliance_id.in_(places),
        )
    )


def entries_where(
    query: Select[CatalogueEntry],
    *,
    words: str = "",
    kind: str = "",
    capability_id: UUID | None = None,
    sector: str = "",
    organisation_id: UUID | None = None,
) -> Select[CatalogueEntry]:
    """Of the entries, those that hold every word and have the tags."""
    held = (holds_word(CatalogueEntry.search_key, each) for each in words_of(words))
    query = query.where(*held)
    if kind:
        query = query.where(CatalogueEntry.kind == kind)
    if capability_id is not None:
        query = query.where(has_tag(CatalogueEntry.tags, capability_tag(capability_id)))
    if sector:
        query = query.where(has_tag(CatalogueEntry.tags, sector_tag(sector)))
    if organisation_id is not None:
        query = query.where(CatalogueEntry.organisation_id == organisation_id)
    return query


def get_entry(session: Session, entry_id: UUID, asker: Asker) -> CatalogueEntry:
    """The entry. Raises NotFound for one that the asker may not see."""
    query = entries_for(asker).where(CatalogueEntry.id == entry_id)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("There is no such entry of a catalogue.")
    return found


def may_change(asker: Asker, entry: CatalogueEntry) -> bool:
    """Those who speak for the organisation that offers it, or for the alliance."""
    return speaks_for(asker, entry.organisation_id) or speaks_for(asker, entry.alliance_id)


def get_own_entry(session: Session, entry_id: UUID, asker: Asker) -> CatalogueEntry:
    """The entry, for those who may change it. Raises Forbidden for others."""
    found = get_entry(session, entry_id, asker)
    if not may_change(asker, found):
        raise Forbidden("Only those who offer it, or the alliance, may do this.")
    return found


def whole(
    session: Session, entries: Sequence[CatalogueEntry], asker: Asker
) -> list[dict[str, Any]]:
    """The entries with how many referrals each takes now, as the API shows them.

    person_id: for those who may change it.
    """
    loads = loads_of(session, [each.id for each in entries])
    found = []
    for each in entries:
        row = {column.key: getattr(each, column.key) for column in CatalogueEntry.__table__.columns}
        row |= {"taken": loads[each.id], "free": max(each.most_at_once - loads[each.id], 0)}
        if not may_change(asker, each):
            row["person_id"] = None
        found.append(row)
    return found


def loads_of(session: Session, ids: Sequence[UUID]) -> dict[UUID, int]:
    """entry id → how many referrals lead to it now; all of the ids are keys."""
    query = (
        select(Referral.entry_id, func.count())
        .where(Referral.entry_id.in_(ids), Referral.state.in_(LIVE))
        .group_by(Referral.entry_id)
    )
    return dict.fromkeys(ids, 0) | {row[0]: row[1] for row in session.execute(query)}
