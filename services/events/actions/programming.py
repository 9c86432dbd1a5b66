"""Adding to a workshop's programme."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session as DatabaseSession

from services.events.model import Contribution, Session, Speaker, Workshop
from shared.foundation.failures import Invalid
from shared.foundation.ids import new_id


def add_session(session: DatabaseSession, workshop: Workshop, values: Mapping[str, Any]) -> Session:
    """A dated part, within the workshop's time. Raises Invalid outside it."""
    if values["ends_at"] <= values["starts_at"]:
        raise Invalid.at("/ends_at", "It must end after it starts.")
    if values["starts_at"] < workshop.starts_at or values["ends_at"] > workshop.ends_at:
        raise Invalid.at("/starts_at", "A session lies within the workshop's time.")
    made = Session(id=new_id(), workshop_id=workshop.id, **values)
    session.add(made)
    return made


def add_speaker(session: DatabaseSession, workshop: Workshop, values: Mapping[str, Any]) -> Speaker:
    """Somebody who speaks."""
    made = Speaker(id=new_id(), workshop_id=workshop.id, **values)
    session.add(made)
    return made


def add_contribution(
    session: DatabaseSession, workshop: Workshop, values: Mapping[str, Any]
) -> Contribution:
    """A talk in one of the workshop's sessions. Raises Invalid for another's."""
    part = session.get(Session, values["session_id"])
    if part is None or part.workshop_id != workshop.id:
        raise Invalid.at("/session_id", "This workshop has no such session.")
    speaker = session.get(Speaker, values["speaker_id"]) if values["speaker_id"] else None
    if values["speaker_id"] and (speaker is None or speaker.workshop_id != workshop.id):
        raise Invalid.at("/speaker_id", "This workshop has no such speaker.")
    made = Contribution(id=new_id(), workshop_id=workshop.id, **values)
    session.add(made)
    return made
