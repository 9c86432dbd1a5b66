"""People of a batch: recorded, changed, affiliated, and appointed as delegates."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.actions.imports.persons import FACTS, changes_of
from services.members.actions.imports.rows import default_locale
from services.members.actions.imports.targets import locked, resolve_targets
from services.members.actions.introducing import change_person, record_people
from services.members.actions.recording import step_of
from services.members.model import (
    Affiliation,
    Appointment,
    Import,
    ImportRow,
    Organisation,
    Person,
)
from shared.days import day_of
from shared.foundation.ids import new_id
from shared.foundation.names import PersonName
from shared.messaging.outbox import tell_all


def place_people(
    session: Session,
    found: Import,
    host: Organisation,
    rows: Sequence[ImportRow],
    *,
    now: datetime,
) -> None:
    """Write the rows; each keeps its target and its effect. Tells what is recorded."""
    actor = str(found.task_by)
    fresh = [row for row in rows if row.verdict == "new" and "comes_back" not in row.plan]
    made = record_people(
        session,
        [_recorded(row.values, host) for row in fresh],
        registered_by=found.task_by,
        actor=actor,
        now=now,
    )
    for row, person in zip(fresh, made, strict=True):
        row.target_id, row.effect = person.id, {"made": True}
    session.flush()
    resolve_targets(session, found, rows)
    people = locked(session, Person, rows)
    for row in rows:
        person_ = people.get(row.target_id) if row.target_id else None
        if row.effect.get("made") is None and person_ is not None:
            _change(session, person_, row, actor=actor, now=now)
    placed = [row for row in rows if row.target_id in people]
    _add(session, host, placed, "affiliation", _affiliation, actor=actor, now=now)
    if found.kind == "delegates":
        _add(session, host, placed, "appointment", _appointment, actor=actor, now=now)


def _names(plain: Iterable[dict[str, Any]]) -> list[PersonName]:
    return [PersonName(**name) for name in plain]


def _recorded(values: dict[str, Any], host: Organisation) -> dict[str, Any]:
    economy = values.get("economy") or host.economy
    facts = {name: values.get(name) for name in ("email", *FACTS)}
    return facts | {
        "names": _names(values["names"]),
        "economy": economy,
        "locale": values.get("locale") or default_locale(values["names"], economy),
    }


def _change(session: Session, person: Person, row: ImportRow, *, actor: str, now: datetime) -> None:
    before = {name: getattr(person, name) for name in ("names", *FACTS)}
    changes = changes_of(before, row.values)
    row.effect = {"changes": {name: [before[name], after] for name, after in changes.items()}}
    if "comes_back" in row.plan:
        row.effect = row.effect | {"made": True}
    if "names" in changes:
        changes = changes | {"names": _names(changes["names"])}
    change_person(session, person, changes, actor=actor, now=now)


def _affiliation(row: ImportRow, host: Organisation, _: date) -> Affiliation:
    return Affiliation(
        id=new_id(),
        version=1,
        person_id=row.target_id,
        organisation_id=host.id,
        title=row.values.get("title") or "",
        starts_on=None,
        ends_on=None,
        ended_at=None,
    )


def _appointment(row: ImportRow, host: Organisation, today: date) -> Appointment:
    last = row.values.get("ends_on")
    return Appointment(
        id=new_id(),
        version=1,
        person_id=row.target_id,
        organisation_id=host.id,
        role="delegate",
        starts_on=today,
        ends_on=max(today, date.fromisoformat(last)) if last else None,
        ended_at=None,
        substituted_by=None,
        grant_id=None,
    )


Maker = Callable[[ImportRow, Organisation, date], Any]
STEPS = {"affiliation": "affiliated", "appointment": "appointed"}


def _add(
    session: Session,
    host: Organisation,
    rows: Sequence[ImportRow],
    what: str,
    make: Maker,
    *,
    actor: str,
    now: datetime,
) -> None:
    """One for each person who has none at the organisation now."""
    today = day_of(session, now)
    kind: Any = Affiliation if what == "affiliation" else Appointment
    ids = {row.target_id for row in rows}
    held = select(kind.person_id).where(
        kind.organisation_id == host.id, kind.person_id.in_(ids), kind.is_live_on(today)
    )
    if what == "appointment":
        held = held.where(Appointment.role == "delegate")
    has_one: set[UUID | None] = set(session.scalars(held))
    made = []
    for row in rows:
        if row.target_id not in has_one:
            has_one.add(row.target_id)
            thing = make(row, host, today)
            row.effect = row.effect | {what: str(thing.id)}
            made.append(thing)
    session.add_all(made)
    session.add_all(step_of(each, STEPS[what], before=None, actor=actor, now=now) for each in made)
    tell_all(session, [each.told() for each in made], now=now)
