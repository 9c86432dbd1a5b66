"""Passkeys on the pages: one's own, and signing in by one. They alone need JavaScript."""

import json
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, ValidationError, fields
from werkzeug.wrappers import Response as BaseResponse

from services.members.actions import keeping_passkeys
from services.members.actions.failures import NoPasskeysHere
from services.members.actions.keeping_passkeys import Site
from services.members.model import Person
from services.members.pages.cookies import settings
from services.members.pages.counting import open_session, require_fresh
from services.members.queries import accounts
from shared.foundation.failures import Failure
from shared.web.context import current_session, now
from shared.web.fields import Line
from shared.web.forms import Form, read_form
from shared.web.identity import ANYONE, IN_PERSON, enter, require_identity
from shared.web.pages import say

blueprint = Blueprint("passkeys", __name__, url_prefix="/members")
LONGEST_CREDENTIAL = 20_000


class Credential(fields.Field[dict[str, Any]]):
    """What the browser made, as the script wrote it into the form."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> dict[str, Any]:
        try:
            found = json.loads(value) if len(value) <= LONGEST_CREDENTIAL else None
        except (ValueError, RecursionError) as error:
            raise ValidationError("This is no passkey.") from error
        if not isinstance(found, dict):
            raise ValidationError("This is no passkey.")
        return found


class PasskeyForm(Schema):
    """A new passkey."""

    class Meta:
        unknown = RAISE

    name = Line(required=True, longest=100)
    credential = Credential(required=True)


class EntryForm(Schema):
    """A passkey to sign in by; where to go on to."""

    class Meta:
        unknown = RAISE

    credential = Credential(required=True)
    next = fields.String(load_default="")


def site() -> Site | None:
    """Where the browser is, if passkeys work there."""
    return keeping_passkeys.site_at(request.host, settings().public_url)


def _require_site() -> Site:
    found = site()
    if found is None:
        raise NoPasskeysHere(keeping_passkeys.origins_of(settings().public_url)[-1])
    return found


def _fresh_json(options: dict[str, Any]) -> Response:
    response = jsonify(options)
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/sign-in/passkey/options")
@enter(ANYONE)
def sign_in_options() -> ResponseReturnValue:
    """For the script of the sign-in page."""
    found = _require_site()
    return _fresh_json(keeping_passkeys.options_to_sign_in(found, settings=settings(), now=now()))


@blueprint.post("/sign-in/passkey")
@enter(ANYONE)
def sign_in() -> ResponseReturnValue:
    """Sign in by a passkey; no password and no code is asked for."""
    form = read_form(EntryForm())
    try:
        if form.is_good:
            return _sign_in(form)
    except Failure as failure:
        form.refuse(failure)
    say(_("This passkey can't be used. Try again, or sign in another way."), kind="bad")
    return redirect(url_for("signing_in.show"), 303)


def _sign_in(form: Form) -> BaseResponse:
    person = keeping_passkeys.person_shown(
        current_session(),
        form.values["credential"],
        _require_site(),
        settings=settings(),
        now=now(),
    )
    return open_session(person, form.values["next"])


def _me() -> Person:
    return current_session().get_one(Person, require_identity().person_id)


def _show(form: Form, status: int = 200) -> ResponseReturnValue:
    person = _me()
    page = render_template(
        "passkeys.html",
        form=form,
        person=person,
        passkeys=accounts.passkeys_of(current_session(), person.id),
        is_here=site() is not None,
        elsewhere=keeping_passkeys.origins_of(settings().public_url)[-1],
    )
    return page, status


@blueprint.get("/me/passkeys")
@enter(IN_PERSON)
def show() -> ResponseReturnValue:
    """One's passkeys, and the button to add one."""
    return _show(Form())


@blueprint.get("/me/passkeys/options")
@enter(IN_PERSON)
def options() -> ResponseReturnValue:
    """For the script of one's page of passkeys."""
    session, found = current_session(), _require_site()
    return _fresh_json(
        keeping_passkeys.options_to_add(session, _me(), found, settings=settings(), now=now())
    )


@blueprint.post("/me/passkeys")
@enter(IN_PERSON)
def add() -> ResponseReturnValue:
    """Sign in by this passkey too, from now on."""
    require_fresh(url_for("passkeys.show"))
    form = read_form(PasskeyForm())
    try:
        if form.is_good:
            keeping_passkeys.add_passkey(
                current_session(),
                _me(),
                form.values["credential"],
                form.values["name"],
                _require_site(),
                settings=settings(),
                now=now(),
            )
            say(_("The passkey is added."))
            return redirect(url_for("passkeys.show"), 303)
    except Failure as failure:
        form.faults[""] = failure.detail
    return _show(form, 422)


@blueprint.post("/me/passkeys/<uuid:passkey_id>/remove")
@enter(IN_PERSON)
def remove(passkey_id: UUID) -> ResponseReturnValue:
    """Nobody signs in by it any more."""
    session, person_id = current_session(), require_identity().person_id
    found = accounts.get_passkey(session, passkey_id, person_id)
    keeping_passkeys.remove_passkey(session, found, actor=str(person_id), now=now())
    say(_("The passkey is removed."))
    return redirect(url_for("passkeys.show"), 303)
