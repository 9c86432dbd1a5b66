"""Signing up: the form, and the page that the mailed link opens."""

from collections.abc import Sequence

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import fields

from services.members.actions import signing_up
from services.members.actions.choosing_passwords import hash_new_password
from services.members.actions.failures import BadLink
from services.members.actions.mailing_tokens import find_token
from services.members.actions.signing_up import SignUp
from services.members.pages.cookies import settings
from services.members.pages.counting import count, go_on_signed_in, require_room
from services.members.pages.names import WithNames, names_in
from shared.foundation.failures import Failure, Invalid
from shared.web.bounds import Length
from shared.web.context import current_session, now
from shared.web.fields import Email, LanguageTag
from shared.web.forms import Form, read_form
from shared.web.identity import ANYONE, enter
from shared.web.pages import page_language, say

blueprint = Blueprint("signing_up", __name__, url_prefix="/members/sign-up")
SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 256


class SignUpForm(WithNames):
    """Who wants an account."""

    email = Email(required=True)
    password = fields.String(
        load_default=None, validate=Length(SHORTEST_PASSWORD, LONGEST_PASSWORD)
    )
    locale = LanguageTag(load_default="en")


def hashed(password: str, about: Sequence[str]) -> str:
    """The hash of the chosen password. Raises Invalid for one easy to guess."""
    try:
        return hash_new_password(password, about=about)
    except Invalid as failure:
        sentence = _(
            "This password is easy to guess. Use another one; a sentence of your own is best."
        )
        raise Invalid.at("/password", sentence, code=failure.code) from failure


@blueprint.route("", methods=["GET", "POST"])
@enter(ANYONE)
def sign_up() -> ResponseReturnValue:
    """Ask for an account; the mailed link opens it."""
    form = Form(typed={"locale": page_language()})
    if request.method == "POST":
        form = read_form(SignUpForm())
        try:
            if form.is_good:
                email = _ask(form)
                heading = _("One more step: look into your mailbox")
                return render_template("mailed.html", email=email, heading=heading)
        except Failure as failure:
            form.refuse(failure)
    return render_template("sign_up.html", form=form), 422 if form.faults else 200


def _ask(form: Form) -> str:
    email: str = form.values["email"]
    names = names_in(form.values, missing=_("Write your name."))
    count(require_room("sign_up", email))
    password = form.values["password"]
    about = [email, *(name.full for name in names)]
    wanted = SignUp(
        names=names,
        email=email,
        locale=form.values["locale"],
        password_hash=hashed(password, about) if password else None,
    )
    signing_up.ask_sign_up(current_session(), wanted, settings=settings(), now=now())
    return email


@blueprint.get("/confirm/<token>")
@enter(ANYONE)
def show(token: str) -> ResponseReturnValue:
    """A button to open the account."""
    found = find_token(current_session(), "sign_up", token, now=now())
    return render_template("confirm_sign_up.html", found=found)


@blueprint.post("/confirm/<token>")
@enter(ANYONE)
def confirm(token: str) -> ResponseReturnValue:
    """Open the account and sign in."""
    try:
        person = signing_up.confirm_sign_up(current_session(), token, now=now())
    except BadLink:
        return render_template("confirm_sign_up.html", found=None), 422
    say(_("Welcome. Your account is open."))
    return go_on_signed_in(person, "/events/mine")
