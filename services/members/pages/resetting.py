"""Choosing a new password by a mailed link."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields

from services.members.actions import signing_up
from services.members.actions.failures import BadLink
from services.members.actions.mailing_tokens import find_token
from services.members.pages.cookies import clear_cookies, settings
from services.members.pages.counting import count, require_room
from services.members.pages.signing_in import LinkForm
from services.members.pages.signing_up import LONGEST_PASSWORD, SHORTEST_PASSWORD, hashed
from shared.foundation.failures import Invalid
from shared.web.bounds import Length
from shared.web.context import current_session, now
from shared.web.forms import Form, read_form
from shared.web.identity import ANYONE, enter
from shared.web.pages import say

blueprint = Blueprint("resetting", __name__, url_prefix="/members/password-reset")


class PasswordForm(Schema):
    """The new password."""

    class Meta:
        unknown = RAISE

    password = fields.String(required=True, validate=Length(SHORTEST_PASSWORD, LONGEST_PASSWORD))


@blueprint.route("", methods=["GET", "POST"])
@enter(ANYONE)
def ask() -> ResponseReturnValue:
    """Ask for a mail with a link to choose a new password."""
    form = Form()
    if request.method == "POST":
        form = read_form(LinkForm())
        if form.is_good:
            email = form.values["email"]
            count(require_room("password_reset", email))
            signing_up.ask_password_reset(current_session(), email, settings=settings(), now=now())
            return render_template("mailed.html", email=email, heading=_("Look into your mailbox"))
    return render_template("password_reset.html", form=form), 422 if form.faults else 200


@blueprint.route("/<token>", methods=["GET", "POST"])
@enter(ANYONE)
def choose(token: str) -> ResponseReturnValue:
    """Choose a new password; then everything that was signed in is signed out."""
    form = Form()
    if request.method == "GET":
        found = find_token(current_session(), "password_reset", token, now=now())
        return render_template("new_password.html", form=form, is_usable=found is not None)
    form = read_form(PasswordForm())
    if not form.is_good:
        return render_template("new_password.html", form=form, is_usable=True), 422
    session = current_session()
    found = find_token(session, "password_reset", token, now=now())
    try:
        password_hash = hashed(form.values["password"], [found.email] if found else [])
        signing_up.reset_password(session, token, password_hash, settings=settings(), now=now())
    except BadLink:
        return render_template("new_password.html", form=form, is_usable=False), 422
    except Invalid as failure:
        form.refuse(failure)
        return render_template("new_password.html", form=form, is_usable=True), 422
    say(_("Your new password is set. Sign in with it."))
    response = redirect(url_for("signing_in.show"), 303)
    clear_cookies(response)
    return response
