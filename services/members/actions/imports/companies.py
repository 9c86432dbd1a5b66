"""Companies of a file beside those that are known: which is which, and what would change."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.actions.customising.filling import PREFIX
from services.members.actions.customising.values import NEEDED, OF_FIELD, label_of, value_of
from services.members.actions.imports import reasons
from services.members.actions.imports.judgement import Judgement
from services.members.actions.imports.left_behind import companies_left_behind
from services.members.model import (
    CustomField,
    CustomValue,
    Identifier,
    Membership,
    Organisation,
)
from services.members.model.legal_forms import bare_name
from services.members.model.membership import ACTIVE, OPEN
from services.members.model.tax_numbers import TAX_NUMBER
from services.members.queries.scopes import ancestors_of, below, managed
from shared.foundation.identities import Asker

AT_ONCE: Final = 5_000
FACTS: Final = ("economy", "sector", "staff_count", "email", "phone", "url", "address")


@dataclass(slots=True, eq=False)
class Company:
    """One that is recorded, or that an earlier row of the file records.

    values: its names and FACTS. row: of the file that made or changed it.
    membership: its state with the host, where one is open. standing: inside the host's reach,
    outside, or withdrawn by a revert. seen: a row has spoken of it.
    """

    id: UUID | None
    tax_number: str | None
    values: dict[str, Any]
    standing: str = "inside"
    membership: str | None = None
    row: int | None = None
    made_by: int | None = None


class Companies:
    """What is known: by tax number everywhere, by name within the host's reach and the file."""

    def __init__(
        self,
        session: Session,
        host: Organisation,
        asker: Asker,
        custom: Mapping[str, CustomField] | None = None,
    ):
        self._session, self._asker, self._custom = session, asker, custom or {}
        self._by_number: dict[str, Company] = {}
        self._by_name: dict[str, list[Company]] = {}
        self._above = ancestors_of(session, host.id)
        self._ours: set[UUID] | None = None
        states = select(Membership.member_id, Membership.state).where(
            Membership.host_id == host.id, Membership.state.in_(OPEN)
        )
        self._memberships = {row.member_id: row.state for row in session.execute(states)}
        self._load(host)

    def _load(self, host: Organisation) -> None:
        numbers: dict[UUID, str] = {}
        query = select(Identifier.organisation_id, Identifier.value, Identifier.id).where(
            Identifier.scheme == TAX_NUMBER
        )
        for row in pages(self._session, query, Identifier.id):
            numbers[row.organisation_id] = row.value
        withdrawn = select(Organisation.id).where(Organisation.withdrawn_at.is_not(None))
        near = {host.id, *self._above, *self._session.scalars(below([host.id]))}
        near |= set(self._session.scalars(withdrawn))
        near |= set(self._session.scalars(companies_left_behind(host)))
        filled = values_of(self._session, self._custom, near)
        columns = [getattr(Organisation, name) for name in ("id", "names", "withdrawn_at", *FACTS)]
        for row in rows_by_id(self._session, select(*columns), Organisation.id, near):
            values = {name: getattr(row, name) for name in ("names", *FACTS)}
            values |= filled.get(row.id, {})
            standing = "withdrawn" if row.withdrawn_at else "inside"
            number = numbers.pop(row.id, None)
            company = Company(row.id, number, values, standing, self._memberships.get(row.id))
            self._keep(company, by_name=standing == "inside")
        for organisation_id, number in numbers.items():
            self._by_number[number] = Company(
                organisation_id,
                number,
                {},
                "outside",
                self._memberships.get(organisation_id),
            )

    def _keep(self, company: Company, *, by_name: bool = True) -> None:
        if company.tax_number:
            self._by_number[company.tax_number] = company
        for key in {bare_name(name) for name in company.values["names"].values()}:
            if key and by_name and company not in self._by_name.setdefault(key, []):
                self._by_name[key].append(company)

    def judge(self, number: int, values: dict[str, Any]) -> Judgement:
        """What the row is; later rows are judged as if this one were written."""
        tax_number = values.get("tax_number")
        company = self._by_number.get(tax_number) if tax_number else None
        if company is None:
            same = self._of_name(values)
            if len(same) > 1:
                return Judgement("error", [(reasons.SEVERAL, {})])
            company = same[0] if same else None
        if company is None:
            missing = self._missing(values)
            if missing:
                return Judgement("error", missing)
            self._keep(Company(None, tax_number, values, "inside", "active", number, number))
            return Judgement("new")
        if company.id in self._above:
            return Judgement("error", [(reasons.ITSELF, {})])
        if company.standing == "withdrawn":
            return self._comes_back(company, number, values)
        if company.standing == "outside":
            return self._joins(company, number)
        return self._changes(company, number, values)

    def _missing(self, values: Mapping[str, Any]) -> list[reasons.Reason]:
        """Why a new company can't be taken in without what it needs."""
        found: list[reasons.Reason] = []
        for name, field in self._custom.items():
            if field.is_required and values.get(name) is None:
                found += [(OF_FIELD, {"label": label_of(field)}), (NEEDED, {})]
        return found

    def _of_name(self, values: Mapping[str, Any]) -> Sequence[Company]:
        """Those of one of the names; with another tax number it is another company."""
        given = values.get("tax_number")
        found: dict[int, Company] = {}
        for name in values["names"].values():
            for company in self._by_name.get(bare_name(name), ()):
                if not (given and company.tax_number and company.tax_number != given):
                    found[id(company)] = company
        return list(found.values())

    def _comes_back(self, company: Company, number: int, values: dict[str, Any]) -> Judgement:
        company.standing, company.membership = "inside", "active"
        company.row = company.made_by = number
        found = changes_of(company.values, values)
        self._merge(company, found, values.get("tax_number"), is_back=True)
        return Judgement("new", [(reasons.COMES_BACK, {})], company.id, {"comes_back": True})

    def _joins(self, company: Company, number: int) -> Judgement:
        if company.row is not None or company.membership is not None:
            reason = self._known(company)
            return Judgement("duplicate", [reason], company.id)
        company.row = number
        if self._is_ours(company):
            return Judgement("update", [(reasons.JOINS, {})], company.id, {"outside": True})
        plan = {"outside": True, "draft": True}
        return Judgement("update", [(reasons.IS_ASKED, {})], company.id, plan)

    def _is_ours(self, company: Company) -> bool:
        if self._ours is None:
            query = select(Organisation.id).where(managed(Organisation.id, self._asker))
            self._ours = set(self._session.scalars(query))
        return company.id in self._ours

    def _known(self, company: Company) -> tuple[str, dict[str, Any]]:
        if company.row is not None:
            return (reasons.SAME_AS, {"row": company.row})
        if company.membership not in (None, *ACTIVE):
            return (reasons.HAS_MEMBERSHIP, {"state": company.membership})
        return (reasons.AS_RECORDED, {})

    def _changes(self, company: Company, number: int, values: dict[str, Any]) -> Judgement:
        found = changes_of(company.values, values)
        changed = list(found)
        if values.get("tax_number") and not company.tax_number:
            changed.append("tax_number")
        joins = company.membership is None
        if not changed and not joins:
            return Judgement("duplicate", [self._known(company)], company.id, _plan(company))
        plan = _plan(company)
        why: list[reasons.Reason] = [(reasons.JOINS, {})] if joins else []
        if changed:
            facts = {"fields": ", ".join(changed)}
            is_again = company.made_by is not None
            why.append(
                (reasons.ALSO_SAYS, facts | {"row": company.made_by})
                if is_again
                else (reasons.CHANGES, facts)
            )
        self._merge(company, found, values.get("tax_number"))
        company.row, company.membership = number, company.membership or "active"
        return Judgement("update", why, company.id, plan)

    def _merge(
        self,
        company: Company,
        changed: Mapping[str, Any],
        tax_number: str | None,
        *,
        is_back: bool = False,
    ) -> None:
        is_named_anew = is_back or "names" in changed or company.tax_number is None
        company.values = {**company.values, **changed}
        company.tax_number = company.tax_number or tax_number
        if is_named_anew:
            self._keep(company)


def _plan(company: Company) -> dict[str, Any]:
    return {} if company.made_by is None else {"same_as": company.made_by}


def changes_of(before: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """What the row's values would change: field → value. Empty cells change nothing.

    A name that differs in its legal form, width or punctuation alone is the same.
    """
    found = {
        name: values[name]
        for name in (*FACTS, *filter(is_custom, values))
        if values.get(name) is not None and values[name] != before.get(name)
    }
    names = dict(before.get("names") or {})
    for tag, name in values["names"].items():
        known = names.get(tag)
        if known is None or (known != name and bare_name(known) != bare_name(name)):
            names[tag] = name
    if names != (before.get("names") or {}):
        found["names"] = names
    return found


def is_custom(name: str) -> bool:
    """Whether it is the name of a custom field."""
    return name.startswith(PREFIX)


def values_of(
    session: Session, custom: Mapping[str, CustomField], ids: Iterable[UUID]
) -> dict[UUID, dict[str, Any]]:
    """organisation id → name of a custom field → its value."""
    names = {field.id: name for name, field in custom.items()}
    if not names:
        return {}
    query = select(CustomValue.organisation_id, CustomValue.field_id, CustomValue.content).where(
        CustomValue.field_id.in_(names)
    )
    found: dict[UUID, dict[str, Any]] = {}
    for row in rows_by_id(session, query, CustomValue.organisation_id, ids):
        name = names[row.field_id]
        value = value_of(custom[name], row.content)
        found.setdefault(row.organisation_id, {})[name] = value
    return found


def filled_of(
    values: Mapping[str, Any], custom: Mapping[str, CustomField]
) -> list[tuple[CustomField, Any]]:
    """Of a row's values, those of custom fields that are still filled in."""
    return [(custom[name], value) for name, value in values.items() if name in custom]


def pages(session: Session, query: Any, key: Any) -> Iterator[Any]:
    """The rows of a query by its unique key, some thousands at a time."""
    last: Any = None
    while True:
        page = query.order_by(key).limit(AT_ONCE)
        rows = session.execute(page if last is None else page.where(key > last)).all()
        yield from rows
        if len(rows) < AT_ONCE:
            return
        last = getattr(rows[-1], key.key)


def rows_by_id(session: Session, query: Any, key: Any, ids: Iterable[UUID]) -> Iterator[Any]:
    """The rows of a query that have these ids, some thousands at a time."""
    ordered = iter(sorted(ids))
    while some := list(islice(ordered, AT_ONCE)):
        yield from session.execute(query.where(key.in_(some)))
