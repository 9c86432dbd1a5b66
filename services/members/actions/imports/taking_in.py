"""Companies of a batch: recorded, changed, and made members of the organisation."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.actions.enrolling import change_organisation, enrol_all
from services.members.actions.imports import reasons
from services.members.actions.imports.companies import FACTS, changes_of, filled_of, values_of
from services.members.actions.imports.fields import Custom, custom_fields_of
from services.members.actions.imports.previewing import leave_out
from services.members.actions.imports.targets import locked, resolve_targets
from services.members.actions.joining import join_all
from services.members.actions.recording import MEMBERSHIPS, step_of, take_turn
from services.members.model import Identifier, Import, ImportRow, Membership, Organisation
from services.members.model.membership import OPEN
from services.members.model.tax_numbers import TAX_NUMBER
from services.members.queries.organisations import identifiers_of
from shared.days import day_of
from shared.foundation.ids import new_id
from shared.messaging.outbox import tell_all


def take_in(
    session: Session,
    found: Import,
    host: Organisation,
    rows: Sequence[ImportRow],
    *,
    now: datetime,
) -> None:
    """Write the rows; each keeps its target and its effect. Tells what is recorded."""
    take_turn(session, MEMBERSHIPS)
    actor = str(found.task_by)
    custom = custom_fields_of(session, host)
    rows = _without_taken(session, found, rows)
    fresh = [row for row in rows if row.verdict == "new" and "comes_back" not in row.plan]
    made = enrol_all(
        session,
        [_enrolled(row.values, host, custom) for row in fresh],
        registered_by=found.task_by,
        actor=actor,
        now=now,
    )
    for row, company in zip(fresh, made, strict=True):
        row.target_id, row.effect = company.id, {"made": True}
    session.flush()
    resolve_targets(session, found, rows)
    companies = locked(session, Organisation, rows)
    for row in rows:
        if row.effect.get("made") is None and row.target_id in companies:
            _change(session, companies[row.target_id], row, custom, actor=actor, now=now)
    _join(session, host, rows, companies, actor=actor, now=now)


def _without_taken(session: Session, found: Import, rows: Sequence[ImportRow]) -> list[ImportRow]:
    """The rows but those whose tax number is another organisation's by now."""
    numbers = {row.values["tax_number"] for row in rows if row.values.get("tax_number")}
    query = select(Identifier.value, Identifier.organisation_id).where(
        Identifier.scheme == TAX_NUMBER, Identifier.value.in_(numbers)
    )
    owners = {row.value: row.organisation_id for row in session.execute(query)}
    kept = []
    for row in rows:
        owner = owners.get(row.values.get("tax_number") or "")
        if owner is None or owner == row.target_id or "same_as" in row.plan:
            kept.append(row)
        else:
            leave_out(session, found, row.number, row.verdict, reasons.TAKEN_SINCE)
            session.refresh(row)
    return kept


def _enrolled(values: dict[str, Any], host: Organisation, custom: Custom) -> dict[str, Any]:
    number = values.get("tax_number")
    given = [{"scheme": TAX_NUMBER, "value": number}] if number else []
    facts = {name: values.get(name) for name in ("names", *FACTS)}
    return facts | {
        "kind": "company",
        "economy": values.get("economy") or host.economy,
        "identifiers": given,
        "custom": filled_of(values, custom),
    }


def _change(
    session: Session,
    company: Organisation,
    row: ImportRow,
    custom: Custom,
    *,
    actor: str,
    now: datetime,
) -> None:
    effect: dict[str, Any] = {}
    if "comes_back" in row.plan:
        effect["made"] = True
        company.withdrawn_at = None
    if "outside" not in row.plan:
        before = {name: getattr(company, name) for name in ("names", *FACTS)}
        before |= values_of(session, custom, [company.id]).get(company.id, {})
        changes = changes_of(before, row.values)
        effect["changes"] = {name: [before.get(name), after] for name, after in changes.items()}
        changes["custom"] = filled_of(changes, custom)
        number = row.values.get("tax_number")
        known = identifiers_of(session, [company.id])[company.id] if number else []
        if number and all(each.scheme != TAX_NUMBER for each in known):
            plain = [{"scheme": each.scheme, "value": each.value} for each in known]
            changes["identifiers"] = [*plain, {"scheme": TAX_NUMBER, "value": number}]
            effect["changes"]["tax_number"] = [None, number]
        change_organisation(session, company, changes, actor=actor, now=now)
    row.effect = effect


def _join(
    session: Session,
    host: Organisation,
    rows: Sequence[ImportRow],
    companies: dict[UUID, Organisation],
    *,
    actor: str,
    now: datetime,
) -> None:
    """Memberships from today for those who have none; drafts where they must agree."""
    query = select(Membership.member_id).where(
        Membership.host_id == host.id,
        Membership.member_id.in_(companies),
        Membership.state.in_(OPEN),
    )
    has_one = set(session.scalars(query))
    joins: dict[UUID, ImportRow] = {}
    for row in rows:
        if row.target_id in companies and row.target_id not in has_one:
            joins.setdefault(row.target_id, row)
    at_once = [each for each, row in joins.items() if "draft" not in row.plan]
    made = join_all(
        session,
        host,
        [companies[each] for each in at_once],
        starts_on=day_of(session, now),
        actor=actor,
        now=now,
    )
    asked = [each for each, row in joins.items() if "draft" in row.plan]
    made += _drafts(session, host, asked, actor=actor, now=now)
    for membership in made:
        row = joins[membership.member_id]
        row.effect = row.effect | {"membership": str(membership.id)}


def _drafts(
    session: Session, host: Organisation, ids: Sequence[UUID], *, actor: str, now: datetime
) -> list[Membership]:
    made = [
        Membership(
            id=new_id(),
            version=1,
            member_id=member_id,
            host_id=host.id,
            type="member",
            state="draft",
            starts_on=day_of(session, now),
            ends_on=None,
            created_at=now,
        )
        for member_id in ids
    ]
    session.add_all(made)
    session.add_all(step_of(each, "draft", before=None, actor=actor, now=now) for each in made)
    tell_all(session, [each.told() for each in made], now=now)
    return made
