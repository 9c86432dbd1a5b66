"""A workshop's programme as it is seen: conflicts in it, and materials by who asks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session as DatabaseSession

from services.events.model import Material, Session, Workshop
from services.events.queries.scopes import may_organize
from services.events.queries.workshops import get_workshop, programme_of, seated_at
from shared.foundation.failures import NotFound
from shared.foundation.identities import Asker
from shared.foundation.names import fold
from shared.foundation.sentences import said


@dataclass(frozen=True)
class Clash:
    """Two sessions at one time that can't both be. kind: room or speaker; what: which."""

    kind: str
    what: str
    session_ids: tuple[UUID, UUID]


def clashes_of(session: DatabaseSession, workshop_id: UUID, *, language: str) -> list[Clash]:
    """Rooms and speakers that are needed in two sessions at once."""
    sessions, talks, speakers = programme_of(session, workshop_id)
    by_session: dict[UUID, set[UUID]] = {}
    for talk in talks:
        by_session.setdefault(talk.session_id, set()).update(talk.speaker_ids)
    named = {
        each.id: each.names.get(language) or next(iter(each.names.values()), "")
        for each in speakers
    }
    return [
        clash
        for one, other in combinations(sessions, 2)
        if one.starts_at < other.ends_at and other.starts_at < one.ends_at
        for clash in _clashes(one, other, by_session, named)
    ]


def _clashes(
    one: Session, other: Session, by_session: dict[UUID, set[UUID]], named: dict[UUID, str]
) -> Iterator[Clash]:
    both = (one.id, other.id)
    if one.room and fold(one.room) == fold(other.room):
        yield Clash("room", one.room, both)
    for speaker_id in by_session.get(one.id, set()) & by_session.get(other.id, set()):
        yield Clash("speaker", named.get(speaker_id, ""), both)


def get_part(
    session: DatabaseSession, kind: type[Any], part_id: UUID, asker: Asker
) -> tuple[Any, Workshop]:
    """The session, speaker or contribution and its workshop, if the asker may see that."""
    found = session.get(kind, part_id)
    if found is None:
        raise NotFound(said("There is no such %(part)s.", part=(kind.__name__.lower(),)))
    return found, get_workshop(session, found.workshop_id, asker)


def materials_of(session: DatabaseSession, workshop: Workshop, asker: Asker) -> Select[Material]:
    """The workshop's materials that the asker may have, in no order yet."""
    query = select(Material).where(Material.workshop_id == workshop.id)
    return query.where(Material.shown_to.in_(_circles(session, workshop, asker)))


def count_materials(session: DatabaseSession, workshop: Workshop, asker: Asker) -> int:
    """How many of its materials the asker may have."""
    found = materials_of(session, workshop, asker).subquery()
    return session.scalar(select(func.count()).select_from(found)) or 0


def _circles(session: DatabaseSession, workshop: Workshop, asker: Asker) -> Sequence[str]:
    if may_organize(session, asker, workshop.host_id):
        return ("everyone", "attendees", "organizers")
    if seated_at(session, [workshop.id], asker):
        return ("everyone", "attendees")
    return ("everyone",)


def get_material(
    session: DatabaseSession, material_id: UUID, asker: Asker
) -> tuple[Material, Workshop]:
    """The material and its workshop, if the asker may have it. Raises NotFound."""
    found = session.get(Material, material_id)
    if found is not None:
        workshop = get_workshop(session, found.workshop_id, asker)
        if found.shown_to in _circles(session, workshop, asker):
            return found, workshop
    raise NotFound("There is no such material.")
