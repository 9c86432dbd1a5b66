"""Tickets: as JSON, as a picture, as a page to print; and the keys that verify them."""

from typing import Any
from uuid import UUID

from flask import Response
from flask_babel import gettext

from services.events.actions.door import OPENS, public_keys
from services.events.actions.failures import TicketRefused
from services.events.api.schemas.door import TicketKeysOut, TicketOut
from services.events.api.signing import sign_ticket
from services.events.api.views import ticket_key_out
from services.events.model import Registration, Workshop
from services.events.model.ticket import short_code
from services.events.queries import registrations as queries
from services.events.queries.tickets import (
    cards_of,
    occasion_of,
    qr_svg,
    ticket_pdf,
)
from shared.web.api import Blueprint
from shared.web.context import current_session
from shared.web.identity import ANYONE, LINK_OR_SIGNED_IN, asker, enter

blueprint = Blueprint("api_tickets", __name__, url_prefix="/events/api/v1")
PATH = "/registrations/<uuid:registration_id>/ticket"


def _ticketed(registration_id: UUID) -> Registration:
    found = queries.get_registration(current_session(), registration_id, asker())
    if found.state not in OPENS:
        raise TicketRefused(
            f"This registration is {found.state} and has no ticket; only one with a seat has."
        )
    return found


@blueprint.route(PATH, methods=["GET"])
@enter(LINK_OR_SIGNED_IN)
@blueprint.response(200, TicketOut)
def read_ticket(registration_id: UUID) -> dict[str, Any]:
    """The ticket of a registration that has a seat."""
    found = _ticketed(registration_id)
    return {
        "registration_id": found.id,
        "workshop_id": found.workshop_id,
        "name": found.name,
        "state": found.state,
        "code": sign_ticket(found.id, found.workshop_id),
        "short_code": short_code(found.id),
    }


@blueprint.route(f"{PATH}.svg", methods=["GET"])
@enter(LINK_OR_SIGNED_IN)
@blueprint.response(200, {"type": "string"}, content_type="image/svg+xml")
def read_ticket_svg(registration_id: UUID) -> Response:
    """The ticket's QR code as a picture."""
    found = _ticketed(registration_id)
    return Response(qr_svg(sign_ticket(found.id, found.workshop_id)), content_type="image/svg+xml")


@blueprint.route(f"{PATH}.pdf", methods=["GET"])
@enter(LINK_OR_SIGNED_IN)
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type="application/pdf")
def read_ticket_pdf(registration_id: UUID) -> Response:
    """The ticket to print, in the attendee's language."""
    session, found = current_session(), _ticketed(registration_id)
    workshop = session.get_one(Workshop, found.workshop_id)
    occasion = occasion_of(session, workshop, language=found.locale)
    card = cards_of(session, [found], language=found.locale)[0]
    return Response(ticket_pdf(occasion, card, translate=gettext), content_type="application/pdf")


@blueprint.route("/ticket-keys", methods=["GET"])
@enter(ANYONE)
@blueprint.response(200, TicketKeysOut)
def list_ticket_keys() -> dict[str, Any]:
    """The public keys that verify tickets without asking (RFC 7517); old ones stay."""
    keys = public_keys(current_session())
    return {"keys": [ticket_key_out(key_id, x) for key_id, x in keys.items()]}
