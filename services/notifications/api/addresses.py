"""Where one is reached besides mail: chat, phone, browsers. Each person's own alone."""

from typing import Any, cast
from uuid import UUID

from flask import Response

from services.notifications.actions import reaching, subscribing
from services.notifications.actions.naming_addresses import Ways, wanted_of
from services.notifications.actions.subscribing import Browser
from services.notifications.api.schemas.addresses import (
    AddressIn,
    AddressOut,
    CodeIn,
    PushKeyOut,
    SubscriptionIn,
)
from services.notifications.model import Address
from services.notifications.queries import addresses as queries
from services.notifications.settings import NotificationsSettings
from shared.web.api import ActionSchema, Blueprint
from shared.web.context import current_session, keep, now, service
from shared.web.errors import on_failure
from shared.web.etags import require_match, set_etag
from shared.web.exporting import ListArguments
from shared.web.identity import SIGNED_IN, enter, require_identity
from shared.web.list_files import listed
from shared.web.paging import Key, list_answer, page_of, page_schema

blueprint = Blueprint("api_addresses", __name__, url_prefix="/notifications/api/v1")
ONE = "/addresses/<uuid:address_id>"


def ways() -> Ways:
    """By this service's settings."""
    settings = cast(NotificationsSettings, service().settings)
    return Ways(settings.secret_key, bool(settings.sms_url), settings.may_post_to_loopback)


def public_key() -> str:
    """Of the installation, made where there is none yet."""
    with service().database.writing() as session:
        made = subscribing.ensure_push_key(session, secret_key=ways().secret_key, now=now())
        return made.public


def _me() -> UUID:
    return require_identity().person_id


def _out(found: Address) -> Address:
    set_etag(found.version)
    return found


def _to_change(address_id: UUID) -> Address:
    found = queries.get_address(current_session(), address_id, _me(), to_change=True)
    require_match(found.version)
    return found


@blueprint.route("/addresses", methods=["GET"])
@enter(SIGNED_IN)
@blueprint.arguments(ListArguments, location="query")
@listed(blueprint, page_schema(AddressOut))
def list_addresses(arguments: dict[str, Any]) -> dict[str, Any]:
    """One's own, newest first; those that have ended are left out."""
    rows, cursor = page_of(
        current_session(),
        queries.addresses_of(_me()),
        [Key(Address.id, descending=True)],
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    return list_answer(rows, cursor)


@blueprint.route("/addresses", methods=["POST"])
@enter(SIGNED_IN)
@blueprint.arguments(AddressIn)
@blueprint.response(201, AddressOut)
def add_address(body: dict[str, Any]) -> Address:
    """Give a chat or a phone; a code goes there, and confirms it. It takes the place of another."""
    found, wanted = ways(), wanted_of(body, ways())
    return _out(reaching.add(current_session(), _me(), wanted, ways=found, now=now()))


@blueprint.route(ONE, methods=["GET"])
@enter(SIGNED_IN)
@blueprint.response(200, AddressOut)
def read_address(address_id: UUID) -> Address:
    """One of one's own."""
    return _out(queries.get_address(current_session(), address_id, _me()))


@blueprint.route(ONE, methods=["DELETE"])
@enter(SIGNED_IN)
@blueprint.response(204)
def remove_address(address_id: UUID) -> None:
    """Nothing is sent there any more."""
    found, me = _to_change(address_id), str(_me())
    reaching.end(current_session(), found, reason=reaching.REMOVED, actor=me, now=now())


@blueprint.route(f"{ONE}/confirm", methods=["POST"])
@enter(SIGNED_IN)
@blueprint.arguments(CodeIn)
@blueprint.response(200, AddressOut)
def confirm_address(body: dict[str, Any], address_id: UUID) -> Address | Response:
    """With the code that came there; five tries for each."""
    found = _to_change(address_id)
    wrong = reaching.confirm(current_session(), found, body["code"], ways=ways(), now=now())
    if wrong is not None:
        keep()
        return on_failure(wrong)
    return _out(found)


@blueprint.route(f"{ONE}/send-code", methods=["POST"])
@enter(SIGNED_IN)
@blueprint.arguments(ActionSchema)
@blueprint.response(202, AddressOut)
def send_address_code(_: dict[str, Any], address_id: UUID) -> Address:
    """Another code; the one before is good no more. Five in an hour."""
    found = _to_change(address_id)
    reaching.send_again(current_session(), found, ways=ways(), now=now())
    return _out(found)


@blueprint.route("/push-key", methods=["GET"])
@enter(SIGNED_IN)
@blueprint.response(200, PushKeyOut)
def read_push_key() -> dict[str, str]:
    """What a browser subscribes with (RFC 8292)."""
    return {"public_key": public_key()}


@blueprint.route("/push-subscriptions", methods=["POST"])
@enter(SIGNED_IN)
@blueprint.arguments(SubscriptionIn)
@blueprint.response(201, AddressOut)
def subscribe_browser(body: dict[str, Any]) -> Address:
    """Show notices in a browser; it is listed and removed with the other addresses."""
    browser = Browser(body["endpoint"], **body["keys"], label=body["label"])
    session = current_session()
    return _out(subscribing.subscribe(session, _me(), browser, ways=ways(), now=now()))
