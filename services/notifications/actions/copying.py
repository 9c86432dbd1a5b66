"""Keeping copies of what other services tell, unless a later version is kept already."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.notifications.model import AttendanceCopy, WorkshopCopy
from shared.contracts.events import NominationState, RegistrationState, WorkshopState
from shared.database import is_among, keep_newer
from shared.foundation.names import fold_email

TOLD_OF_CHANGES = (
    "confirmed",
    "attended",
    "pending",
    "waiting",
    "offered",
    "submitted",
    "registered",
)


def keep_workshop(session: Session, state: WorkshopState) -> WorkshopCopy:
    """Keep the workshop; answer the copy as it is now."""
    values = {
        "id": state.workshop_id,
        "version": state.version,
        "titles": dict(state.titles),
        "state": state.state,
        "host_id": state.host_id,
        "host_names": dict(state.host_names),
        "starts_at": state.starts_at,
        "ends_at": state.ends_at,
        "time_zone": state.time_zone,
        "venue": vars(state.venue),
    }
    keep_newer(session, WorkshopCopy, values)
    return session.get_one(WorkshopCopy, state.workshop_id, populate_existing=True)


def workshops_by_id(session: Session, ids: Collection[UUID]) -> dict[UUID, WorkshopCopy]:
    """The copies that are kept of these workshops."""
    found = session.scalars(select(WorkshopCopy).where(is_among(session, WorkshopCopy.id, ids)))
    return {workshop.id: workshop for workshop in found}


def keep_registrations(session: Session, states: Iterable[RegistrationState]) -> None:
    """Keep who is registered, and how."""
    rows = [
        _attendance(state) | {"id": state.registration_id, "kind": "registration"}
        for state in states
    ]
    keep_newer(session, AttendanceCopy, *rows)


def keep_nominations(session: Session, states: Iterable[NominationState]) -> None:
    """Keep who is nominated, and how far it is."""
    rows = [
        _attendance(state) | {"id": state.nomination_id, "kind": "nomination"} for state in states
    ]
    keep_newer(session, AttendanceCopy, *rows)


def _attendance(state: RegistrationState | NominationState) -> dict[str, Any]:
    return {
        "version": state.version,
        "workshop_id": state.workshop_id,
        "person_id": state.person_id,
        "organisation_id": state.organisation_id,
        "name": state.name,
        "email": state.email,
        "email_key": fold_email(state.email),
        "locale": state.locale,
        "state": state.state,
        "link_token": state.link_token,
        "confirm_by": getattr(state, "confirm_by", None),
    }


def roster_of(session: Session, workshop: WorkshopCopy) -> list[AttendanceCopy]:
    """Who is told of the workshop's changes: once each, the registration before the nomination."""
    query = select(AttendanceCopy).where(
        AttendanceCopy.workshop_id == workshop.id, AttendanceCopy.state.in_(TOLD_OF_CHANGES)
    )
    return once_each(sorted(session.scalars(query), key=lambda each: each.kind == "nomination"))


def once_each(people: Iterable[AttendanceCopy]) -> list[AttendanceCopy]:
    """The first of each person, by address and name: several may have one mailbox."""
    once: dict[tuple[str, str], AttendanceCopy] = {}
    for each in people:
        once.setdefault((each.email_key, each.name.casefold()), each)
    return list(once.values())


def workshop_facts(workshop: WorkshopCopy | None) -> dict[str, Any]:
    """What mails say of a workshop: when, where, by whom."""
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
