"""One's personal tokens: for programs that ask in one's name."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields, validate

from services.members.actions import giving_tokens
from services.members.model import Person
from services.members.pages.counting import require_fresh
from services.members.queries import accounts
from shared.foundation.failures import Failure, Invalid
from shared.web.context import current_session, now
from shared.web.fields import Line
from shared.web.forms import Form, read_form
from shared.web.identity import IN_PERSON, enter, require_identity
from shared.web.pages import say

blueprint = Blueprint("programs", __name__, url_prefix="/members/me/tokens")
SERVICES: Final = ("members", "events", "notifications")
LIVES: Final = (7, 30, 90, 180, 365)
USUAL_LIFE: Final = 90


class ScopesForm(Schema):
    """Per service: nothing, read, or write."""

    class Meta:
        unknown = RAISE

    members = fields.String(validate=validate.OneOf(("read", "write")))
    events = fields.String(validate=validate.OneOf(("read", "write")))
    notifications = fields.String(validate=validate.OneOf(("read", "write")))


class TokenForm(Schema):
    """What the token is for, and for how many days."""

    class Meta:
        unknown = RAISE

    name = Line(required=True, longest=100)
    scopes = fields.Nested(ScopesForm, load_default=dict)
    days = fields.Integer(required=True, validate=validate.OneOf(LIVES))


def _show(form: Form, status: int = 200, **more: Any) -> ResponseReturnValue:
    session, person_id = current_session(), require_identity().person_id
    page = render_template(
        "tokens.html",
        form=form,
        tokens=accounts.live_tokens(session, person_id, now=now()),
        person=session.get_one(Person, person_id),
        services=[
            ("members", _("Members and organisations")),
            ("events", _("Workshops and registrations")),
            ("notifications", _("Inbox and deliveries")),
        ],
        reaches=[("", _("nothing")), ("read", _("read")), ("write", _("read and change"))],
        lives=[(days, _("%(days)s days", days=days)) for days in LIVES],
        **more,
    )
    return page, status


@blueprint.route("", methods=["GET", "POST"])
@enter(IN_PERSON)
def show() -> ResponseReturnValue:
    """One's tokens, and the form for a new one, whose text is shown once."""
    if request.method == "GET":
        return _show(Form(typed={"days": str(USUAL_LIFE)}))
    require_fresh(url_for("programs.show"))
    form = read_form(TokenForm())
    try:
        if form.is_good:
            return _give(form)
    except Failure as failure:
        form.refuse(failure)
    return _show(form, 422)


def _give(form: Form) -> ResponseReturnValue:
    wanted = [f"{service}:{verb}" for service, verb in form.values["scopes"].items()]
    if not wanted:
        raise Invalid.at("/scopes/members", _("Choose what the token may reach."))
    session = current_session()
    made, text = giving_tokens.give_token(
        session,
        session.get_one(Person, require_identity().person_id),
        form.values["name"],
        wanted,
        expires_at=now() + timedelta(days=form.values["days"]),
        now=now(),
    )
    session.flush()
    return _show(Form(typed={"days": str(USUAL_LIFE)}), made=made, text=text)


@blueprint.post("/<uuid:token_id>/revoke")
@enter(IN_PERSON)
def revoke(token_id: UUID) -> ResponseReturnValue:
    """Take a token back."""
    session, person_id = current_session(), require_identity().person_id
    found = accounts.get_token(session, token_id, person_id, now=now())
    giving_tokens.revoke_token(session, found, actor=str(person_id), now=now())
    say(_("The token is deleted: nothing takes it any more."))
    return redirect(url_for("programs.show"), 303)
