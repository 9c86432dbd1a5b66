"""Erasures, for operators: which are under way, which are overdue, and the proof of each."""

from typing import Any
from uuid import UUID

from services.members.actions.erasing import is_intact
from services.members.api.schemas.erasures import ErasureArguments, ErasureOut, ErasureReceiptOut
from services.members.model import Erasure
from services.members.queries import erasures as queries
from services.members.queries.sheets_of_people import erasures_sheet
from shared.web.api import Blueprint
from shared.web.context import current_session, now
from shared.web.etags import set_etag
from shared.web.exporting import file_format, list_response, send_sheet
from shared.web.identity import enter, one_of
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("api_erasures", __name__, url_prefix="/members/api/v1")
OPERATOR = one_of()


def erasure_out(found: Erasure) -> dict[str, Any]:
    """For ErasureOut."""
    names = ("id", "person_id", "asked_at", "asked_by", "due_at", "finished_at")
    plain = {name: getattr(found, name) for name in names}
    return plain | {"state": found.state_at(now())}


@blueprint.route("/erasures", methods=["GET"])
@enter(OPERATOR)
@blueprint.arguments(ErasureArguments, location="query")
@list_response(blueprint, ErasureOut)
def list_erasures(arguments: dict[str, Any]) -> Any:
    """Who was erased, by id alone, newest first."""
    query = queries.erasures_in(arguments.get("state"), now=now())
    keys, kind = [Key(Erasure.id, descending=True)], file_format(arguments)
    if kind is not None:
        return send_sheet(erasures_sheet(now=now()), query, keys, kind=kind)
    rows, cursor = page_of(
        current_session(), query, keys, cursor=arguments.get("cursor"), limit=arguments["limit"]
    )
    return list_answer([erasure_out(row) for row in rows], cursor)


@blueprint.route("/erasures/<uuid:erasure_id>", methods=["GET"])
@enter(OPERATOR)
@blueprint.response(200, ErasureReceiptOut)
def read_erasure(erasure_id: UUID) -> dict[str, Any]:
    """One erasure with what each service has erased, and whether its receipt is intact."""
    session = current_session()
    found = queries.get_erasure(session, erasure_id)
    set_etag(found.version)
    return erasure_out(found) | {
        "parts": queries.parts_of(session, found),
        "number": found.number,
        "hash_before": found.hash_before,
        "hash": found.hash,
        "is_intact": is_intact(session, found) if found.finished_at else None,
    }
