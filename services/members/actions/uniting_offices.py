"""What a person holds twice once two records are one: offices, seats, places and grants.

One of the two goes on for both terms. The other ends beside it, and is there again with its own
days once the merge is undone.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.actions.failures import WrongState
from services.members.actions.granting import take_grant
from services.members.actions.recording import lock, record
from services.members.model import Affiliation, Appointment, RoleGrant
from shared.days import day_of
from shared.messaging.outbox import tell

Held = Affiliation | Appointment | RoleGrant
SUPERSEDED: Final = "superseded"
ALIKE: Final[Mapping[type[Any], tuple[str, ...]]] = {
    Affiliation: ("person_id", "organisation_id"),
    Appointment: ("person_id", "organisation_id", "role", "seat_id"),
    RoleGrant: ("person_id", "organisation_id", "role", "subtree"),
}
"""What two have in common that are one and the same, where their terms meet."""
FROM_TEXT: Final[Mapping[str, Callable[[str], Any]]] = {
    **dict.fromkeys(("starts_on", "ends_on"), date.fromisoformat),
    **dict.fromkeys(("starts_at", "expires_at", "ended_at"), datetime.fromisoformat),
    **dict.fromkeys(("substituted_by", "substitutes_for"), UUID),
}
EARLIEST, LATEST = (datetime.combine(day, time(), UTC) for day in (date.min, date.max))


@dataclass(frozen=True)
class Change:
    """One row that a merge changed. beside: the one that goes on in its place, where it ended."""

    table: str
    id: str
    beside: str | None
    before: dict[str, str | None]
    after: dict[str, str | None]

    @property
    def plain(self) -> list[Any]:
        """As it is kept."""
        return [self.table, self.id, self.beside, self.before, self.after]


@dataclass
class Uniting:
    """Making one of two, and what was changed by it."""

    session: Session
    actor: str
    now: datetime
    changes: list[Change]

    def change(self, row: Held, beside: Held | None = None, **values: Any) -> None:
        """Give the row the values, and keep what it had; tell of it."""
        before = {name: getattr(row, name) for name in values}
        if before == values:
            return
        for name, value in values.items():
            setattr(row, name, value)
        row.version += 1
        self.keep(row, beside, before, values)
        after = SUPERSEDED if beside else "changed"
        record(self.session, row, after, before=_was(row), actor=self.actor, now=self.now)
        tell(self.session, row.told(), now=self.now)

    def keep(
        self, row: Held, beside: Held | None, before: dict[str, Any], after: dict[str, Any]
    ) -> None:
        """Note the change for whoever undoes it."""
        texts = ({name: text_of(value) for name, value in each.items()} for each in (before, after))
        beside_id = str(beside.id) if beside else None
        self.changes.append(Change(row.__tablename__, str(row.id), beside_id, *texts))


def unite_held(
    session: Session, moved: Sequence[Any], *, actor: str, now: datetime
) -> list[list[Any]]:
    """Make one of what is held twice since these rows have moved. Answers the changes, plain.

    Tells of each row that changed.
    """
    session.flush()
    uniting = Uniting(session, actor, now, [])
    for run in _runs(session, [row for row in moved if isinstance(row, Held)], now=now):
        for row in run:
            lock(session, row)
        goes_on = min(run, key=lambda row: _rank(session, row))
        _unite(uniting, goes_on, [row for row in run if row is not goes_on])
    session.flush()
    return [each.plain for each in uniting.changes]


def _runs(session: Session, moved: Sequence[Held], *, now: datetime) -> Iterator[list[Any]]:
    """Each set of two and more alike whose terms meet, one of them moved."""
    seen, today = set[UUID](), day_of(session, now)
    for row in moved:
        if row.id in seen or (isinstance(row, RoleGrant) and _is_of_office(session, row)):
            continue
        alike = [each for each in _alike(session, row) if _is_live(each, today, now=now)]
        for run in _meeting(sorted(alike, key=lambda each: (_term(each), each.id))):
            if len(run) > 1 and row in run and _is_one(run):
                seen |= {each.id for each in run}
                yield run


def _alike(session: Session, row: Held) -> Sequence[Any]:
    kind: type[Any] = type(row)
    query = select(kind).where(*(getattr(kind, name) == getattr(row, name) for name in ALIKE[kind]))
    found = session.scalars(query).all()
    if kind is not RoleGrant:
        return found
    return [each for each in found if not _is_of_office(session, each)]


def _is_of_office(session: Session, granted: RoleGrant) -> bool:
    """Whether an office has given it: it goes with that."""
    query = select(Appointment.id).where(Appointment.grant_id == granted.id)
    return session.scalars(query).first() is not None


def _is_live(row: Held, today: date, *, now: datetime) -> bool:
    if isinstance(row, RoleGrant):
        return row.revoked_at is None and (row.expires_at is None or row.expires_at > now)
    return row.ended_at is None and (row.ends_on is None or row.ends_on >= today)


def _term(row: Held) -> tuple[datetime, datetime]:
    if isinstance(row, RoleGrant):
        return row.starts_at or EARLIEST, row.expires_at or LATEST
    starts_on, ends_on = row.starts_on or date.min, row.ends_on or date.max
    return datetime.combine(starts_on, time(), UTC), datetime.combine(ends_on, time(), UTC)


def _meeting(rows: Sequence[Held]) -> Iterator[list[Held]]:
    """Runs of those that meet, of rows in the order of their beginnings."""
    run: list[Held] = []
    end = EARLIEST
    for row in rows:
        starts, ends = _term(row)
        if run and starts > end:
            yield run
            run = []
        run.append(row)
        end = max(end, ends) if len(run) > 1 else ends
    if run:
        yield run


def _is_one(run: Sequence[Held]) -> bool:
    """Somebody may work at one place by two titles; that is no mistake."""
    titles = {each.title.casefold() for each in run if isinstance(each, Affiliation)}
    return len(titles - {""}) < 2


def _rank(session: Session, row: Held) -> tuple[Any, ...]:
    """The least of them goes on: a holder before who stands in, what has a grant or a title
    before what has none, then the first, and the longest of those."""
    if isinstance(row, Appointment):
        lacks = row.substitutes_for is not None, _grant_of(session, row) is None
    else:
        lacks = False, isinstance(row, Affiliation) and not row.title
    starts, ends = _term(row)
    return *lacks, starts, LATEST - ends, row.id


def _unite(uniting: Uniting, goes_on: Held, others: Sequence[Any]) -> None:
    run: list[Any] = [goes_on, *others]
    if isinstance(goes_on, RoleGrant):
        _unite_grants(uniting, run)
        return
    if isinstance(goes_on, Appointment):
        found = (_grant_of(uniting.session, each) for each in run)
        _unite_grants(uniting, [each for each in found if each])
    today = day_of(uniting.session, uniting.now)
    starts = [each.starts_on for each in run if each.starts_on]
    term = {"starts_on": min(starts, default=None), "ends_on": _last(run, "ends_on")}
    for each in others:
        last = min(each.ends_on or today, today)
        values = {"ended_at": uniting.now, "ends_on": max(last, each.starts_on or last)}
        if isinstance(each, Appointment) and isinstance(goes_on, Appointment):
            uniting.change(each, goes_on, **values, substituted_by=goes_on.id)
            _stand_in_for(uniting, each, goes_on)
        else:
            uniting.change(each, goes_on, **values)
    uniting.change(goes_on, **term)


def _last(run: Sequence[Any], name: str) -> Any:
    """The last of their ends; None where one has none."""
    ends = [getattr(each, name) for each in run]
    return None if None in ends else max(ends)


def _unite_grants(uniting: Uniting, run: Sequence[RoleGrant]) -> None:
    """The first is in force for all of their terms, and the others are taken."""
    if len(run) < 2:
        return
    goes_on, *others = run
    starts = [each.starts_at for each in run]
    term = {
        "starts_at": None if None in starts else min(each for each in starts if each),
        "expires_at": _last(run, "expires_at"),
    }
    for each in others:
        lock(uniting.session, each)
        take_grant(uniting.session, each, actor=uniting.actor, now=uniting.now, reason=SUPERSEDED)
        uniting.keep(each, goes_on, {}, {})
    lock(uniting.session, goes_on)
    uniting.change(goes_on, **term)


def _grant_of(session: Session, office: Appointment) -> RoleGrant | None:
    """Its grant, unless that was taken."""
    found = session.get(RoleGrant, office.grant_id) if office.grant_id else None
    return found if found is not None and found.revoked_at is None else None


def _stand_in_for(uniting: Uniting, ended: Appointment, goes_on: Appointment) -> None:
    """Whoever stands in for the one that ended stands in for the one that goes on."""
    query = select(Appointment).where(
        Appointment.substitutes_for == ended.id,
        Appointment.ended_at.is_(None),
        Appointment.id != goes_on.id,
    )
    for each in list(uniting.session.scalars(query)):
        lock(uniting.session, each)
        uniting.change(each, substitutes_for=goes_on.id)


def _was(row: Held) -> str:
    return {Affiliation: "affiliated", Appointment: "appointed", RoleGrant: "granted"}[type(row)]


def text_of(value: Any) -> str | None:
    """As it is kept in a change."""
    if value is None:
        return None
    return value.isoformat() if isinstance(value, date) else str(value)


def require_one_head(session: Session, kept_id: UUID, gone_id: UUID, *, now: datetime) -> None:
    """Raise WrongState where two people would be the one organisation's head of delegation."""
    query = select(Appointment).where(
        Appointment.organisation_id.in_((kept_id, gone_id)),
        Appointment.role == "head_of_delegation",
        Appointment.substitutes_for.is_(None),
        Appointment.is_live_on(day_of(session, now)),
    )
    heads = sorted(session.scalars(query), key=_term)
    for run in _meeting(heads):
        if len({each.person_id for each in run}) > 1:
            raise WrongState(
                "Each of them has a head of delegation for the same time; end one of the two first."
            )


def count_united(united: Sequence[list[Any]]) -> int:
    """How many ended beside one that goes on; a grant goes with its office."""
    ended = [Change(*each) for each in united]
    return len([each for each in ended if each.beside and (each.before or each.table == "grants")])
