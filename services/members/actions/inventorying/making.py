"""Making a snapshot of an alliance's talent gap: gathered, released, hidden, published."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.orm import Session

from services.members.actions.inventorying.gathering import Gathered, basis_of, gather
from services.members.actions.inventorying.hiding import Key
from services.members.actions.inventorying.publishing import (
    Cells,
    Layer,
    Sums,
    add_to,
    blocks_of,
    publish,
)
from services.members.actions.inventorying.releasing import Released
from services.members.actions.recording import GAPS, record, take_turn
from services.members.model import GapBasis, GapCell, GapSnapshot, Organisation
from services.members.model.gap import DIMENSIONS, PEOPLE, VIEWS
from services.members.queries.capabilities import latest_published
from shared.foundation.failures import Conflict
from shared.foundation.ids import new_id

PUBLISHED: Final = "published"
BY_ITSELF_AFTER: Final = timedelta(days=1)
"""The timer makes no more than one in this time, so that enough changes come together."""
AT_ONCE: Final = 5000


def take_inventory(
    session: Session, alliance: Organisation, *, actor: str, now: datetime
) -> GapSnapshot:
    """Publish the alliance's next snapshot. Raises Conflict without a published framework."""
    framework = latest_published(session, alliance.id)
    if framework is None:
        raise Conflict("The alliance has not published a capability framework yet.")
    take_turn(session, GAPS)
    last = latest_snapshot(session, alliance.id)
    gathered, cells = gather(session, alliance.id, now=now), Cells()
    before = _read_basis(session, last)
    tables = {"demand": gathered.demand, "people": gathered.people}
    layers = {
        name: publish(
            before[name], table, _blocks(session, last, cells, name), gathered.knowers, cells
        )
        for name, table in tables.items()
    }
    made = GapSnapshot(
        id=new_id(),
        version=1,
        organisation_id=alliance.id,
        framework_id=framework.id,
        number=last.number + 1 if last else 1,
        made_at=now,
        made_by=actor,
        basis=basis_of(session, now=now),
        held_back=len(set().union(*(each.released.held_back for each in layers.values()))),
    )
    session.add(made)
    session.flush()
    rows = list(
        _rows(made.id, layers["demand"], layers["people"], _sums_of_bodies(gathered, cells))
    )
    for start in range(0, len(rows), AT_ONCE):
        session.execute(insert(GapCell), rows[start : start + AT_ONCE])
    _keep_basis(session, made, last, {name: each.released for name, each in layers.items()})
    record(session, made, PUBLISHED, before=None, actor=actor, now=now)
    return made


def take_due_inventory(session: Session, alliance: Organisation, *, now: datetime) -> bool:
    """Publish the next snapshot if anything has changed, and not too soon after the last."""
    take_turn(session, GAPS)
    last = latest_snapshot(session, alliance.id)
    if last is not None and last.made_at > now - BY_ITSELF_AFTER:
        return False
    if last is not None and last.basis == basis_of(session, now=now):
        return False
    take_inventory(session, alliance, actor="timer", now=now)
    return True


def latest_snapshot(session: Session, alliance_id: UUID) -> GapSnapshot | None:
    """The alliance's newest."""
    query = select(GapSnapshot).where(GapSnapshot.organisation_id == alliance_id)
    return session.scalars(query.order_by(GapSnapshot.number.desc()).limit(1)).first()


def _sums_of_bodies(gathered: Gathered, cells: Cells) -> Sums:
    made: Sums = [{} for _ in VIEWS]
    for place, totals in gathered.through_bodies.items():
        add_to(made, place, totals, len(PEOPLE), cells)
    return made


def _blocks(
    session: Session, last: GapSnapshot | None, cells: Cells, name: str
) -> Callable[[Key], Any]:
    """place → what was shown of it in the last snapshot, which says which block it lies in."""
    shown: list[set[Key]] = [set() for _ in VIEWS]
    if last is not None:
        numbers = {",".join(view): number for number, view in enumerate(VIEWS)}
        columns = [GapCell.__table__.c[column] for column in DIMENSIONS.values()]
        table = GapCell.__table__.c
        figures = PEOPLE if name == "people" else (name,)
        has_some = or_(*(table[each] > 0 for each in figures))
        query = select(table.view, *columns).where(
            table.snapshot_id == last.id,
            table.view.in_(numbers),
            table[figures[0]].is_not(None),
            has_some,
        )
        for view, *values in session.execute(query):
            key = tuple(str(each) for each in values if each is not None)
            shown[numbers[view]].add(key)
    return blocks_of(shown, cells)


def _rows(
    snapshot_id: UUID, demand: Layer, people: Layer, of_bodies: Sums
) -> Iterable[dict[str, Any]]:
    number = 0
    for view, names in enumerate(VIEWS):
        for key in sorted({*demand.sums[view], *people.sums[view], *of_bodies[view]}):
            number += 1
            yield {
                "snapshot_id": snapshot_id,
                "number": number,
                "view": ",".join(names),
                **dict.fromkeys(DIMENSIONS.values()),
                **_columns(names, key),
                **_figures(view, key, demand, people, of_bodies),
            }


def _columns(names: Sequence[str], key: Key) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, value in zip(names, key, strict=True):
        is_id = name in ("association", "capability")
        made[DIMENSIONS[name]] = UUID(value) if is_id else value
    return made


def _figures(
    view: int, key: Key, demand: Layer, people: Layer, of_bodies: Sums
) -> dict[str, int | None]:
    heads = demand.sums[view].get(key)
    needed = 0 if heads is None else heads[0] if key in demand.shown[view] else None
    counts: Mapping[str, int | None] = dict.fromkeys(PEOPLE)
    own = people.sums[view].get(key, [0] * len(PEOPLE))
    if key in people.shown[view] or key not in people.sums[view]:
        through = of_bodies[view].get(key, [0] * len(PEOPLE))
        counts = {
            name: mine + theirs for name, mine, theirs in zip(PEOPLE, own, through, strict=True)
        }
    supply, pipeline = counts["supply"], counts["pipeline"]
    is_whole = needed is not None and supply is not None and pipeline is not None
    gap = needed - supply - pipeline if is_whole else None  # type: ignore[operator]
    return {"demand": needed, **counts, "gap": gap}


def _read_basis(session: Session, last: GapSnapshot | None) -> dict[str, Released]:
    made = {"demand": Released(), "people": Released()}
    basis = session.get(GapBasis, last.id) if last else None
    if basis is None:
        return made
    places = [tuple(each) for each in basis.released["places"]]
    organisations = basis.released["organisations"]
    for name, released in made.items():
        for organisation, place, block, *figures in basis.released[name]:
            pair = (organisations[organisation], places[place])
            released.figures[pair], released.blocks[pair] = tuple(figures), block
    return made


def _keep_basis(
    session: Session,
    made: GapSnapshot,
    last: GapSnapshot | None,
    layers: Mapping[str, Released],
) -> None:
    """In place of the last one's, which nobody needs any more."""
    places: dict[Key, int] = {}
    organisations: dict[str, int] = {}
    kept: dict[str, Any] = {}
    for name, released in layers.items():
        kept[name] = [
            [
                organisations.setdefault(organisation, len(organisations)),
                places.setdefault(place, len(places)),
                released.blocks[organisation, place],
                *figures,
            ]
            for (organisation, place), figures in released.figures.items()
        ]
    if last is not None:
        session.execute(delete(GapBasis).where(GapBasis.snapshot_id == last.id))
    kept |= {"places": [list(each) for each in places], "organisations": list(organisations)}
    session.add(GapBasis(snapshot_id=made.id, released=kept))
