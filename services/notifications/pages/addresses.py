"""A chat, a phone, this browser: where one is told besides by mail and in the app."""

from typing import Any, Final, cast
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema

from services.notifications.actions import reaching, subscribing
from services.notifications.actions.naming_addresses import OPTIONAL_FIELDS, Ways, fields_of
from services.notifications.actions.subscribing import Browser
from services.notifications.model import Address
from services.notifications.model.address import UNCONFIRMED
from services.notifications.pages.chat_forms import (
    CHAT_NAMES,
    FIELD_NAMES,
    HINTS,
    read_chat,
    read_phone,
)
from services.notifications.queries import addresses as queries
from services.notifications.settings import NotificationsSettings
from shared.foundation.failures import Failure
from shared.web.context import current_session, keep, now, service
from shared.web.fields import Line
from shared.web.forms import Form, read_form
from shared.web.identity import ANYONE, SIGNED_IN, enter, require_identity
from shared.web.pages import say, say_failure
from shared.web.settings import static_folder

blueprint = Blueprint("addresses", __name__, url_prefix="/notifications")
WORKER: Final = static_folder() / "push-worker.js"
ONE: Final = "/addresses/<uuid:address_id>"
BROWSERS: Final = (
    *(("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox")),
    *(("Chrome", "Chrome"), ("Safari", "Safari")),
)
SYSTEMS: Final = ("Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux")


class CodeForm(Schema):
    """The code that came."""

    class Meta:
        unknown = RAISE

    code = Line(required=True, longest=20)


class BrowserForm(Schema):
    """A browser's subscription, as its script gives it."""

    class Meta:
        unknown = RAISE

    endpoint = Line(required=True, longest=1000)
    p256dh = Line(required=True, longest=120)
    auth = Line(required=True, longest=40)


def _ways() -> Ways:
    settings = cast(NotificationsSettings, service().settings)
    return Ways(settings.secret_key, bool(settings.sms_url), settings.may_post_to_loopback)


def _me() -> UUID:
    return require_identity().person_id


@blueprint.get("/addresses")
@enter(SIGNED_IN)
def show() -> ResponseReturnValue:
    """What there is, and forms for more."""
    return _page(Form())


def _page(form: Form, **more: Any) -> ResponseReturnValue:
    found = queries.addresses_of(_me()).order_by(Address.id.desc())
    asked = form.typed.get("kind") or request.args.get("kind") or ""
    kind = asked if asked in CHAT_NAMES else ""
    page = render_template(
        "addresses.html",
        addresses=list(current_session().scalars(found)),
        form=form,
        kinds=CHAT_NAMES,
        kind=kind,
        fields=[(name, FIELD_NAMES[name], HINTS.get((kind, name), "")) for name in fields_of(kind)]
        if kind
        else (),
        optional=OPTIONAL_FIELDS.get(kind, ()),
        has_sms=_ways().has_sms,
        **more,
    )
    return page, 422 if form.faults else 200


@blueprint.post("/addresses/<any('chat','sms'):channel>")
@enter(SIGNED_IN)
def add(channel: str) -> ResponseReturnValue:
    """Give one; a code goes there."""
    form = read_chat(_ways()) if channel == "chat" else read_phone(_ways())
    if form.is_good:
        try:
            wanted = form.values["wanted"]
            made = reaching.add(current_session(), _me(), wanted, ways=_ways(), now=now())
        except Failure as failure:
            form.refuse(failure)
        else:
            if made.state == UNCONFIRMED:
                say(_("A code is on its way there. Enter it here within 15 minutes."))
            return redirect(url_for("addresses.show"), 303)
    return _page(form, faulty=channel)


@blueprint.post(f"{ONE}/confirm")
@enter(SIGNED_IN)
def confirm(address_id: UUID) -> ResponseReturnValue:
    """With the code that came."""
    session, form = current_session(), read_form(CodeForm())
    found = queries.get_address(session, address_id, _me(), to_change=True)
    if not form.is_good:
        return _page(form, faulty=str(found.id))
    wrong: Failure | None
    try:
        wrong = reaching.confirm(session, found, form.values["code"], ways=_ways(), now=now())
    except Failure as failure:
        wrong = failure
    if wrong is None:
        say(_("It is confirmed. Choose what comes by it."))
        return redirect(url_for("preferences.show"), 303)
    keep()
    form.faults["code"] = wrong.detail
    return _page(form, faulty=str(found.id))


@blueprint.post(f"{ONE}/<any('send-code','remove'):verb>")
@enter(SIGNED_IN)
def act(address_id: UUID, verb: str) -> ResponseReturnValue:
    """Send another code, or take it back."""
    session = current_session()
    found = queries.get_address(session, address_id, _me(), to_change=True)
    try:
        if verb == "remove":
            reaching.end(session, found, reason=reaching.REMOVED, actor=str(_me()), now=now())
            say(_("Nothing is sent there any more."))
        else:
            reaching.send_again(session, found, ways=_ways(), now=now())
            say(_("A code is on its way there. Enter it here within 15 minutes."))
    except Failure as failure:
        say_failure(failure)
    return redirect(url_for("addresses.show"), 303)


@blueprint.get("/addresses/push-key")
@enter(SIGNED_IN)
def push_key() -> ResponseReturnValue:
    """What this browser subscribes with; made where there is none yet."""
    with service().database.writing() as session:
        secret_key = _ways().secret_key
        made = subscribing.ensure_push_key(session, secret_key=secret_key, now=now())
        return {"public_key": made.public}


@blueprint.post("/addresses/push")
@enter(SIGNED_IN)
def subscribe() -> ResponseReturnValue:
    """Show notices in this browser; its script reads the answer."""
    form = read_form(BrowserForm())
    if not form.is_good:
        return {"faults": form.faults}, 422
    browser = Browser(**form.values, label=_name_of(request.headers.get("User-Agent", "")))
    made = subscribing.subscribe(current_session(), _me(), browser, ways=_ways(), now=now())
    say(_("This browser is told from now on. Choose what comes by it."))
    return {"id": str(made.id), "next": url_for("preferences.show")}, 201


def _name_of(agent: str) -> str:
    """Enough for its owner to know it: Firefox · Windows."""
    browser = next((name for mark, name in BROWSERS if f"{mark}/" in agent), "")
    system = next((name for name in SYSTEMS if name in agent), "")
    return " · ".join(filter(None, (browser, system)))


@blueprint.get("/push-worker.js")
@enter(ANYONE)
def worker() -> Response:
    """Shows what comes, also when no page is open; it stands here to have this scope."""
    found = send_file(WORKER, mimetype="text/javascript", max_age=0)
    found.headers["Service-Worker-Allowed"] = "/notifications/"
    return found
