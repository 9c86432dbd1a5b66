"""Webhooks: what happens is posted to organisations' own servers (Standard Webhooks 1.0)."""

from typing import Any, cast
from uuid import UUID

from services.notifications.actions import hooking
from services.notifications.actions.hooking import Hook, Keys, Span
from services.notifications.api.schemas.webhooks import (
    AttemptArguments,
    NewWebhookOut,
    ReplayedOut,
    ReplayIn,
    TestedOut,
    WebhookAttemptOut,
    WebhookChangeIn,
    WebhookIn,
    WebhookOut,
)
from services.notifications.model import Webhook, WebhookAttempt
from services.notifications.queries import webhooks as queries
from services.notifications.settings import NotificationsSettings
from shared.foundation.identities import Role
from shared.web.api import ActionSchema, Blueprint
from shared.web.context import current_session, now, service
from shared.web.etags import require_match, set_etag
from shared.web.exporting import ListArguments
from shared.web.identity import asker, enter, one_of, require_identity
from shared.web.list_files import listed
from shared.web.paging import Key, list_answer, page_of, page_schema

blueprint = Blueprint("api_webhooks", __name__, url_prefix="/notifications/api/v1")
SPEAKERS = one_of(Role.ORGANIZER, Role.FOCAL_POINT)
ONE = "/webhooks/<uuid:webhook_id>"


def keys() -> Keys:
    """By this service's settings."""
    settings = cast(NotificationsSettings, service().settings)
    return Keys(settings.secret_key, settings.may_post_to_loopback)


def _out(found: Webhook) -> Webhook:
    set_etag(found.version)
    return found


def _with_secret(found: Webhook, secret: str) -> dict[str, Any]:
    set_etag(found.version)
    return {name: getattr(found, name) for name in WebhookOut().fields} | {"secret": secret}


def _to_change(webhook_id: UUID) -> Webhook:
    found = queries.get_webhook(current_session(), webhook_id, asker(), to_change=True)
    require_match(found.version)
    return found


@blueprint.route("/webhooks", methods=["GET"])
@enter(SPEAKERS)
@blueprint.arguments(ListArguments, location="query")
@listed(blueprint, page_schema(WebhookOut))
def list_webhooks(arguments: dict[str, Any]) -> dict[str, Any]:
    """Newest first."""
    rows, cursor = page_of(
        current_session(),
        queries.webhooks_for(asker()),
        [Key(Webhook.id, descending=True)],
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    return list_answer(rows, cursor)


@blueprint.route("/webhooks", methods=["POST"])
@enter(SPEAKERS)
@blueprint.arguments(WebhookIn)
@blueprint.response(201, NewWebhookOut)
def create_webhook(body: dict[str, Any]) -> dict[str, Any]:
    """Post to an address from now on; the secret is shown this once."""
    session, wanted, me = current_session(), Hook(**body), require_identity().person_id
    queries.require_own(session, wanted.organisation_id, asker(), subtree=wanted.subtree)
    made, secret = hooking.hook(session, wanted, keys=keys(), owner_id=me, now=now())
    return _with_secret(made, secret)


@blueprint.route(ONE, methods=["GET"])
@enter(SPEAKERS)
@blueprint.response(200, WebhookOut)
def read_webhook(webhook_id: UUID) -> Webhook:
    """One, without its secret."""
    return _out(queries.get_webhook(current_session(), webhook_id, asker()))


@blueprint.route(ONE, methods=["PATCH"])
@enter(SPEAKERS)
@blueprint.arguments(WebhookChangeIn)
@blueprint.response(200, WebhookOut)
def change_webhook(body: dict[str, Any], webhook_id: UUID) -> Webhook:
    """Change what it is posted, or where; for what happens from now on."""
    session, who, found = current_session(), asker(), _to_change(webhook_id)
    if body.get("subtree", found.subtree):
        queries.require_own(session, found.organisation_id, who, subtree=True)
    hooking.change(session, found, body, keys=keys(), actor=who.name, now=now())
    return _out(found)


@blueprint.route(ONE, methods=["DELETE"])
@enter(SPEAKERS)
@blueprint.response(204)
def remove_webhook(webhook_id: UUID) -> None:
    """Post no more to it."""
    found = _to_change(webhook_id)
    hooking.unhook(current_session(), found, actor=asker().name, now=now())


@blueprint.route(f"{ONE}/rotate-secret", methods=["POST"])
@enter(SPEAKERS)
@blueprint.arguments(ActionSchema)
@blueprint.response(200, NewWebhookOut)
def rotate_webhook_secret(body: dict[str, Any], webhook_id: UUID) -> dict[str, Any]:
    """A new secret, shown this once; the old one signs beside it for 24 hours."""
    found = _to_change(webhook_id)
    secret = hooking.rotate_secret(
        current_session(), found, keys=keys(), actor=asker().name, now=now(), **body
    )
    return _with_secret(found, secret)


@blueprint.route(f"{ONE}/enable", methods=["POST"])
@enter(SPEAKERS)
@blueprint.arguments(ActionSchema)
@blueprint.response(200, WebhookOut)
def enable_webhook(body: dict[str, Any], webhook_id: UUID) -> Webhook:
    """Post again to one that was disabled."""
    found = _to_change(webhook_id)
    hooking.enable(current_session(), found, actor=asker().name, now=now(), **body)
    return _out(found)


@blueprint.route(f"{ONE}/disable", methods=["POST"])
@enter(SPEAKERS)
@blueprint.arguments(ActionSchema)
@blueprint.response(200, WebhookOut)
def disable_webhook(body: dict[str, Any], webhook_id: UUID) -> Webhook:
    """Post no more for now; what happens meanwhile can be replayed."""
    found, why = _to_change(webhook_id), hooking.BY_HAND
    hooking.disable(current_session(), found, why=why, actor=asker().name, now=now(), **body)
    return _out(found)


@blueprint.route(f"{ONE}/test", methods=["POST"])
@enter(SPEAKERS)
@blueprint.arguments(ActionSchema)
@blueprint.response(202, TestedOut)
def try_webhook(_: dict[str, Any], webhook_id: UUID) -> dict[str, Any]:
    """Post a message that tells nothing; see the attempts."""
    return {"message_id": hooking.try_out(current_session(), _to_change(webhook_id), now=now())}


@blueprint.route(f"{ONE}/replay", methods=["POST"])
@enter(SPEAKERS)
@blueprint.arguments(ReplayIn)
@blueprint.response(202, ReplayedOut)
def replay_webhook(body: dict[str, Any], webhook_id: UUID) -> dict[str, Any]:
    """Post once more, with the same webhook-id: a message, a span, or all that failed."""
    found, reason = _to_change(webhook_id), body.pop("reason")
    count = hooking.replay(
        current_session(), found, Span(**body), actor=asker().name, now=now(), reason=reason
    )
    return {"queued": count}


@blueprint.route(f"{ONE}/attempts", methods=["GET"])
@enter(SPEAKERS)
@blueprint.arguments(AttemptArguments, location="query")
@listed(blueprint, page_schema(WebhookAttemptOut))
def list_webhook_attempts(arguments: dict[str, Any], webhook_id: UUID) -> dict[str, Any]:
    """Every post of the last 30 days, newest first."""
    session = current_session()
    found = queries.get_webhook(session, webhook_id, asker())
    wanted = {name: arguments.get(name) for name in ("message_id", "outcome")}
    rows, cursor = page_of(
        session,
        queries.attempts_on(found, **wanted),
        [Key(WebhookAttempt.number, descending=True)],
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    return list_answer([_attempt_out(row) for row in rows], cursor)


def _attempt_out(row: WebhookAttempt) -> dict[str, Any]:
    names = ["number", "at", "outcome", "status", "duration_ms", "answer", "detail"]
    delivery = row.delivery
    return {name: getattr(row, name) for name in names} | {
        "message_id": delivery.message_id,
        "type": delivery.message.type,
        "state": delivery.state,
        "due_at": delivery.due_at if delivery.state == "queued" else None,
    }
