"""Matching a need with the catalogues: the best first, each with why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.members.model import CatalogueEntry, TalentNeed
from services.members.model.catalogue import ACTIVE
from services.members.model.tags import capability_tag, has_tag, sector_tag
from services.members.queries.catalogue import loads_of
from services.members.queries.scopes import is_below
from shared.foundation.names import fold

MOST_LOOKED_AT: Final = 500
MOST_SHOWN: Final = 20
CAPABILITY_COUNTS: Final = 4
SECTOR_COUNTS: Final = 2


@dataclass(frozen=True)
class Match:
    """An entry and why it fits. free: how many more referrals it takes."""

    entry: CatalogueEntry
    capability_ids: tuple[str, ...]
    same_sector: bool
    same_language: bool
    same_association: bool
    free: int

    @property
    def score(self) -> int:
        """What the order goes by; whoever is full comes after all others."""
        shared = CAPABILITY_COUNTS * len(self.capability_ids) + SECTOR_COUNTS * self.same_sector
        return shared + self.same_language + self.same_association

    @property
    def reasons(self) -> Mapping[str, Any]:
        """As they are kept and shown."""
        return {
            "capability_ids": list(self.capability_ids),
            "same_sector": self.same_sector,
            "same_language": self.same_language,
            "same_association": self.same_association,
            "free": self.free,
        }


def matches_of(session: Session, need: TalentNeed) -> list[Match]:
    """Active entries of the alliance that share a capability or the sector, the best first.

    A full one is shown, after all others: it may have room soon.
    """
    tags = [capability_tag(each) for each in need.capability_ids]
    tags += [sector_tag(need.sector)] if need.sector else []
    if not tags:
        return []
    query = select(CatalogueEntry).where(
        CatalogueEntry.alliance_id == need.alliance_id,
        CatalogueEntry.kind == need.kind,
        CatalogueEntry.state == ACTIVE,
        or_(*(has_tag(CatalogueEntry.tags, each) for each in tags)),
    )
    entries = session.scalars(query.order_by(CatalogueEntry.id).limit(MOST_LOOKED_AT)).all()
    loads = loads_of(session, [each.id for each in entries])
    inside = _of_association(session, need, [each.id for each in entries])
    found = [_match(need, each, loads[each.id], each.id in inside) for each in entries]
    found.sort(key=lambda each: (each.free == 0, -each.score, -each.free, each.entry.id))
    return found[:MOST_SHOWN]


def _match(need: TalentNeed, entry: CatalogueEntry, load: int, is_inside: bool) -> Match:
    sectors = {fold(each) for each in entry.sectors}
    return Match(
        entry=entry,
        capability_ids=tuple(each for each in need.capability_ids if each in entry.capability_ids),
        same_sector=bool(need.sector) and fold(need.sector or "") in sectors,
        same_language=need.language in entry.languages,
        same_association=is_inside,
        free=max(entry.most_at_once - load, 0),
    )


def _of_association(session: Session, need: TalentNeed, ids: list[Any]) -> set[Any]:
    """Entries that the association or one of its members offers."""
    place = CatalogueEntry.organisation_id
    query = select(CatalogueEntry.id).where(
        CatalogueEntry.id.in_(ids),
        or_(place == need.organisation_id, is_below(place, need.organisation_id)),
    )
    return set(session.scalars(query))
