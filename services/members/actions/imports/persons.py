"""People of a file beside those of the organisation: by address and folded name."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.members.actions.imports import reasons
from services.members.actions.imports.companies import rows_by_id
from services.members.actions.imports.judgement import Judgement
from services.members.model import (
    Affiliation,
    Appointment,
    Import,
    ImportRow,
    Organisation,
    Person,
)
from services.members.queries.scopes import below
from shared.foundation.names import PersonName, fold_email, folded_forms

FACTS: Final = ("phone", "economy", "locale", "gender")


@dataclass(slots=True, eq=False)
class Somebody:
    """One who is recorded, or whom an earlier row of the file records.

    has_place: works at the organisation. has_office: is its delegate.
    """

    id: UUID | None
    values: dict[str, Any]
    has_place: bool
    has_office: bool
    row: int | None = None
    made_by: int | None = None
    is_back: bool = False


class People:
    """Those of the organisation and below, those of its reverted imports, and the file's."""

    def __init__(self, session: Session, host: Organisation, *, kind: str, today: date):
        self._session, self._wants_office = session, kind == "delegates"
        self._by_key: dict[tuple[str, str], Somebody] = {}
        self._load(host, today)

    def _load(self, host: Organisation, today: date) -> None:
        session = self._session
        workers = set(session.scalars(_at(Affiliation, [host.id], today)))
        office = _at(Appointment, [host.id], today).where(Appointment.role == "delegate")
        officers = set(session.scalars(office))
        placed = {*session.scalars(_in_reach(Affiliation, host, today))}
        placed |= {*session.scalars(_in_reach(Appointment, host, today))}
        left = {*session.scalars(_left_behind(host, today))}
        columns = [getattr(Person, name) for name in ("id", "names", "search_key", "email_key")]
        columns += [getattr(Person, name) for name in FACTS]
        query = select(*columns).where(Person.is_there())
        for is_back, ids in ((True, left), (False, placed)):
            for row in rows_by_id(session, query, Person.id, ids):
                values = {name: getattr(row, name) for name in ("names", *FACTS)}
                one = Somebody(
                    row.id, values, row.id in workers, row.id in officers, is_back=is_back
                )
                self._keep(one, row.email_key or "", row.search_key.split("\n"))

    def _keep(self, one: Somebody, email_key: str, forms: Iterable[str]) -> None:
        for form in forms:
            self._by_key[email_key, form] = one

    def judge(self, number: int, values: dict[str, Any]) -> Judgement:
        """What the row is; later rows are judged as if this one were written."""
        email_key = fold_email(values["email"]) if values.get("email") else ""
        forms = [form for name in values["names"] for form in folded_forms(PersonName(**name))]
        one = next(
            (self._by_key[email_key, f] for f in forms if (email_key, f) in self._by_key), None
        )
        if one is None:
            one = Somebody(None, values, True, self._wants_office, number, number)
            self._keep(one, email_key, forms)
            return Judgement("new")
        self._keep(one, email_key, forms)
        changed = changes_of(one.values, values)
        one.values = one.values | changed
        if one.is_back:
            one.is_back, one.has_place, one.has_office = False, True, self._wants_office
            one.row = one.made_by = number
            return Judgement("new", [(reasons.COMES_BACK, {})], one.id, {"comes_back": True})
        return self._known(one, number, list(changed))

    def _known(self, one: Somebody, number: int, changed: list[str]) -> Judgement:
        plan = {} if one.made_by is None else {"same_as": one.made_by}
        if not one.has_place:
            changed.append("affiliation")
        if self._wants_office and not one.has_office:
            changed.append("appointment")
        if not changed:
            why = (
                (reasons.AS_RECORDED, {})
                if one.row is None
                else (reasons.SAME_AS, {"row": one.row})
            )
            return Judgement("duplicate", [why], one.id, plan)
        facts: dict[str, Any] = {"fields": ", ".join(changed)}
        why = (reasons.CHANGES, facts)
        if one.made_by is not None:
            why = (reasons.ALSO_SAYS, facts | {"row": one.made_by})
        one.has_place, one.row = True, number
        one.has_office = one.has_office or self._wants_office
        return Judgement("update", [why], one.id, plan)


def _at(kind: Any, organisation_ids: Sequence[UUID], today: date) -> Any:
    return select(kind.person_id).where(
        kind.organisation_id.in_(organisation_ids), kind.is_live_on(today)
    )


def _in_reach(kind: Any, host: Organisation, today: date) -> Any:
    here = or_(kind.organisation_id == host.id, kind.organisation_id.in_(below([host.id])))
    return select(kind.person_id).where(here, kind.is_live_on(today))


def _left_behind(host: Organisation, today: date) -> Any:
    """People whom this organisation's reverted imports had recorded, and who are nowhere now."""
    recorded = (
        select(ImportRow.target_id)
        .join(Import, Import.id == ImportRow.import_id)
        .where(
            Import.organisation_id == host.id,
            Import.state == "reverted",
            ImportRow.verdict == "new",
            ImportRow.target_id.is_not(None),
        )
    )
    placed = (
        select(kind.person_id).where(kind.is_live_on(today)) for kind in (Affiliation, Appointment)
    )
    works, serves = placed
    return select(Person.id).where(
        Person.id.in_(recorded),
        Person.has_account.is_(False),
        Person.id.not_in(works),
        Person.id.not_in(serves),
    )


def changes_of(before: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """What the row's values would change: field → value. A form of the name is only added."""
    found = {
        name: values[name]
        for name in FACTS
        if values.get(name) is not None and values[name] != before.get(name)
    }
    kinds = {name["kind"] for name in before["names"]}
    more = [name for name in values["names"] if name["kind"] not in kinds]
    if more:
        found["names"] = [*before["names"], *more]
    return found
