"""The catalogues: what organisations offer, changed, paused and resumed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.members.actions.recording import move, record, require_state
from services.members.actions.tagging import alliance_above, checked_capabilities
from services.members.model import Affiliation, CatalogueEntry, Organisation
from services.members.model.catalogue import ACTIVE, EXPERT, PAUSED
from shared.days import day_of
from shared.foundation.failures import Invalid
from shared.foundation.ids import new_id

PLAIN: Final = ("names", "texts", "sectors", "languages", "most_at_once")


def offer_entry(
    session: Session,
    organisation: Organisation,
    values: Mapping[str, Any],
    *,
    actor: str,
    now: datetime,
) -> CatalogueEntry:
    """The organisation offers an expert or a technology from now on.

    values: kind, and those of `change_entry`. Raises Conflict outside any alliance.
    """
    made = CatalogueEntry(
        id=new_id(),
        version=1,
        alliance_id=alliance_above(session, organisation.id).id,
        organisation_id=organisation.id,
        person_id=None,
        kind=values["kind"],
        state=ACTIVE,
        names={},
        texts={},
        capability_ids=[],
        sectors=[],
        languages=[],
        most_at_once=1,
        search_key="",
        tags="",
        created_at=now,
    )
    _set(session, made, values, now=now)
    session.add(made)
    record(session, made, ACTIVE, before=None, actor=actor, now=now)
    return made


def change_entry(
    session: Session,
    found: CatalogueEntry,
    changes: Mapping[str, Any],
    *,
    actor: str,
    now: datetime,
) -> None:
    """Change some fields. The caller has locked it.

    changes: names, texts, capability_ids (lineages), sectors, languages, most_at_once, person_id.
    """
    _set(session, found, changes, now=now)
    if changes:
        found.version += 1
        reason = ", ".join(changes)
        record(session, found, "changed", before=found.state, actor=actor, now=now, reason=reason)


def _set(
    session: Session, entry: CatalogueEntry, values: Mapping[str, Any], *, now: datetime
) -> None:
    for name in PLAIN:
        if name in values:
            value = values[name]
            setattr(entry, name, list(dict.fromkeys(value)) if isinstance(value, list) else value)
    if "capability_ids" in values:
        asked = values["capability_ids"]
        entry.capability_ids = checked_capabilities(session, entry.alliance_id, asked)
    if "person_id" in values:
        _require_its_own(session, entry, values["person_id"], now=now)
        entry.person_id = values["person_id"]
    entry.derive()


def _require_its_own(
    session: Session, entry: CatalogueEntry, person_id: UUID | None, *, now: datetime
) -> None:
    """An expert works for the organisation that offers them."""
    if person_id is None:
        return
    works_here = select(Affiliation.id).where(
        Affiliation.person_id == person_id,
        Affiliation.organisation_id == entry.organisation_id,
        Affiliation.is_live_on(day_of(session, now)),
    )
    if entry.kind != EXPERT or session.scalar(works_here.limit(1)) is None:
        raise Invalid.at("/person_id", "Choose somebody who works for the organisation.")


def pause_entry(
    session: Session, found: CatalogueEntry, *, actor: str, now: datetime, reason: str = ""
) -> None:
    """No new referral leads to it. The caller has locked it."""
    require_state(found, ACTIVE, to="be paused")
    move(session, found, PAUSED, actor=actor, now=now, reason=reason)


def resume_entry(
    session: Session, found: CatalogueEntry, *, actor: str, now: datetime, reason: str = ""
) -> None:
    """Referrals lead to it again. The caller has locked it."""
    require_state(found, PAUSED, to="be resumed")
    if not any(found.names.values()):
        raise Invalid.at("/names", "Write it in one language at least.")
    move(session, found, ACTIVE, actor=actor, now=now, reason=reason)


def forget_entries_of(session: Session, person_id: UUID) -> int:
    """Experts who are this person are named and offered no more. Answers how many."""
    mine = CatalogueEntry.person_id == person_id
    count = session.scalar(select(func.count()).where(mine)) or 0
    for each in session.scalars(select(CatalogueEntry).where(mine)):
        each.person_id, each.state = None, PAUSED
        each.names, each.texts = {}, {}
        each.version += 1
        each.derive()
    return count
