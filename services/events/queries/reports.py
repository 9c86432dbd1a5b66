"""What a workshop's report says: delegations, who takes part, and the balance in totals alone."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import Session, aliased

from services.events.model import (
    Nomination,
    OrganisationCopy,
    PersonCopy,
    Registration,
    Workshop,
)
from services.events.model.form import Question, shown_answer
from services.events.queries.copies import names_of
from shared.database import is_among
from shared.foundation.economies import economy_names, economy_order
from shared.foundation.languages import Text, in_language
from shared.foundation.sheets import Sheet
from shared.foundation.sheets import as_is as _
from shared.foundation.small_cells import hide_small

COUNTED: Final = ("confirmed", "attended", "no_show")
IN_ORDER: Final = (
    *("attended", "no_show", "pending", "waiting", "offered"),
    *("cancelled", "rejected"),
)
HEAD_FIRST: Final = ("head", "member", "alternate")
Body = aliased(OrganisationCopy)
Own = aliased(OrganisationCopy)


@dataclass(frozen=True, kw_only=True)
class Participant:
    """Somebody with a seat; counted once. economy: the nominating body's, else that of the
    organisation they come from, else their own."""

    registration: Registration
    body_id: UUID | None
    economy: str | None
    role: str
    capacity: str


@dataclass
class Delegation:
    """All of one body's people at one workshop, the head first."""

    organisation_id: UUID
    names: Text
    economy: str | None
    people: list[Participant] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """capacity → how many."""
        return dict(Counter(each.capacity for each in self.people))


@dataclass(frozen=True)
class Share:
    """One line of a balance. count: None where it is hidden."""

    key: str
    names: Text
    count: int | None


def _economy() -> ColumnElement[str | None]:
    return func.coalesce(Body.economy, Own.economy, PersonCopy.economy)


def _joined(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Registration)
        .outerjoin(Nomination, Nomination.id == Registration.nomination_id)
        .outerjoin(Body, Body.id == Nomination.organisation_id)
        .outerjoin(Own, Own.id == Registration.organisation_id)
        .outerjoin(PersonCopy, PersonCopy.id == Registration.person_id)
    )


def participants_of(workshop: Workshop) -> Select[Any]:
    """(registration, body, economy, role, capacity) of everyone with a seat, in no order yet."""
    query = _joined(
        Registration,
        func.coalesce(Nomination.organisation_id, Registration.organisation_id),
        _economy(),
        Nomination.role,
        Nomination.capacity,
    )
    return query.where(Registration.workshop_id == workshop.id, Registration.state.in_(COUNTED))


def _participant(row: Row[Any]) -> Participant:
    registration, body_id, economy, role, capacity = tuple(row)
    return Participant(
        registration=registration,
        body_id=body_id,
        economy=economy,
        role=role or "",
        capacity=capacity or "",
    )


def list_of_participants(session: Session, workshop: Workshop) -> list[Participant]:
    """Everyone with a seat: by economy in APEC's order, delegations together, the head first."""
    found = [_participant(row) for row in session.execute(participants_of(workshop))]
    return sorted(found, key=_in_order)


def _in_order(each: Participant) -> tuple[Any, ...]:
    return (
        economy_order(each.economy) if each.economy else (10_000, ""),
        str(each.body_id or ""),
        HEAD_FIRST.index(each.role) if each.role in HEAD_FIRST else len(HEAD_FIRST),
        each.registration.name_key,
    )


def delegations_of(
    session: Session, workshop: Workshop, bodies: ColumnElement[bool] | None = None
) -> list[Delegation]:
    """The delegations, by economy in APEC's order. bodies: which of the nominations to count."""
    rows = session.execute(delegates_of(workshop, bodies))
    found = sorted((_participant(row) for row in rows), key=_in_order)
    names = names_of(session, {each.body_id for each in found if each.body_id})
    delegations: dict[UUID, Delegation] = {}
    for each in found:
        if each.body_id is not None:
            known = delegations.setdefault(
                each.body_id,
                Delegation(each.body_id, names.get(each.body_id, {}), each.economy),
            )
            known.people.append(each)
    return list(delegations.values())


def by_state(session: Session, workshop: Workshop) -> list[tuple[str, int]]:
    """(state, how many registrations) of those that there are."""
    query = select(Registration.state, func.count()).where(Registration.workshop_id == workshop.id)
    counts = {row[0]: row[1] for row in session.execute(query.group_by(Registration.state))}
    return [(state, counts[state]) for state in IN_ORDER if counts.get(state)]


def by_economy(session: Session, workshop: Workshop) -> list[Share]:
    """How many with a seat from each economy, in APEC's order; last, of whom it is not known."""
    counts = _counts(session, workshop, _economy())
    known = sorted((code for code in counts if code), key=economy_order)
    shares = [Share(code, economy_names(code), counts[code]) for code in known]
    if None in counts:
        shares.append(Share("", {"en": "Not known", "zh-Hant": "未知"}, counts[None]))
    return shares


def by_body(session: Session, workshop: Workshop) -> list[Share]:
    """How many with a seat from each body or organisation, most first."""
    whose = func.coalesce(Nomination.organisation_id, Registration.organisation_id)
    counts = _counts(session, workshop, whose)
    names = names_of(session, [each for each in counts if each])
    ranked = sorted((each for each in counts if each), key=lambda each: -counts[each])
    shares = [Share(str(each), names.get(each, {}), counts[each]) for each in ranked]
    if None in counts:
        shares.append(Share("", {"en": "On their own", "zh-Hant": "個人"}, counts[None]))
    return shares


def _counts(session: Session, workshop: Workshop, key: ColumnElement[Any]) -> dict[Any, int]:
    query = _joined(key, func.count()).where(
        Registration.workshop_id == workshop.id, Registration.state.in_(COUNTED)
    )
    return {row[0]: row[1] for row in session.execute(query.group_by(key))}


def by_answer(session: Session, workshop: Workshop, question: Question) -> list[Share]:
    """How those with a seat answered a question of the balance; small cells are hidden."""
    query = select(Registration.answers[question["key"]]).where(
        Registration.workshop_id == workshop.id, Registration.state.in_(COUNTED)
    )
    counts: Counter[str] = Counter()
    for answer in session.scalars(query):
        values = answer if isinstance(answer, list) else [answer]
        counts.update("" if value is None else _as_key(value) for value in values or [None])
    order = [option["value"] for option in question["options"]] or ["yes", "no"]
    cells = {value: counts.get(value, 0) for value in [*order, ""]}
    return [
        Share(value, _words(question, value), count) for value, count in hide_small(cells).items()
    ]


def _as_key(value: Any) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _words(question: Question, value: str) -> Text:
    plain = {"": ("Not said", "未填"), "yes": ("Yes", "是"), "no": ("No", "否")}
    if (value in plain and question["kind"] == "checkbox") or not value:
        return dict(zip(("en", "zh-Hant"), plain[value], strict=True))
    return {tag: str(shown_answer(question, value, tag)) for tag in ("en", "zh-Hant")}


def over_time(session: Session, workshop: Workshop) -> list[tuple[date, int]]:
    """(day at the venue, how many were registered by its end), for days that had any."""
    query = select(Registration.created_at).where(
        Registration.workshop_id == workshop.id,
        Registration.state.not_in(("cancelled", "rejected")),
    )
    zone = ZoneInfo(workshop.time_zone)
    days = Counter(moment.astimezone(zone).date() for moment in session.scalars(query))
    ordered = sorted(days)
    return list(zip(ordered, accumulate(days[day] for day in ordered), strict=True))


def delegates_of(workshop: Workshop, bodies: ColumnElement[bool] | None = None) -> Select[Any]:
    """As `participants_of`, of those whom a body named. bodies: which nominations to count."""
    query = participants_of(workshop).where(Registration.nomination_id.is_not(None))
    return query if bodies is None else query.where(bodies)


def participants_sheet(workshop: Workshop, *, language: str, name: str = "participants") -> Sheet:
    """Everyone with a seat, as a table: economies by their APEC names. name: of the file."""
    headings = (
        *(_("Economy"), _("Organisation"), _("Name"), _("Role"), _("Capacity")),
        *(_("State"), _("Mail address")),
    )

    def cells(session: Session, page: Sequence[Registration]) -> Iterable[Sequence[Any]]:
        chosen = is_among(session, Registration.id, [each.id for each in page])
        rows = session.execute(participants_of(workshop).where(chosen).order_by(Registration.id))
        found = [_participant(row) for row in rows]
        names = names_of(session, {each.body_id for each in found if each.body_id})
        for each in found:
            yield [
                in_language(economy_names(each.economy), language) if each.economy else None,
                in_language(names.get(each.body_id), language) if each.body_id else None,
                each.registration.name,
                each.role or None,
                each.capacity or None,
                each.registration.state,
                each.registration.email,
            ]

    return Sheet(name, headings, cells)
