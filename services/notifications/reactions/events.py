"""What is told of workshops, registrations and nominations, and to whom."""

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy.orm import Session

from services.notifications.actions.composing import Addressee, tell_people
from services.notifications.actions.copying import (
    keep_nomination,
    keep_registration,
    keep_workshop,
    roster_of,
)
from services.notifications.model import AttendanceCopy, WorkshopCopy
from shared.contracts import events
from shared.messaging.inbox import Heard, Reactions

Reaction = Callable[[Session, Any, Heard], None]


def _workshop_facts(workshop: WorkshopCopy | None) -> dict[str, Any]:
    if workshop is None:
        return {}
    return {
        "titles": workshop.titles,
        "host_names": workshop.host_names,
        "starts_at": workshop.starts_at,
        "ends_at": workshop.ends_at,
        "time_zone": workshop.time_zone,
        "venue": workshop.venue,
        "version": workshop.version,
    }


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


def _link(token: str) -> str:
    return f"/events/links/{token}"


def _tell_one(
    session: Session,
    kind: str,
    state: events.RegistrationState | events.NominationState,
    *,
    facts: dict[str, Any],
    heard: Heard,
) -> None:
    workshop = session.get(WorkshopCopy, state.workshop_id)
    if isinstance(state, events.NominationState):
        about_id = state.nomination_id
    else:
        about_id = state.registration_id
    addressee = Addressee(
        about_id=about_id,
        name=state.name,
        email=state.email,
        locale=state.locale,
        path=_link(state.link_token),
        person_id=state.person_id,
    )
    tell_people(
        session,
        kind,
        [addressee],
        message_id=heard.id,
        facts=_workshop_facts(workshop) | facts,
        now=heard.now,
        workshop_id=state.workshop_id,
        host_id=workshop.host_id if workshop else None,
    )


def _on_registration(kind: str) -> Reaction:
    def react(session: Session, message: Any, heard: Heard) -> None:
        state: events.RegistrationState = message.registration
        keep_registration(session, state)
        workshop = session.get(WorkshopCopy, state.workshop_id)
        facts = _registration_facts(state, workshop) | {"reason": getattr(message, "reason", "")}
        _tell_one(session, kind, state, facts=facts, heard=heard)

    return react


def on_registration_claimed(
    session: Session, message: events.RegistrationClaimed, _: Heard
) -> None:
    """Keep whose it is; nobody is told."""
    keep_registration(session, message.registration)


def _on_nomination(kind: str) -> Reaction:
    def react(session: Session, message: Any, heard: Heard) -> None:
        state: events.NominationState = message.nomination
        keep_nomination(session, state)
        facts: dict[str, Any] = {
            "organisation_names": dict(state.organisation_names),
            "role": state.role,
            "capacity": state.capacity,
            "reason": getattr(message, "reason", ""),
        }
        if state.confirm_by is not None:
            facts["until"] = state.confirm_by
        _tell_one(session, kind, state, facts=facts, heard=heard)

    return react


def on_nomination_answered(session: Session, message: Any, _: Heard) -> None:
    """Keep the answer; a confirmed nominee is told of the registration by itself."""
    keep_nomination(session, message.nomination)


def on_workshop_kept(session: Session, message: Any, _: Heard) -> None:
    """Keep the workshop; nobody is told."""
    keep_workshop(session, message.workshop)


def _addressee(each: AttendanceCopy) -> Addressee:
    return Addressee(
        about_id=each.id,
        name=each.name,
        email=each.email,
        locale=each.locale,
        path=_link(each.link_token),
        person_id=each.person_id,
    )


def _on_workshop(kind: str) -> Reaction:
    def react(session: Session, message: Any, heard: Heard) -> None:
        workshop = keep_workshop(session, message.workshop)
        facts = _workshop_facts(workshop) | {
            "reason": getattr(message, "reason", ""),
            "changed": list(getattr(message, "changed", ())),
        }
        tell_people(
            session,
            kind,
            [_addressee(each) for each in roster_of(session, workshop)],
            message_id=heard.id,
            facts=facts,
            now=heard.now,
            workshop_id=workshop.id,
            host_id=workshop.host_id,
        )

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
    events.RegistrationClaimed: on_registration_claimed,
    events.NominationSubmitted: _on_nomination("nomination_submitted"),
    events.NominationWithdrawn: _on_nomination("nomination_withdrawn"),
    events.NominationSubstituted: _on_nomination("nomination_withdrawn"),
    events.NominationLapsed: _on_nomination("nomination_lapsed"),
    events.NominationConfirmed: on_nomination_answered,
    events.NominationDeclined: on_nomination_answered,
}
