"""Keeping copies of what other services tell, unless a later version is kept already."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from services.notifications.model import AttendanceCopy, Base, WorkshopCopy
from shared.contracts.events import NominationState, RegistrationState, WorkshopState
from shared.foundation.names import fold_email

TOLD_OF_CHANGES = ("confirmed", "pending", "waiting", "offered", "submitted", "registered")


def keep_copy(session: Session, table: type[Base], values: Mapping[str, Any]) -> None:
    """Write the copy unless it has this version or a later one already."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).values(**values)
    changed = {name: statement.excluded[name] for name in values if name != "id"}
    newer = statement.excluded["version"] > table.__table__.c.version
    session.execute(
        statement.on_conflict_do_update(index_elements=["id"], set_=changed, where=newer)
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
    keep_copy(session, WorkshopCopy, values)
    return session.get_one(WorkshopCopy, state.workshop_id, populate_existing=True)


def keep_registration(session: Session, state: RegistrationState) -> None:
    """Keep who is registered, and how."""
    values = {
        "id": state.registration_id,
        "version": state.version,
        "kind": "registration",
        "workshop_id": state.workshop_id,
        "person_id": state.person_id,
        "organisation_id": state.organisation_id,
        "name": state.name,
        "email": state.email,
        "email_key": fold_email(state.email),
        "locale": state.locale,
        "state": state.state,
        "link_token": state.link_token,
    }
    keep_copy(session, AttendanceCopy, values)


def keep_nomination(session: Session, state: NominationState) -> None:
    """Keep who is nominated, and how far it is."""
    values = {
        "id": state.nomination_id,
        "version": state.version,
        "kind": "nomination",
        "workshop_id": state.workshop_id,
        "person_id": state.person_id,
        "organisation_id": state.organisation_id,
        "name": state.name,
        "email": state.email,
        "email_key": fold_email(state.email),
        "locale": state.locale,
        "state": state.state,
        "link_token": state.link_token,
    }
    keep_copy(session, AttendanceCopy, values)


def roster_of(session: Session, workshop: WorkshopCopy) -> list[AttendanceCopy]:
    """Who is told of the workshop's changes: once each, the registration before the nomination."""
    query = select(AttendanceCopy).where(
        AttendanceCopy.workshop_id == workshop.id, AttendanceCopy.state.in_(TOLD_OF_CHANGES)
    )
    ranked = sorted(session.scalars(query), key=lambda each: each.kind == "nomination")
    once: dict[tuple[str, str], AttendanceCopy] = {}
    for each in ranked:
        once.setdefault((each.email_key, each.name.casefold()), each)
    return list(once.values())
