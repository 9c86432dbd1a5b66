"""Offers of a freed seat: accept or decline, by link or signed in."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from services.events.actions import waiting_list
from services.events.actions.registering import as_it_is
from services.events.api.schemas.people import RegistrationOut
from services.events.api.views import registration_out
from services.events.model import Registration
from services.events.queries.registrations import get_offered
from shared.web.api import ActionSchema, Blueprint
from shared.web.context import current_session, now
from shared.web.identity import LINK_OR_SIGNED_IN, asker, enter

blueprint = Blueprint("api_offers", __name__, url_prefix="/events/api/v1")


def _step(verb: str, act: Callable[..., Registration]) -> None:
    @enter(LINK_OR_SIGNED_IN)
    @blueprint.arguments(ActionSchema)
    @blueprint.response(200, RegistrationOut)
    def step(_: dict[str, Any], offer_id: UUID) -> dict[str, Any]:
        session = current_session()
        offer, _registration = get_offered(session, offer_id, asker())
        done = act(session, offer.id, actor=asker().name, now=now())
        return registration_out(as_it_is(session, done))

    step.__name__ = f"{verb}_offer"
    step.__doc__ = f"{verb.capitalize()} the offered seat; answers the registration."
    blueprint.route(f"/offers/<uuid:offer_id>/{verb}", methods=["POST"])(step)


_step("accept", waiting_list.accept_offer)
_step("decline", waiting_list.decline_offer)
