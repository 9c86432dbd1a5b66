"""Reverting: exactly what an import wrote is undone; what somebody changed since is left.

Memberships, affiliations and appointments end, with their history; fields get back what they
held; companies that only the import knew are withdrawn from lists.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.actions.enrolling import change_organisation
from services.members.actions.imports import reasons
from services.members.actions.imports.answering import take_back_answers
from services.members.actions.imports.companies import (
    FACTS,
    changes_of,
    filled_of,
    is_custom,
    values_of,
)
from services.members.actions.imports.fields import custom_fields_of
from services.members.actions.imports.targets import locked, locked_by_id
from services.members.actions.introducing import change_person
from services.members.actions.recording import MEMBERSHIPS, step_of, take_turn
from services.members.model import (
    Affiliation,
    Appointment,
    Import,
    ImportRow,
    Membership,
    Organisation,
    Person,
    RoleGrant,
)
from services.members.model.imports import WRITTEN
from services.members.model.membership import OPEN
from services.members.model.tax_numbers import TAX_NUMBER
from services.members.queries.organisations import identifiers_of
from shared.days import day_of
from shared.foundation.names import PersonName
from shared.messaging.outbox import tell_all

PLACES: Mapping[str, Any] = {
    "membership": Membership,
    "affiliation": Affiliation,
    "appointment": Appointment,
}
WAS = {"membership": "active", "affiliation": "affiliated", "appointment": "appointed"}


def revert_batch(session: Session, found: Import, *, now: datetime, at_once: int) -> bool:
    """Undo some rows, the last first; whether there may be more."""
    query = select(ImportRow).where(
        ImportRow.import_id == found.id,
        ImportRow.number <= found.reached,
        ImportRow.verdict.in_(WRITTEN),
    )
    rows: Sequence[ImportRow] = session.scalars(
        query.order_by(ImportRow.number.desc()).limit(at_once)
    ).all()
    if not rows:
        return False
    left: dict[int, list[str]] = {row.number: [] for row in rows}
    if found.kind == "demand":
        take_back_answers(session, found, rows, left, now=now)
    else:
        _take_back(session, found, rows, left, now=now)
    for row in rows:
        if left[row.number]:
            row.reasons = [(reasons.LEFT, {"fields": ", ".join(left[row.number])})]
            found.left_count += 1
    found.done_count += len(rows)
    found.reached = rows[-1].number - 1
    return len(rows) == at_once


def _take_back(
    session: Session,
    found: Import,
    rows: Sequence[ImportRow],
    left: dict[int, list[str]],
    *,
    now: datetime,
) -> None:
    take_turn(session, MEMBERSHIPS)
    actor = str(found.task_by)
    for what in PLACES:
        _end_places(session, rows, what, left, actor=actor, now=now)
    _restore(session, found, rows, left, actor=actor, now=now)
    if found.kind == "companies":
        _withdraw(session, found, rows, left, now=now)


def _end_places(
    session: Session,
    rows: Sequence[ImportRow],
    what: str,
    left: dict[int, list[str]],
    *,
    actor: str,
    now: datetime,
) -> None:
    """End what the rows made, unless its version says that somebody has had it since."""
    wanted = {UUID(row.effect[what]): row for row in rows if what in row.effect}
    things = locked_by_id(session, PLACES[what], set(wanted))
    ended = []
    for id_, row in wanted.items():
        thing = things[id_]
        if thing.version != 1:
            left[row.number].append(what)
            continue
        before = _end(thing, day_of(session, now), now=now)
        ended.append((thing, before))
    session.add_all(
        step_of(
            thing,
            thing.state if what == "membership" else "ended",
            before=before or WAS[what],
            actor=actor,
            now=now,
            reason="import reverted",
        )
        for thing, before in ended
    )
    tell_all(session, [thing.told() for thing, _ in ended], now=now)


def _end(thing: Any, today: date, *, now: datetime) -> str | None:
    """What its state was, where it has one."""
    before = None
    if isinstance(thing, Membership):
        before, thing.state = thing.state, "resigned"
        thing.ends_on = max(today, thing.starts_on)
    else:
        thing.ended_at = now
        last = min(thing.ends_on or today, today)
        thing.ends_on = max(last, thing.starts_on or last)
    thing.version += 1
    return before


def _restore(
    session: Session,
    found: Import,
    rows: Sequence[ImportRow],
    left: dict[int, list[str]],
    *,
    actor: str,
    now: datetime,
) -> None:
    changed = [row for row in rows if row.effect.get("changes")]
    kind: Any = Organisation if found.kind == "companies" else Person
    things = locked(session, kind, changed)
    host = session.get_one(Organisation, found.organisation_id)
    custom = custom_fields_of(session, host) if kind is Organisation else {}
    for row in changed:
        thing = things[row.target_id or found.id]
        back: dict[str, Any] = {}
        filled = values_of(session, custom, [thing.id]).get(thing.id, {})
        for name, (before, after) in row.effect["changes"].items():
            held = filled.get(name) if is_custom(name) else _value(session, thing, name)
            if held == after:
                back[name] = before
            else:
                left[row.number].append(name)
        if kind is Person:
            if "names" in back:
                back["names"] = [PersonName(**name) for name in back["names"]]
            if thing.erased_at is None:
                change_person(session, thing, back, actor=actor, now=now)
            continue
        if "tax_number" in back:
            del back["tax_number"]
            known = identifiers_of(session, [thing.id])[thing.id]
            back["identifiers"] = [
                {"scheme": each.scheme, "value": each.value}
                for each in known
                if each.scheme != TAX_NUMBER
            ]
        back["custom"] = filled_of(back, custom)
        change_organisation(session, thing, back, actor=actor, now=now)


def _value(session: Session, thing: Any, name: str) -> Any:
    if name != "tax_number":
        return getattr(thing, name)
    known = identifiers_of(session, [thing.id])[thing.id]
    return next((each.value for each in known if each.scheme == TAX_NUMBER), None)


def _withdraw(
    session: Session,
    found: Import,
    rows: Sequence[ImportRow],
    left: dict[int, list[str]],
    *,
    now: datetime,
) -> None:
    """Take the companies that the rows recorded out of lists, unless they are in use."""
    made = {row.target_id: row for row in rows if row.effect.get("made") and row.target_id}
    if not made:
        return
    session.flush()
    companies = locked(session, Organisation, list(made.values()))
    in_use: set[UUID | None] = set()
    for column, live in (
        (Membership.member_id, Membership.state.in_(OPEN)),
        (Membership.host_id, Membership.state.in_(OPEN)),
        (Affiliation.organisation_id, Affiliation.is_live_on(day_of(session, now))),
        (Appointment.organisation_id, Appointment.is_live_on(day_of(session, now))),
        (RoleGrant.organisation_id, RoleGrant.is_live_at(now)),
    ):
        in_use |= set(session.scalars(select(column).where(column.in_(made), live)))
    custom = custom_fields_of(session, session.get_one(Organisation, found.organisation_id))
    filled = values_of(session, custom, list(companies))
    for id_, row in made.items():
        company = companies[id_]
        facts = {name: getattr(company, name) for name in ("names", *FACTS)}
        facts |= filled.get(id_, {})
        if _is_changed(facts, row):
            left[row.number].append("organisation")
        elif id_ not in in_use:
            company.withdrawn_at = now
        elif not left[row.number]:
            left[row.number].append("organisation")


def _is_changed(facts: Mapping[str, Any], row: ImportRow) -> bool:
    """Whether the company says something else or more than the row that recorded it; its changes
    are undone.

    facts: its names, FACTS and custom fields.
    """
    if row.effect.get("changes"):
        return False
    if not row.values or changes_of(facts, row.values):
        return True
    # What came back has what it had before; a new one's economy may be its host's.
    is_new = "changes" not in row.effect
    said = {"economy", *row.values}
    return is_new and any(facts[name] is not None for name in facts.keys() - said)
