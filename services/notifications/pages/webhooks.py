"""Webhooks of an organisation: made, watched, tried, replayed, given a new secret, removed."""

from collections.abc import Mapping
from typing import Any, Final, cast
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields

from services.notifications.actions import hooking
from services.notifications.actions.hooking import Hook, Keys, Span
from services.notifications.model import OrganisationCopy, Webhook, WebhookAttempt
from services.notifications.pages.words import MESSAGE_GROUPS
from services.notifications.queries import histories, places, proof
from services.notifications.queries import webhooks as queries
from services.notifications.queries.scopes import may_speak_for
from services.notifications.queries.webhook_scopes import PATTERNS, TYPES
from services.notifications.settings import NotificationsSettings
from shared.foundation.failures import Failure, NotFound
from shared.foundation.identities import Role
from shared.web.context import current_session, now, service
from shared.web.fields import Line
from shared.web.forms import Form, read_form
from shared.web.identity import asker, enter, one_of, require_identity
from shared.web.pages import page_language, say, say_failure
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("webhooks", __name__, url_prefix="/notifications")
SPEAKERS = one_of(Role.ORGANIZER, Role.FOCAL_POINT)
PAGE: Final = 30
ONE: Final = "/webhooks/<uuid:webhook_id>"


class WebhookForm(Schema):
    """Where to. type: each box that is ticked; read beside, since a form's value is one."""

    class Meta:
        unknown = RAISE

    url = Line(required=True, longest=1000)
    description = Line(load_default="", may_be_empty=True)
    subtree = fields.Boolean(load_default=False)
    type = fields.String()


def _keys() -> Keys:
    settings = cast(NotificationsSettings, service().settings)
    return Keys(settings.secret_key, settings.may_post_to_loopback)


def _chosen() -> list[str]:
    known = {*PATTERNS, *TYPES}
    return sorted(known & set(request.form.getlist("type")))


def _read() -> Form:
    """What was posted, by one message at least."""
    form = read_form(WebhookForm())
    form.values = {name: value for name, value in form.values.items() if name != "type"}
    form.values["types"] = _chosen()
    if not form.values["types"]:
        form.faults["type"] = _("Choose one message at least.")
    return form


@blueprint.get("/webhooks")
@enter(SPEAKERS)
def listed() -> ResponseReturnValue:
    """Newest first, and for whom one can make the next."""
    session, who = current_session(), asker()
    rows, cursor = page_of(
        session,
        queries.webhooks_for(who),
        [Key(Webhook.id, descending=True)],
        cursor=request.args.get("cursor"),
        limit=PAGE,
    )
    return render_template(
        "webhooks.html",
        webhooks=rows,
        names=proof.names_of(session, {row.organisation_id for row in rows}),
        organisations=places.organisations_of(session, who),
        next=list_answer([], cursor)["next"],
    )


@blueprint.route("/organisations/<uuid:organisation_id>/webhooks", methods=["GET", "POST"])
@enter(SPEAKERS)
def write(organisation_id: UUID) -> ResponseReturnValue:
    """A new one of an organisation."""
    session, who = current_session(), asker()
    organisation = session.get(OrganisationCopy, organisation_id)
    if organisation is None or not may_speak_for(session, who, organisation_id):
        raise NotFound("There is no such organisation that you look after.")
    form = Form()
    if request.method == "POST":
        form = _read()
        try:
            if form.is_good:
                return _make(organisation_id, form.values)
        except Failure as failure:
            form.refuse(failure)
    page = render_template(
        "webhook_form.html",
        form=form,
        organisation=organisation,
        chosen=_chosen(),
        groups=_groups(),
        can_have_subtree=may_speak_for(session, who, organisation_id, subtree=True),
    )
    return page, 422 if form.faults else 200


def _make(organisation_id: UUID, values: Mapping[str, Any]) -> Response:
    session, me = current_session(), require_identity().person_id
    queries.require_own(session, organisation_id, asker(), subtree=values["subtree"])
    wanted = Hook(organisation_id=organisation_id, **values)
    made, secret = hooking.hook(session, wanted, keys=_keys(), owner_id=me, now=now())
    return _secret_page(made, secret)


def _groups() -> list[tuple[Any, str, list[str]]]:
    """Of each service: its name here, its pattern, its types."""
    return [
        (
            MESSAGE_GROUPS[pattern],
            pattern,
            [each for each in TYPES if each.startswith(pattern[:-1])],
        )
        for pattern in PATTERNS
    ]


def _secret_page(found: Webhook, secret: str) -> Response:
    """The only page that shows it."""
    page = Response(render_template("webhook_secret.html", webhook=found, secret=secret))
    page.headers["Cache-Control"] = "no-store"
    return page


@blueprint.get(ONE)
@enter(SPEAKERS)
def show(webhook_id: UUID) -> ResponseReturnValue:
    """How it goes, and every post."""
    session, outcome = current_session(), request.args.get("outcome") or None
    found = queries.get_webhook(session, webhook_id, asker())
    rows, cursor = page_of(
        session,
        queries.attempts_on(found, outcome=outcome),
        [Key(WebhookAttempt.number, descending=True)],
        cursor=request.args.get("cursor"),
        limit=PAGE,
    )
    history = histories.history_of(session, found.id)
    return render_template(
        "webhook.html",
        webhook=found,
        names=proof.names_of(session, {found.organisation_id}),
        attempts=rows,
        counts=queries.counts_of(session, found),
        history=history,
        actors=histories.actors_of(session, history, language=page_language()),
        next=list_answer([], cursor)["next"],
    )


@blueprint.post(f"{ONE}/<any('enable','disable','test','replay','remove'):verb>")
@enter(SPEAKERS)
def act(webhook_id: UUID, verb: str) -> ResponseReturnValue:
    """Enable, disable, try, replay or remove it."""
    session = current_session()
    found = queries.get_webhook(session, webhook_id, asker(), to_change=True)
    try:
        _do(found, verb)
    except Failure as failure:
        say_failure(failure)
    if found.state == "removed":
        return redirect(url_for("webhooks.listed"), 303)
    return redirect(url_for("webhooks.show", webhook_id=found.id), 303)


def _do(found: Webhook, verb: str) -> None:
    session = current_session()
    more: dict[str, Any] = {"actor": asker().name, "now": now()}
    if verb == "enable":
        hooking.enable(session, found, **more)
    elif verb == "disable":
        hooking.disable(session, found, why=hooking.BY_HAND, **more)
    elif verb == "remove":
        hooking.unhook(session, found, **more)
        say(_("The webhook is removed."))
    elif verb == "test":
        hooking.try_out(session, found, now=now())
        say(_("A test is on its way; its result appears below."))
    else:
        count = hooking.replay(session, found, Span(), **more)
        say(_("%(count)s messages are posted once more.", count=count))


@blueprint.post(f"{ONE}/messages/<uuid:message_id>/replay")
@enter(SPEAKERS)
def replay_one(webhook_id: UUID, message_id: UUID) -> ResponseReturnValue:
    """Post one message once more."""
    session = current_session()
    found = queries.get_webhook(session, webhook_id, asker(), to_change=True)
    try:
        span = Span(message_id=message_id)
        count = hooking.replay(session, found, span, actor=asker().name, now=now())
        say(_("%(count)s messages are posted once more.", count=count))
    except Failure as failure:
        say_failure(failure)
    return redirect(url_for("webhooks.show", webhook_id=found.id), 303)


@blueprint.post(f"{ONE}/rotate-secret")
@enter(SPEAKERS)
def rotate(webhook_id: UUID) -> ResponseReturnValue:
    """A new secret, shown this once."""
    session = current_session()
    found = queries.get_webhook(session, webhook_id, asker(), to_change=True)
    secret = hooking.rotate_secret(session, found, keys=_keys(), actor=asker().name, now=now())
    return _secret_page(found, secret)
