"""Gathering all that is held about a person: asking every service, and keeping what it sends."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.members.actions.recording import lock
from services.members.model import DataExport, DataExportPiece, Person
from shared.contracts.members import DataExportReady, DataRequested
from shared.contracts.message import SERVICES
from shared.foundation.ids import new_id
from shared.messaging.outbox import tell

PATH: Final = "/members/me/privacy"
KEPT_FOR: Final = timedelta(days=7)


def ask_all(session: Session, person: Person, *, actor: str, now: datetime) -> DataExport:
    """Ask every service for what it holds of the person. While that is under way, it is one.

    Tells DataRequested. The address of an account was confirmed; another may be shared.
    """
    lock(session, person)
    query = select(DataExport).where(
        DataExport.person_id == person.id,
        DataExport.ready_at.is_(None),
        DataExport.expires_at > now,
    )
    found = session.scalars(query).first()
    if found is not None:
        return found
    made = DataExport(
        id=new_id(),
        person_id=person.id,
        asked_by=actor,
        asked_at=now,
        ready_at=None,
        expires_at=now + KEPT_FOR,
    )
    session.add(made)
    email = person.email if person.has_account else None
    tell(
        session,
        DataRequested(export_id=made.id, person_id=person.id, email=email),
        now=now,
    )
    return made


def keep_piece(
    session: Session,
    export_id: UUID,
    piece: dict[str, Any],
    *,
    now: datetime,
) -> None:
    """Keep a piece; when it was the last of all, tell the person. Twice is once.

    piece: service, number, section, rows, is_last. What nobody waits for any more is dropped.
    """
    found = session.get(DataExport, export_id)
    if found is None or found.ready_at is not None:
        return
    lock(session, found)
    if session.get(DataExportPiece, (export_id, piece["service"], piece["number"])) is None:
        session.add(DataExportPiece(export_id=export_id, **piece))
        session.flush()
    done = select(DataExportPiece.service).where(
        DataExportPiece.export_id == export_id, DataExportPiece.is_last
    )
    if {*session.scalars(done), "members"} == set(SERVICES):
        _get_ready(session, found, now=now)


def _get_ready(session: Session, found: DataExport, *, now: datetime) -> None:
    found.ready_at, found.expires_at = now, now + KEPT_FOR
    found.version += 1
    person = session.get_one(Person, found.person_id)
    if person.email is None or found.asked_by != str(person.id):
        return
    message = DataExportReady(
        request_id=found.id,
        email=person.email,
        name=person.name_in(person.locale),
        locale=person.locale,
        link=PATH,
        expires_at=found.expires_at,
    )
    tell(session, message, now=now)


def forget_exports_of(session: Session, person_id: UUID) -> None:
    """Delete what was gathered of the person."""
    session.execute(delete(DataExport).where(DataExport.person_id == person_id))
