"""The programme of a workshop: adding to it, changing it, taking from it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session as DatabaseSession

from services.events.model import (
    CheckInList,
    Contribution,
    Finding,
    Material,
    Session,
    Speaker,
    Submission,
    Workshop,
)
from shared.foundation.failures import Conflict, Invalid
from shared.foundation.ids import new_id
from shared.foundation.sentences import said

Part = TypeVar("Part", Session, Speaker, Contribution)
LEANS_ON: Mapping[type[Any], tuple[tuple[Any, str], ...]] = {
    Session: (
        (Contribution.session_id, "talks"),
        (CheckInList.session_id, "check-in lists"),
        (Material.session_id, "materials"),
        (Finding.session_id, "findings"),
    ),
    Speaker: ((Contribution.speaker_id, "talks"), (Material.speaker_id, "materials")),
    Contribution: ((Material.contribution_id, "materials"),),
}


def add_session(session: DatabaseSession, workshop: Workshop, values: Mapping[str, Any]) -> Session:
    """A dated part, within the workshop's time. Raises Invalid outside it."""
    return _add(session, workshop, Session(id=new_id(), workshop_id=workshop.id, **values))


def add_speaker(session: DatabaseSession, workshop: Workshop, values: Mapping[str, Any]) -> Speaker:
    """Somebody who speaks."""
    return _add(session, workshop, Speaker(id=new_id(), workshop_id=workshop.id, **values))


def add_contribution(
    session: DatabaseSession, workshop: Workshop, values: Mapping[str, Any]
) -> Contribution:
    """A talk in one of the workshop's sessions. Raises Invalid for another's."""
    made = Contribution(id=new_id(), workshop_id=workshop.id, **values)
    return _add(session, workshop, made)


def _add(session: DatabaseSession, workshop: Workshop, made: Part) -> Part:
    _require_fit(session, workshop, made)
    session.add(made)
    return made


def change_part(
    session: DatabaseSession, workshop: Workshop, part: Part, changes: Mapping[str, Any]
) -> Part:
    """Change a session, speaker or contribution. Raises Invalid for what does not fit."""
    with session.no_autoflush:
        for name, value in changes.items():
            setattr(part, name, value)
        _require_fit(session, workshop, part)
    part.version += 1
    return part


def remove_part(session: DatabaseSession, part: Any) -> None:
    """Take a session, speaker or contribution off. Raises Conflict while something leans on it."""
    if isinstance(part, Speaker) and _speaks_beside(session, part):
        raise Conflict("There are talks that belong to it; move or remove them first.")
    for column, called in LEANS_ON[type(part)]:
        query = select(column).where(column == part.id).limit(1)
        if session.scalars(query).one_or_none() is not None:
            raise Conflict(
                said(
                    "There are %(what)s that belong to it; move or remove them first.",
                    what=(called,),
                )
            )
    if isinstance(part, Contribution):
        # What was submitted stays accepted, and can be taken in again elsewhere.
        came_of = Submission.contribution_id == part.id
        session.execute(update(Submission).where(came_of).values(contribution_id=None))
    session.delete(part)


def _speaks_beside(session: DatabaseSession, speaker: Speaker) -> bool:
    others = select(Contribution.co_speaker_ids).where(
        Contribution.workshop_id == speaker.workshop_id
    )
    return any(str(speaker.id) in ids for ids in session.scalars(others))


def _require_fit(session: DatabaseSession, workshop: Workshop, part: Any) -> None:
    if isinstance(part, Session):
        if part.ends_at <= part.starts_at:
            raise Invalid.at("/ends_at", "It must end after it starts.")
        if part.starts_at < workshop.starts_at or part.ends_at > workshop.ends_at:
            raise Invalid.at("/starts_at", "A session lies within the workshop's time.")
    elif isinstance(part, Contribution):
        require_own(session, workshop, Session, part.session_id, at="/session_id")
        require_own(session, workshop, Speaker, part.speaker_id, at="/speaker_id")
        for number, each in enumerate(part.co_speaker_ids or ()):
            require_own(session, workshop, Speaker, UUID(each), at=f"/co_speaker_ids/{number}")


def move_programme(
    session: DatabaseSession, workshop: Workshop, *, began: datetime, ended: datetime
) -> None:
    """Where all of the workshop has moved, its sessions move along, by its own clock.

    began, ended: its time before. Where it was made longer or shorter at an end they stay.
    """
    is_as_long = workshop.ends_at - workshop.starts_at == ended - began
    is_apart = workshop.ends_at <= began or ended <= workshop.starts_at
    if workshop.starts_at == began or not (is_as_long or is_apart):
        return
    zone, clock = workshop.local_zone, workshop.on_clock
    by = clock(workshop.starts_at) - clock(began)
    for part in session.scalars(select(Session).where(Session.workshop_id == workshop.id)):
        part.starts_at = (clock(part.starts_at) + by).replace(tzinfo=zone)
        part.ends_at = (clock(part.ends_at) + by).replace(tzinfo=zone)
        part.version += 1


def require_own(
    session: DatabaseSession, workshop: Workshop, kind: type[Any], part_id: Any, *, at: str
) -> None:
    """Raise Invalid for a part of another workshop, or none. part_id: None is good."""
    if part_id is None:
        return
    found = session.get(kind, part_id)
    if found is None or found.workshop_id != workshop.id:
        raise Invalid.at(
            at, said("This workshop has no such %(part)s.", part=(kind.__name__.lower(),))
        )
