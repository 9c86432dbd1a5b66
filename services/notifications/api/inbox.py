"""The signed-in person's own inbox."""

from typing import Any
from uuid import UUID

from services.notifications.actions import reading
from services.notifications.api.schemas.deliveries import InboxItemOut, InboxPage, ReadAllOut
from services.notifications.model import InboxItem
from services.notifications.queries import deliveries as queries
from shared.web.api import ActionSchema, Blueprint
from shared.web.context import current_session, now
from shared.web.exporting import ListArguments
from shared.web.identity import SIGNED_IN, enter, require_identity
from shared.web.list_files import listed
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("api_inbox", __name__, url_prefix="/notifications/api/v1")


@blueprint.route("/inbox", methods=["GET"])
@enter(SIGNED_IN)
@blueprint.arguments(ListArguments, location="query")
@listed(blueprint, InboxPage)
def read_inbox(arguments: dict[str, Any]) -> dict[str, Any]:
    """Newest first."""
    session, me = current_session(), require_identity().person_id
    rows, cursor = page_of(
        session,
        queries.inbox_of(me),
        [Key(InboxItem.id, descending=True)],
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    return list_answer(rows, cursor) | {"unread": queries.count_unread(session, me)}


@blueprint.route("/inbox/<uuid:item_id>/read", methods=["POST"])
@enter(SIGNED_IN)
@blueprint.arguments(ActionSchema)
@blueprint.response(200, InboxItemOut)
def read_item(_: dict[str, Any], item_id: UUID) -> InboxItem:
    """Mark one item as read; a second time changes nothing."""
    item = queries.get_inbox_item(current_session(), item_id, require_identity().person_id)
    return reading.read_item(item, now=now())


@blueprint.route("/inbox/read-all", methods=["POST"])
@enter(SIGNED_IN)
@blueprint.arguments(ActionSchema)
@blueprint.response(200, ReadAllOut)
def read_all(_: dict[str, Any]) -> dict[str, int]:
    """Mark everything as read."""
    me = require_identity().person_id
    return {"read": reading.read_all(current_session(), me, now=now())}
