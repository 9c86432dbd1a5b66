"""What became of each delivery: for organizers, about their workshops."""

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from services.notifications.actions import resending
from services.notifications.actions.delivering import requeue
from services.notifications.api.schemas.announcements import ResentOut, WorkshopProofOut
from services.notifications.api.schemas.deliveries import (
    DeliveryArguments,
    DeliveryOut,
    DeliveryTimelineOut,
)
from services.notifications.model import Delivery
from services.notifications.queries import deliveries as queries
from services.notifications.queries import proof, workshop_proof
from services.notifications.queries.sheets import deliveries_sheet
from shared.foundation.failures import Conflict
from shared.foundation.identities import Role
from shared.foundation.languages import Text
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
    session, who = current_session(), asker()
    wanted = {name: arguments.get(name) for name in ("person_id", "subject_id", "state")}
    query = queries.filtered(queries.deliveries_for(who), **wanted)
    if recipient := arguments.get("recipient"):
        query = queries.of_recipient(session, query, recipient, who)
    keys, kind = [Key(Delivery.id, descending=True)], file_format(arguments)
    if kind is not None:
        return send_sheet(deliveries_sheet(), query, keys, kind=kind)
    rows, cursor = page_of(
        session,
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
    if found.channel == "inbox" or found.state not in ("failed", "bounced", "suppressed"):
        raise Conflict(f"It is {found.state}; only what has failed is sent once more.")
    requeue(session, found, now=now())
    return delivery_out(found)


@blueprint.route("/workshops/<uuid:workshop_id>/proof", methods=["GET"])
@enter(ORGANIZER)
@blueprint.response(200, WorkshopProofOut)
def read_workshop_proof(workshop_id: UUID) -> dict[str, Any]:
    """What became of all that a workshop's people were told, by kind and by association."""
    session = current_session()
    workshop = workshop_proof.get_workshop(session, workshop_id, asker())
    found = workshop_proof.proof_of(session, workshop)
    names: dict[UUID, Text] = proof.names_of(session, found.by_association)
    return {
        "counts": proof.summed(found.by_kind.values()),
        "kinds": [{"kind": kind, "counts": part} for kind, part in found.by_kind.items()],
        "associations": [
            {"association_id": id_, "names": names.get(id_, {}) if id_ else {}, "counts": part}
            for id_, part in found.by_association.items()
        ],
    }


@blueprint.route("/workshops/<uuid:workshop_id>/resend-failed", methods=["POST"])
@enter(ORGANIZER)
@blueprint.arguments(ActionSchema)
@blueprint.response(202, ResentOut)
def resend_failed_of_workshop(_: dict[str, Any], workshop_id: UUID) -> dict[str, int]:
    """Send the workshop's failed mails once more, and no others."""
    session, who = current_session(), asker()
    workshop = workshop_proof.get_workshop(session, workshop_id, who)
    count = resending.resend_failed_of(session, workshop.id, actor=who.name, now=now())
    return {"queued": count}
