"""What became of each delivery: for organizers, about their workshops."""

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from services.notifications.actions.delivering import requeue
from services.notifications.api.schemas import (
    DeliveryArguments,
    DeliveryOut,
    DeliveryTimelineOut,
)
from services.notifications.model import Delivery
from services.notifications.queries import deliveries as queries
from services.notifications.queries.sheets import deliveries_sheet
from shared.foundation.failures import Conflict
from shared.foundation.identities import Role
from shared.web.api import ActionSchema, Blueprint
from shared.web.context import current_session, now
from shared.web.etags import set_etag
from shared.web.exporting import file_format, list_response, send_sheet
from shared.web.identity import asker, enter, one_of
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("api_deliveries", __name__, url_prefix="/notifications/api/v1")
ORGANIZER = one_of(Role.ORGANIZER)


def delivery_out(found: Delivery) -> dict[str, Any]:
    """For DeliveryOut."""
    names = "id notification_id channel state reason message_id tries created_at due_at sent_at"
    plain = {name: getattr(found, name) for name in names.split()}
    told = found.notification
    return plain | {
        "recipient": found.address,
        "kind": told.kind,
        "category": told.category,
        "subject_id": told.about_id,
        "workshop_id": told.workshop_id,
    }


@blueprint.route("/deliveries", methods=["GET"])
@enter(ORGANIZER)
@blueprint.arguments(DeliveryArguments, location="query")
@list_response(blueprint, DeliveryOut)
def list_deliveries(arguments: dict[str, Any]) -> ResponseReturnValue:
    """Newest first."""
    wanted = {name: arguments.get(name) for name in ("recipient", "subject_id", "state")}
    query = queries.filtered(queries.deliveries_for(asker()), **wanted)
    keys, kind = [Key(Delivery.id, descending=True)], file_format(arguments)
    if kind is not None:
        return send_sheet(deliveries_sheet(), query, keys, kind=kind)
    rows, cursor = page_of(
        current_session(),
        query,
        keys,
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    return list_answer([delivery_out(row) for row in rows], cursor)


@blueprint.route("/deliveries/<uuid:delivery_id>", methods=["GET"])
@enter(ORGANIZER)
@blueprint.response(200, DeliveryTimelineOut)
def read_delivery(delivery_id: UUID) -> dict[str, Any]:
    """One delivery with every try."""
    session = current_session()
    found = queries.get_delivery(session, delivery_id, asker())
    set_etag(f"{found.state}.{found.tries}")
    return delivery_out(found) | {"attempts": queries.attempts_of(session, found.id)}


@blueprint.route("/deliveries/<uuid:delivery_id>/resend", methods=["POST"])
@enter(ORGANIZER)
@blueprint.arguments(ActionSchema)
@blueprint.response(200, DeliveryOut)
def resend_delivery(_: dict[str, Any], delivery_id: UUID) -> dict[str, Any]:
    """Send a delivery that has failed once more."""
    session = current_session()
    found = queries.get_delivery(session, delivery_id, asker())
    if found.channel != "mail" or found.state not in ("failed", "bounced", "suppressed"):
        raise Conflict(f"It is {found.state}; only what has failed is sent once more.")
    requeue(session, found, now=now())
    return delivery_out(found)
