"""What one is told, by which channel and when; unsubscribing by a mail's link; rules."""

from typing import Any
from uuid import UUID

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from services.notifications.actions import choosing
from services.notifications.actions.links import find_delivery_id
from services.notifications.api.schemas.preferences import (
    PreferencesIn,
    PreferencesOut,
    RulesIn,
    RulesOut,
    UnsubscribeOut,
    preferences_out,
    rules_out,
)
from services.notifications.model import Delivery
from services.notifications.model.choices import NOTHING_CHOSEN, is_wanted
from services.notifications.queries import preferences as queries
from shared.foundation.identities import Role
from shared.web.api import Blueprint
from shared.web.context import current_session, now, service
from shared.web.etags import require_match, set_etag
from shared.web.identity import ANYONE, SIGNED_IN, asker, enter, one_of, require_identity

blueprint = Blueprint("api_preferences", __name__, url_prefix="/notifications/api/v1")
SPEAKERS = one_of(Role.ORGANIZER, Role.FOCAL_POINT)
TOKEN = {
    "name": "token",
    "in": "path",
    "description": "From the link in a mail",
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{43}$"},
}
RULES = "/organisations/<uuid:organisation_id>/rules"


@blueprint.route("/preferences", methods=["GET"])
@enter(SIGNED_IN)
@blueprint.response(200, PreferencesOut)
def read_preferences() -> dict[str, Any]:
    """The signed-in person's own."""
    session, me = current_session(), require_identity().person_id
    found = queries.find_preference(session, me)
    set_etag(found.version if found is not None else 0)
    return preferences_out(found, queries.offered_to(session, me))


@blueprint.route("/preferences", methods=["PUT"])
@enter(SIGNED_IN)
@blueprint.arguments(PreferencesIn)
@blueprint.response(200, PreferencesOut)
def set_preferences(body: dict[str, Any]) -> dict[str, Any]:
    """Replace them all; what is left out goes back to its default."""
    session, me = current_session(), require_identity().person_id
    found = queries.find_preference(session, me)
    require_match(found.version if found is not None else 0)
    offered = queries.offered_to(session, me)
    made = choosing.choose(session, me, body, actor=asker().name, now=now(), offered=offered)
    set_etag(made.version)
    return preferences_out(made, offered)


@blueprint.route("/unsubscribe/<token>", methods=["GET"], parameters=[TOKEN])
@enter(ANYONE)
@blueprint.response(200, UnsubscribeOut)
def read_subscription(token: str) -> ResponseReturnValue:
    """What the mail's token is about, as a page for people. Changes nothing."""
    return _subscription(_mailed(token), token)


@blueprint.route("/unsubscribe/<token>", methods=["POST"], parameters=[TOKEN])
@enter(ANYONE)
@blueprint.response(200, UnsubscribeOut)
def unsubscribe(token: str) -> ResponseReturnValue:
    """No mails of this kind any more: one click (RFC 8058), without signing in."""
    session, mailed = current_session(), _mailed(token)
    choosing.opt_out(
        session,
        choosing.key_of(mailed),
        queries.categories_of(mailed),
        actor="link",
        now=now(),
    )
    return _subscription(mailed, token)


def _mailed(token: str) -> Delivery:
    delivery_id = find_delivery_id(service().settings.secret_key, token)
    return queries.get_mailed(current_session(), delivery_id)


def _subscription(mailed: Delivery, token: str) -> Response | dict[str, Any]:
    found = queries.find_preference(current_session(), choosing.key_of(mailed))
    choices = found.choices() if found is not None else NOTHING_CHOSEN
    categories = queries.categories_of(mailed)
    answer = {
        "categories": categories,
        "is_subscribed": not all(is_wanted(each, "mail", choices, {}) for each in categories),
    }
    offered = ("application/json", "text/html")
    if request.accept_mimetypes.best_match(offered) != "text/html":
        return answer
    page = Response(render_template("unsubscribe.html", token=token, **answer))
    page.headers["Cache-Control"] = "no-store"
    return page


@blueprint.route(RULES, methods=["GET"])
@enter(SPEAKERS)
@blueprint.response(200, RulesOut)
def read_rules(organisation_id: UUID) -> dict[str, Any]:
    """How an organisation tells those who chose nothing, and who approves announcements."""
    _, found = queries.get_rules(current_session(), organisation_id, asker())
    set_etag(found.version if found is not None else 0)
    return rules_out(found)


@blueprint.route(RULES, methods=["PUT"])
@enter(SPEAKERS)
@blueprint.arguments(RulesIn)
@blueprint.response(200, RulesOut)
def set_rules(body: dict[str, Any], organisation_id: UUID) -> dict[str, Any]:
    """Replace them all."""
    session, who = current_session(), asker()
    _, found = queries.get_rules(session, organisation_id, who)
    require_match(found.version if found is not None else 0)
    made = choosing.set_rules(session, organisation_id, body, actor=who.name, now=now())
    set_etag(made.version)
    return rules_out(made)
