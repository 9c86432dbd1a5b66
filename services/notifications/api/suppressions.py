"""Addresses that nothing is sent to: seen and lifted by operators and organizers."""

from typing import Any
from uuid import UUID

from services.notifications.actions import suppressing
from services.notifications.api.schemas import SuppressionIn, SuppressionOut
from services.notifications.model import Suppression
from services.notifications.queries import deliveries as queries
from shared.web.api import Blueprint
from shared.web.context import current_session, now
from shared.web.identity import enter, one_of
from shared.web.paging import Key, PageArguments, list_answer, page_of, page_schema

blueprint = Blueprint("api_suppressions", __name__, url_prefix="/notifications/api/v1")
OPERATOR = one_of()


@blueprint.route("/suppressions", methods=["GET"])
@enter(OPERATOR)
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, page_schema(SuppressionOut))
def list_suppressions(arguments: dict[str, Any]) -> dict[str, Any]:
    """Those in force, newest first."""
    rows, cursor = page_of(
        current_session(),
        queries.suppressions(),
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
    return suppressing.suppress_by_hand(current_session(), now=now(), **body)


@blueprint.route("/suppressions/<uuid:suppression_id>", methods=["DELETE"])
@enter(OPERATOR)
@blueprint.response(204)
def lift_suppression(suppression_id: UUID) -> None:
    """Send to the address again."""
    session = current_session()
    found = queries.get_suppression(session, suppression_id)
    suppressing.lift(session, found, now=now())
