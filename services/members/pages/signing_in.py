"""Signing in by password or by a mailed link, and signing out."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields

from services.members.actions import signing_in, signing_up
from services.members.actions.failures import BadLink, WrongCredentials
from services.members.actions.mailing_tokens import find_token
from services.members.model import Person
from services.members.pages.cookies import clear_cookies, session_secret, settings
from services.members.pages.counting import count, go_on_signed_in, require_room
from services.members.pages.passkeys import site
from shared.web.bounds import Length
from shared.web.context import current_session, now, service
from shared.web.fields import Email
from shared.web.forms import Form, read_form
from shared.web.identity import ANYONE, RENEWAL, enter, find_identity
from shared.web.pages import safe_next, say

blueprint = Blueprint("signing_in", __name__, url_prefix="/members")
LONGEST_TYPED = 1000


class SignInForm(Schema):
    """An address and its password; where to go on to."""

    class Meta:
        unknown = RAISE

    email = Email(required=True)
    password = fields.String(required=True, validate=Length(1, LONGEST_TYPED))
    next = fields.String(load_default="")


class LinkForm(Schema):
    """Where to mail a link."""

    class Meta:
        unknown = RAISE

    email = Email(required=True)


def _show(form: Form, status: int = 200) -> ResponseReturnValue:
    wanted = form.typed.get("next") or request.args.get("next", "")
    page = render_template(
        "sign_in.html", form=form, next=safe_next(wanted), has_passkeys=site() is not None
    )
    return page, status


@blueprint.get("/sign-in")
@enter(ANYONE)
def show() -> ResponseReturnValue:
    """The form; whoever is signed in goes on."""
    if find_identity() is not None and "again" not in request.args:
        return redirect(safe_next(request.args.get("next")), 303)
    return _show(Form())


@blueprint.post("/sign-in")
@enter(ANYONE)
def sign_in() -> ResponseReturnValue:
    """Sign in by password. The same answer for an unknown address and a wrong password."""
    form = read_form(SignInForm())
    if not form.is_good:
        return _show(form, 422)
    email, password = form.values["email"], form.values["password"]
    attempt = require_room("sign_in", email)
    with service().database.reading() as reading:
        account = signing_in.find_by_password(reading, email, password)
    count(attempt, has_succeeded=account is not None)
    if account is None:
        sentence = _("The address and the password don't belong together.")
        form.refuse(WrongCredentials(sentence))
        return _show(form, 422)
    person = current_session().get_one(Person, account.person_id)
    return go_on_signed_in(person, form.values["next"])


@blueprint.route("/sign-in/link", methods=["GET", "POST"])
@enter(ANYONE)
def ask_link() -> ResponseReturnValue:
    """Ask for a mail with a link that signs in."""
    form = Form()
    if request.method == "POST":
        form = read_form(LinkForm())
        if form.is_good:
            email = form.values["email"]
            count(require_room("sign_in_link", email))
            signing_up.ask_sign_in_link(current_session(), email, settings=settings(), now=now())
            return render_template("mailed.html", email=email, heading=_("Look into your mailbox"))
    return render_template("sign_in_link.html", form=form), 422 if form.faults else 200


@blueprint.get("/sign-in/link/<token>")
@enter(ANYONE)
def show_link(token: str) -> ResponseReturnValue:
    """A button to sign in: opening a link changes nothing, since mail scanners open them."""
    found = find_token(current_session(), "sign_in_link", token, now=now())
    return render_template("confirm_link.html", is_usable=found is not None)


@blueprint.post("/sign-in/link/<token>")
@enter(ANYONE)
def confirm_link(token: str) -> ResponseReturnValue:
    """Sign in by the link; it works once."""
    try:
        person = signing_up.confirm_sign_in_link(current_session(), token, now=now())
    except BadLink:
        return render_template("confirm_link.html", is_usable=False), 422
    return go_on_signed_in(person, None)


@blueprint.get("/sign-out")
@enter(RENEWAL)
def show_sign_out() -> ResponseReturnValue:
    """A button to sign out."""
    return render_template("sign_out.html")


@blueprint.post("/sign-out")
@enter(RENEWAL)
def sign_out() -> ResponseReturnValue:
    """End this browser's session; its tokens are refused everywhere."""
    session = current_session()
    opened = signing_in.find_session(session, session_secret(), now=now())
    if opened is not None:
        signing_in.sign_out(session, opened, settings=settings(), now=now())
    say(_("You are signed out."))
    response = redirect(url_for("signing_in.show"), 303)
    clear_cookies(response)
    return response
