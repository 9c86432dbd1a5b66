"""What is told of a body's seats that are not used, of alternates called up and of heads."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from services.notifications.actions.composing import News, tell_people
from services.notifications.actions.copying import keep_nominations, workshop_facts
from services.notifications.actions.escalating import focal_points_of
from services.notifications.actions.knowing import addressee_of, who_is_told
from services.notifications.model import WorkshopCopy
from shared.contracts.events_allotments import AlternateCalledUp, HeadLeft, HeadNamed, SeatsUnused
from shared.days import day_of
from shared.messaging.inbox import Heard, Reactions


def on_seats_unused(session: Session, message: SeatsUnused, heard: Heard) -> None:
    """Whoever may name people for them hears of it."""
    facts = {
        "organisation_names": dict(message.organisation_names),
        "seats": message.seats,
        "until": message.until,
    }
    body_id, workshop_id = message.organisation_id, message.workshop_id
    _tell_body(session, "seats_unused", heard, facts, body_id=body_id, workshop_id=workshop_id)


def on_alternate_called_up(session: Session, message: AlternateCalledUp, heard: Heard) -> None:
    """The body hears who comes now; the alternate is told of the registration by itself.

    Where the head of the delegation has left, HeadLeft says both in one mail.
    """
    state = message.nomination
    keep_nominations(session, [state])
    if message.was_head:
        return
    facts = {
        "organisation_names": dict(state.organisation_names),
        "called_up": state.name,
        "instead_of": message.instead_of,
    }
    body_id, workshop_id = state.organisation_id, state.workshop_id
    kind = "alternate_called_up"
    _tell_body(session, kind, heard, facts, body_id=body_id, workshop_id=workshop_id)


def on_head_left(session: Session, message: HeadLeft, heard: Heard) -> None:
    """The body hears that its delegation has no head, and who came instead."""
    facts = {
        "organisation_names": dict(message.organisation_names),
        "called_up": message.called_up,
        "instead_of": message.left,
    }
    body_id, workshop_id = message.organisation_id, message.workshop_id
    _tell_body(session, "head_left", heard, facts, body_id=body_id, workshop_id=workshop_id)


def on_head_named(session: Session, message: HeadNamed, heard: Heard) -> None:
    """Who heads the delegation is told, and who did so until now."""
    state, former = message.nomination, message.former
    keep_nominations(session, [state, former] if former else [state])
    workshop = session.get(WorkshopCopy, state.workshop_id)
    facts = workshop_facts(workshop) | {
        "organisation_names": dict(state.organisation_names),
        "head": state.name,
    }
    telling = [
        (_news(kind, heard, facts, workshop, state.workshop_id), who_is_told(each))
        for kind, each in (("head_named", state), ("head_replaced", former))
        if each is not None
    ]
    tell_people(session, telling, now=heard.now)


def _news(
    kind: str, heard: Heard, facts: dict[str, Any], workshop: WorkshopCopy | None, workshop_id: UUID
) -> News:
    return News(
        kind=kind,
        message_id=heard.id,
        facts=facts,
        workshop_id=workshop_id,
        host_id=workshop.host_id if workshop else None,
    )


def _tell_body(
    session: Session,
    kind: str,
    heard: Heard,
    facts: dict[str, Any],
    *,
    body_id: UUID,
    workshop_id: UUID,
) -> None:
    workshop = session.get(WorkshopCopy, workshop_id)
    news = _news(kind, heard, workshop_facts(workshop) | facts, workshop, workshop_id)
    path = f"/events/delegation/{workshop_id}/{body_id}"
    focal_points = focal_points_of(session, body_id, today=day_of(session, heard.now))
    telling = [(news, addressee_of(each, path=path)) for each in focal_points]
    tell_people(session, telling, now=heard.now)


REACTIONS: Final[Reactions] = {
    SeatsUnused: on_seats_unused,
    AlternateCalledUp: on_alternate_called_up,
    HeadLeft: on_head_left,
    HeadNamed: on_head_named,
}
