"""The talent gap: snapshots taken, and what they publish."""

from typing import Any
from uuid import UUID

from flask_babel import get_locale

from services.members.actions.inventorying.making import take_inventory
from services.members.api.schemas.gaps import (
    GapCellArguments,
    GapCellOut,
    GapSnapshotArguments,
    GapSnapshotIn,
    GapSnapshotOut,
)
from services.members.model import GapCell, GapSnapshot
from services.members.queries import gaps as queries
from services.members.queries.organisations import get_managed
from services.members.queries.sheets_of_talent import snapshots_sheet
from shared.foundation.identities import Role
from shared.web.api import Blueprint
from shared.web.context import current_session, now
from shared.web.etags import set_etag
from shared.web.exporting import file_format, list_response, send_sheet
from shared.web.identity import asker, enter, one_of
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("api_gaps", __name__, url_prefix="/members/api/v1")
MANAGERS = one_of(Role.ORGANIZER, Role.FOCAL_POINT)
READERS = one_of(Role.ORGANIZER, Role.FOCAL_POINT, Role.READER)
SNAPSHOT = "/gap-snapshots/<uuid:snapshot_id>"


@blueprint.route("/gap-snapshots", methods=["GET"])
@enter(READERS)
@blueprint.arguments(GapSnapshotArguments, location="query")
@list_response(blueprint, GapSnapshotOut)
def list_gap_snapshots(arguments: dict[str, Any]) -> Any:
    """Snapshots of alliances that one belongs to, newest first."""
    query = queries.snapshots_for(asker(), arguments.get("organisation_id"))
    keys, kind = [Key(GapSnapshot.id, descending=True)], file_format(arguments)
    if kind is not None:
        return send_sheet(snapshots_sheet(), query, keys, kind=kind)
    rows, cursor = page_of(
        current_session(), query, keys, cursor=arguments.get("cursor"), limit=arguments["limit"]
    )
    return list_answer(rows, cursor)


@blueprint.route("/gap-snapshots", methods=["POST"])
@enter(MANAGERS)
@blueprint.arguments(GapSnapshotIn)
@blueprint.response(201, GapSnapshotOut)
def take_gap_snapshot(body: dict[str, Any]) -> GapSnapshot:
    """Take inventory now, for an alliance that one manages."""
    session, who = current_session(), asker()
    alliance = get_managed(session, body["organisation_id"], who)
    made = take_inventory(session, alliance, actor=who.name, now=now())
    set_etag(made.version)
    return made


@blueprint.route(SNAPSHOT, methods=["GET"])
@enter(READERS)
@blueprint.response(200, GapSnapshotOut)
def read_gap_snapshot(snapshot_id: UUID) -> GapSnapshot:
    """One snapshot."""
    found = queries.get_snapshot(current_session(), snapshot_id, asker())
    set_etag(found.version)
    return found


@blueprint.route(f"{SNAPSHOT}/cells", methods=["GET"])
@enter(READERS)
@blueprint.arguments(GapCellArguments, location="query")
@list_response(blueprint, GapCellOut)
def list_gap_cells(arguments: dict[str, Any], snapshot_id: UUID) -> Any:
    """The cells of one view; null is what is hidden, so that no company is read out."""
    session, who = current_session(), asker()
    found = queries.get_snapshot(session, snapshot_id, who)
    filters = {
        "association": arguments.get("association_id"),
        "capability": arguments.get("capability_id"),
        **{name: arguments.get(name) for name in ("sector", "staff_level", "job_kind", "quarter")},
    }
    view = queries.wanted_view({each for each in arguments["by"].split(",") if each}, filters)
    query = queries.cells_of(session, found, who, view, filters)
    kind, keys = file_format(arguments), [Key(GapCell.number)]
    if kind:
        sheet = queries.cells_sheet(session, found, str(get_locale()))
        return send_sheet(sheet, query, keys, kind=kind)
    rows, cursor = page_of(
        session, query, keys, cursor=arguments.get("cursor"), limit=arguments["limit"]
    )
    return list_answer(rows, cursor)
