"""The audit as an asker may read it."""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import Select, and_, or_, select, true
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from services.members.model import AuditEntry, Person
from services.members.queries.people import people_for, people_seen
from services.members.queries.scopes import managed
from shared.foundation.clock import start_of
from shared.foundation.identities import Asker, Role
from shared.foundation.ids import find_id


def entries_for(asker: Asker, *, today: date) -> Select[AuditEntry]:
    """All for operators; for others what was done to their organisations, with their members,
    to the people whom they may see."""
    return select(AuditEntry).where(_reached(asker, today))


def _reached(asker: Asker, today: date) -> ColumnElement[bool]:
    if asker.has(Role.OPERATOR):
        return true()
    people = people_for(asker, today=today).with_only_columns(Person.id)
    about_people = and_(
        AuditEntry.subject == Person.__tablename__, AuditEntry.subject_id.in_(people)
    )
    return or_(
        managed(AuditEntry.organisation_id, asker),
        managed(AuditEntry.counterpart_id, asker),
        about_people,
    )


def entries_where(
    query: Select[AuditEntry],
    *,
    time_zone: str,
    actor: str | None = None,
    subject: str | None = None,
    subject_id: UUID | None = None,
    organisation_id: UUID | None = None,
    from_day: date | None = None,
    to_day: date | None = None,
) -> Select[AuditEntry]:
    """The entries, filtered. from_day, to_day: both included, as days there.

    organisation_id: done to it, for it, or to a membership in it.
    """
    if actor is not None:
        query = query.where(AuditEntry.actor == actor)
    if subject is not None:
        query = query.where(AuditEntry.subject == subject)
    if subject_id is not None:
        query = query.where(AuditEntry.subject_id == subject_id)
    if organisation_id is not None:
        columns = (
            AuditEntry.organisation_id,
            AuditEntry.counterpart_id,
            AuditEntry.acting_for,
        )
        query = query.where(or_(*(column == organisation_id for column in columns)))
    if from_day is not None:
        query = query.where(AuditEntry.at >= start_of(from_day, time_zone))
    if to_day is not None:
        query = query.where(AuditEntry.at < start_of(to_day + timedelta(days=1), time_zone))
    return query


def names_seen(
    session: Session, ids: Iterable[UUID], asker: Asker, *, today: date, language: str
) -> dict[UUID, str]:
    """person id → name, of those whom the asker may see."""
    seen = people_seen(session, ids, asker, today=today)
    return {each: person.name_in(language) for each, person in seen.items()}


def ids_of_people(entries: Iterable[AuditEntry]) -> set[UUID]:
    """Who did it, and whom it is about."""
    found: set[UUID] = set()
    for each in entries:
        for value in (each.actor, each.person_id):
            person_id = find_id(value)
            if person_id is not None:
                found.add(person_id)
    return found
