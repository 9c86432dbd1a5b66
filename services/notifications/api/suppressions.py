"""Addresses that nothing is sent to: seen and lifted by operators and organizers."""

from typing import Any
from uuid import UUID

from services.notifications.actions import suppressing
from services.notifications.api.schemas.deliveries import SuppressionIn, SuppressionOut
from services.notifications.model import Suppression
from services.notifications.queries import deliveries as queries
from shared.web.api import Blueprint
from shared.web.context import current_session, now
from shared.web.etags import require_match, set_etag
from shared.web.exporting import ListArguments
from shared.web.identity import asker, enter, one_of
from shared.web.list_files import listed
from shared.web.paging import Key, list_answer, page_of, page_schema

blueprint = Blueprint("api_suppressions", __name__, url_prefix="/notifications/api/v1")
OPERATOR = one_of()
# It is made and lifted, never changed.
ONLY_VERSION = 1


@blueprint.route("/suppressions", methods=["GET"])
@enter(OPERATOR)
@blueprint.arguments(ListArguments, location="query")
@listed(blueprint, page_schema(SuppressionOut))
def list_suppressions(arguments: dict[str, Any]) -> dict[str, Any]:
    """Those in force, newest first."""
    rows, cursor = page_of(
        current_session(),
        queries.suppressions(now=now()),
        [Key(Suppression.id, descending=True)],
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    return list_answer(rows, cursor)


@blueprint.route("/suppressions", methods=["POST"])
@enter(OPERATOR)
@blueprint.arguments(SuppressionIn)
@blueprint.response(201, SuppressionOut)
def add_suppression(body: dict[str, Any]) -> Suppression:
    """Send nothing to an address from now on."""
    set_etag(ONLY_VERSION)
    return suppressing.suppress_by_hand(current_session(), actor=asker().name, now=now(), **body)


@blueprint.route("/suppressions/<uuid:suppression_id>", methods=["DELETE"])
@enter(OPERATOR)
@blueprint.response(204)
def lift_suppression(suppression_id: UUID) -> None:
    """Send to the address again."""
    session = current_session()
    found = queries.get_suppression(session, suppression_id)
    require_match(ONLY_VERSION)
    suppressing.lift(session, found, actor=asker().name, now=now())
