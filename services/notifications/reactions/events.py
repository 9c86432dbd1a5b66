"""What is told of workshops, registrations and nominations, and to whom."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from services.notifications.actions.composing import News, tell_people
from services.notifications.actions.copying import (
    keep_nominations,
    keep_registrations,
    keep_workshop,
    roster_of,
    workshop_facts,
    workshops_by_id,
)
from services.notifications.actions.knowing import who_is_told
from services.notifications.actions.sparing import latest_for, tell_roster
from services.notifications.model import WorkshopCopy
from shared.contracts import events, events_attendance
from shared.messaging.inbox import Heard, Reaction, Reactions, Together

Run = Sequence[tuple[Any, Heard]]


def _registration_facts(
    state: events.RegistrationState, workshop: WorkshopCopy | None
) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    if state.place is not None:
        facts["place"] = state.place
    if state.offer is not None:
        facts["until"] = state.offer.expires_at
    if state.state == "confirmed" and workshop is not None:
        facts["online_address"] = workshop.venue.get("url") or ""
    return facts


def _news(
    kind: str,
    heard: Heard,
    facts: dict[str, Any],
    *,
    workshop_id: UUID,
    workshop: WorkshopCopy | None,
) -> News:
    return News(
        kind=kind,
        message_id=heard.id,
        facts=workshop_facts(workshop) | facts,
        workshop_id=workshop_id,
        host_id=workshop.host_id if workshop else None,
    )


def _on_registration(kind: str) -> Reaction:
    def react(session: Session, run: Run) -> None:
        states = [message.registration for message, _ in run]
        keep_registrations(session, states)
        workshops = workshops_by_id(session, {state.workshop_id for state in states})
        telling = []
        for message, heard in run:
            if getattr(message, "is_for_group", False):
                continue
            state: events.RegistrationState = message.registration
            workshop = workshops.get(state.workshop_id)
            facts = _registration_facts(state, workshop)
            facts["reason"] = getattr(message, "reason", "")
            news = _news(kind, heard, facts, workshop_id=state.workshop_id, workshop=workshop)
            telling.append((news, who_is_told(state)))
        tell_people(session, telling, now=run[0][1].now)

    return Together(react)


def on_registration_kept(session: Session, message: Any, _: Heard) -> None:
    """Keep whose it is and how it stands; nobody is told."""
    keep_registrations(session, [message.registration])


def _on_nomination(kind: str) -> Reaction:
    def react(session: Session, run: Run) -> None:
        states = [message.nomination for message, _ in run]
        keep_nominations(session, states)
        workshops = workshops_by_id(session, {state.workshop_id for state in states})
        telling = []
        for message, heard in run:
            if getattr(message, "with_registration", False):
                continue
            state: events.NominationState = message.nomination
            facts = _nomination_facts(state) | {"reason": getattr(message, "reason", "")}
            workshop = workshops.get(state.workshop_id)
            news = _news(kind, heard, facts, workshop_id=state.workshop_id, workshop=workshop)
            telling.append((news, who_is_told(state)))
        tell_people(session, telling, now=run[0][1].now)

    return Together(react)


def _nomination_facts(state: events.NominationState) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "organisation_names": dict(state.organisation_names),
        "role": state.role,
        "capacity": state.capacity,
    }
    if state.confirm_by is not None:
        facts["until"] = state.confirm_by
    return facts


def on_nomination_confirmed(session: Session, message: Any, _: Heard) -> None:
    """Keep the answer; a confirmed nominee is told of the registration by itself."""
    keep_nominations(session, [message.nomination])


def on_workshop_kept(session: Session, message: Any, _: Heard) -> None:
    """Keep the workshop; nobody is told."""
    keep_workshop(session, message.workshop)


def _on_workshop(kind: str) -> Reaction:
    def react(session: Session, message: Any, heard: Heard) -> None:
        before = session.get(WorkshopCopy, message.workshop.workshop_id)
        latest = latest_for(before, message.workshop.starts_at)
        workshop = keep_workshop(session, message.workshop)
        facts = {
            "reason": getattr(message, "reason", ""),
            "changed": list(getattr(message, "changed", ())),
        }
        news = _news(kind, heard, facts, workshop_id=workshop.id, workshop=workshop)
        if getattr(message, "spares_nights", False):
            news = replace(news, spares_until=latest)
        tell_roster(session, news, roster_of(session, workshop), workshop, now=heard.now)

    return react


REACTIONS: Final[Reactions] = {
    events.WorkshopPublished: on_workshop_kept,
    events.WorkshopClosed: on_workshop_kept,
    events.WorkshopChanged: _on_workshop("workshop_changed"),
    events.WorkshopPostponed: _on_workshop("workshop_postponed"),
    events.WorkshopRescheduled: _on_workshop("workshop_rescheduled"),
    events.WorkshopCancelled: _on_workshop("workshop_cancelled"),
    events.RegistrationConfirmed: _on_registration("registration_confirmed"),
    events.RegistrationPending: _on_registration("registration_pending"),
    events.RegistrationQueued: _on_registration("registration_waiting"),
    events.RegistrationRejected: _on_registration("registration_rejected"),
    events.RegistrationCancelled: _on_registration("registration_cancelled"),
    events.SeatOffered: _on_registration("seat_offered"),
    events.OfferExpired: _on_registration("offer_expired"),
    events.OfferDeclined: _on_registration("registration_cancelled"),
    events_attendance.RegistrationClaimed: on_registration_kept,
    events_attendance.RegistrationChanged: on_registration_kept,
    events_attendance.RegistrationAttended: on_registration_kept,
    events_attendance.RegistrationMissed: on_registration_kept,
    events.NominationSubmitted: _on_nomination("nomination_submitted"),
    events.NominationWithdrawn: _on_nomination("nomination_withdrawn"),
    events.NominationSubstituted: _on_nomination("nomination_withdrawn"),
    events.NominationLapsed: _on_nomination("nomination_lapsed"),
    events.NominationConfirmed: on_nomination_confirmed,
    events.NominationDeclined: _on_nomination("nomination_declined"),
}
