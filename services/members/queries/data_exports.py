"""Copies of all that is held about a person: for the person and operators alone."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.model import DataExport, DataExportPiece, Person
from services.members.queries.exports import export_of
from services.members.queries.people import get_own_person
from shared.foundation.failures import Forbidden, NotFound
from shared.foundation.identities import Asker, Role


def get_export_person(session: Session, person_id: UUID, asker: Asker, *, today: date) -> Person:
    """The person, for themselves and operators: managers have no business with all of it."""
    found = get_own_person(session, person_id, asker, today=today)
    if asker.person_id != person_id and not asker.has(Role.OPERATOR):
        raise Forbidden("Only the person themselves or an operator may do this.")
    return found


def get_export(session: Session, person_id: UUID, export_id: UUID, *, now: datetime) -> DataExport:
    """The person's export, until it expires. Raises NotFound."""
    found = session.get(DataExport, export_id)
    if found is None or found.person_id != person_id or found.expires_at <= now:
        raise NotFound("There is no such export; those that expired are deleted.")
    return found


def latest_export(session: Session, person_id: UUID, *, now: datetime) -> DataExport | None:
    """The newest that has not expired."""
    query = select(DataExport).where(DataExport.person_id == person_id, DataExport.expires_at > now)
    return session.scalars(query.order_by(DataExport.id.desc()).limit(1)).first()


def sections_of(
    session: Session, person: Person, export: DataExport
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """(service/section, rows) of all services, one after the other."""
    for section, rows in export_of(session, person).items():
        yield f"members/{section}", rows if isinstance(rows, list) else [rows]
    pieces = (
        select(DataExportPiece)
        .where(DataExportPiece.export_id == export.id)
        .order_by(DataExportPiece.service, DataExportPiece.number)
    )
    gathered: dict[str, list[dict[str, Any]]] = {}
    for piece in session.scalars(pieces):
        gathered.setdefault(f"{piece.service}/{piece.section}", []).extend(piece.rows)
    yield from gathered.items()
