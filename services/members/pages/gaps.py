"""The talent gap of an alliance: heat map, trend and table, and one cell's loop in numbers."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from services.members.actions.inventorying.making import take_inventory
from services.members.model import GapCell, GapSnapshot
from services.members.model.capability import JOB_KINDS, STAFF_LEVELS
from services.members.model.gap import DIMENSIONS, view_of
from services.members.pages.organisations import MANAGERS, get_own
from services.members.queries import gaps as queries
from services.members.queries.organisations import get_organisation
from services.members.queries.scopes import may_manage
from shared.foundation.clock import local_day
from shared.foundation.failures import Failure, NotFound
from shared.foundation.identities import Role
from shared.foundation.ids import find_id
from shared.web.context import current_session, now, service
from shared.web.exporting import file_format, send_sheet
from shared.web.identity import asker, enter, one_of
from shared.web.pages import local, page_language, say, say_failure
from shared.web.paging import Key
from shared.web.pictures import LineChart, line_chart

blueprint = Blueprint("gaps", __name__, url_prefix="/members")
READERS = one_of(Role.ORGANIZER, Role.FOCAL_POINT, Role.READER)
GAP: Final = "/organisations/<uuid:organisation_id>/gap"
ACROSS: Final = ("staff_level", "association", "job_kind", "quarter", "sector")
Choices = Mapping[str, Sequence[tuple[str, str]]]
SHADES: Final = 4
MOST_SNAPSHOTS: Final = 24
MOST_CELLS: Final = 2000


def _snapshots(organisation_id: UUID) -> list[GapSnapshot]:
    """The newest ones, newest first."""
    query = queries.snapshots_for(asker(), organisation_id).order_by(GapSnapshot.number.desc())
    return list(current_session().scalars(query.limit(MOST_SNAPSHOTS)))


def _chosen(snapshots: Sequence[GapSnapshot], name: str) -> GapSnapshot | None:
    wanted = request.args.get(name, type=int)
    return next((each for each in snapshots if each.number == wanted), None)


def _filters(choices: Choices, across: str) -> dict[str, Any]:
    """Dimension → the value that was chosen, of those that were."""
    found: dict[str, Any] = {}
    for name, known in choices.items():
        wanted = request.args.get(name, "")
        if name != across and wanted in (key for key, _words in known):
            found[name] = UUID(wanted) if name == "association" else wanted
    return found


def _cells(snapshot: GapSnapshot, by: set[str], filters: Mapping[str, Any]) -> list[GapCell] | None:
    """The cells of that view; None where it isn't published."""
    view = view_of({*by, *filters})
    if view is None:
        return None
    session = current_session()
    query = queries.cells_of(session, snapshot, asker(), view, filters)
    return list(session.scalars(query.order_by(GapCell.number).limit(MOST_CELLS)))


@blueprint.get(GAP)
@enter(READERS)
def show(organisation_id: UUID) -> ResponseReturnValue:
    """Heat map, trend and table of a snapshot, filtered; or its cells as a file."""
    session, who = current_session(), asker()
    alliance = get_organisation(session, organisation_id)
    snapshots = _snapshots(alliance.id)
    is_managed = alliance.kind == "alliance" and may_manage(session, who, alliance.id)
    if not snapshots:
        if not is_managed:
            raise NotFound("There is no such snapshot.")
        return render_template("gap.html", organisation=alliance, found=None, is_managed=True)
    found = _chosen(snapshots, "snapshot") or snapshots[0]
    across, choices = request.args.get("across", ACROSS[0]), _choices(found)
    across = across if across in ACROSS else ACROSS[0]
    filters = _filters(choices, across)
    kind = file_format(request.args)
    if kind:
        view = queries.wanted_view({"capability", across}, filters)
        sheet = queries.cells_sheet(session, found, page_language())
        cells = queries.cells_of(session, found, who, view, filters)
        return send_sheet(sheet, cells, [Key(GapCell.number)], kind=kind)
    since = _chosen(snapshots, "since")
    return render_template(
        "gap.html",
        organisation=alliance,
        found=found,
        since=since,
        snapshots=snapshots,
        is_managed=is_managed,
        across=across,
        filters={name: str(value) for name, value in filters.items()},
        choices=choices,
        total=_total(found, filters),
        heat=_heat((found, since), across, choices[across], filters),
        trend=_trend(snapshots, filters),
        quarters=_quarters(found, filters),
    )


def _choices(found: GapSnapshot) -> Choices:
    """Dimension → its values with their words."""
    session = current_session()
    bodies = queries.associations_for(session, found, asker())
    return {
        "association": [(str(each.id), local(each.names)) for each in bodies],
        "staff_level": [(key, local(names)) for key, names in STAFF_LEVELS.items()],
        "job_kind": [(key, local(names)) for key, names in JOB_KINDS.items()],
        "quarter": [(each, each) for each in queries.values_of(session, found, "quarter")],
        "sector": [(each, each) for each in queries.values_of(session, found, "sector")],
    }


def _total(found: GapSnapshot, filters: Mapping[str, Any]) -> GapCell | None:
    cells = _cells(found, set(), filters)
    return cells[0] if cells else None


def _heat(
    of: tuple[GapSnapshot, GapSnapshot | None],
    across: str,
    columns: Sequence[tuple[str, str]],
    filters: Mapping[str, Any],
) -> dict[str, Any] | None:
    """Rows of capabilities with a square for each column. of: the snapshot, and an earlier one."""
    found, since = of
    cells = _cells(found, {"capability", across}, filters)
    if cells is None:
        return None
    column = DIMENSIONS[across]
    at = {(each.lineage_id, str(getattr(each, column))): each for each in cells}
    before: dict[Any, GapCell] = {}
    if since is not None:
        earlier = _cells(since, {"capability", across}, filters) or []
        before = {(each.lineage_id, str(getattr(each, column))): each for each in earlier}
    most = max((each.gap or 0 for each in cells), default=0)
    shown = {each.lineage_id for each in cells}
    capabilities = queries.capabilities_in(current_session(), found)
    return {
        "columns": columns,
        "rows": [
            (
                capability,
                [
                    _square(at.get((id_, key)), before.get((id_, key)), most)
                    for key, _words in columns
                ],
            )
            for id_, capability in capabilities.items()
            if id_ in shown
        ],
    }


def _square(cell: GapCell | None, before: GapCell | None, most: int) -> dict[str, Any]:
    """One square: its shade, from 0 for no gap on; change: since the other snapshot."""
    gap = cell.gap if cell else None
    shade = -(-gap * SHADES // most) if gap is not None and gap > 0 and most else 0
    is_known = gap is not None and before is not None and before.gap is not None
    return {
        "cell": cell,
        "shade": "hidden" if cell and gap is None else shade,
        "change": gap - before.gap if is_known else None,  # type: ignore[operator, union-attr]
    }


def _trend(snapshots: Sequence[GapSnapshot], filters: Mapping[str, Any]) -> LineChart | None:
    """The whole gap, from snapshot to snapshot; of a day the last one."""
    points, zone = {}, service().time_zone
    for each in reversed(snapshots):
        cell = _total(each, filters)
        if cell is not None and cell.gap is not None:
            points[local_day(each.made_at, zone)] = max(cell.gap, 0)
    return line_chart(list(points.items())) if len(points) > 1 else None


def _quarters(found: GapSnapshot, filters: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What is demanded in each quarter."""
    wanted = {name: value for name, value in filters.items() if name == "association"}
    cells = _cells(found, {"quarter"}, wanted) or []
    return [{"names": {"en": each.quarter}, "count": each.demand} for each in cells]


@blueprint.post(GAP)
@enter(MANAGERS)
def take(organisation_id: UUID) -> ResponseReturnValue:
    """Take inventory now."""
    alliance = get_own(organisation_id)
    try:
        made = take_inventory(current_session(), alliance, actor=asker().name, now=now())
        say(_("Snapshot %(number)s is published.", number=made.number))
    except Failure as failure:
        say_failure(failure)
    return redirect(url_for("gaps.show", organisation_id=organisation_id), 303)


@blueprint.get(f"{GAP}/cell")
@enter(READERS)
def loop(organisation_id: UUID) -> ResponseReturnValue:
    """One capability at one staff level: demanded, planned, seated, certified, missing."""
    session, who = current_session(), asker()
    alliance = get_organisation(session, organisation_id)
    snapshots = _snapshots(alliance.id)
    found = _chosen(snapshots, "snapshot") or next(iter(snapshots), None)
    capability_id = find_id(request.args.get("capability"))
    level = request.args.get("staff_level", "")
    known = queries.capabilities_in(session, found) if found else {}
    capability = known.get(capability_id) if capability_id else None
    if found is None or capability is None or level not in STAFF_LEVELS:
        raise NotFound("There is no such cell.")
    place = {"capability": capability_id, "staff_level": level}
    bodies = {each.id: each for each in queries.associations_for(session, found, who)}
    by_body = [
        each
        for each in _cells(found, {"association"}, place) or []
        if each.association_id in bodies
    ]
    return render_template(
        "gap_cell.html",
        organisation=alliance,
        found=found,
        capability=capability,
        level=STAFF_LEVELS[level],
        cell=next(iter(_cells(found, set(), place) or []), None),
        kinds=_cells(found, {"job_kind"}, place) or [],
        by_body=by_body,
        bodies=bodies,
        job_kinds=JOB_KINDS,
        plans=_plans(place, by_body) if may_manage(session, who, alliance.id) else {},
    )


def _plans(place: Mapping[str, Any], by_body: Sequence[GapCell]) -> dict[str, str]:
    """kind of job → where a run for it is planned, with what each association is missing."""
    needs = [
        ("need", f"{each.association_id}:{each.gap}") for each in by_body if (each.gap or 0) > 0
    ]
    return {
        kind: f"/events/courses/plan?{urlencode([*place.items(), ('job_kind', kind), *needs])}"
        for kind in JOB_KINDS
    }
