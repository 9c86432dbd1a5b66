"""The second step: asked for after the password, and set up on one's own page."""

from typing import Any, Final
from uuid import UUID

import segno
from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema
from werkzeug.wrappers import Response

from services.members.actions import checking_codes
from services.members.actions.checking_codes import SetUp
from services.members.actions.failures import WrongCode
from services.members.model import Account, Person
from services.members.pages.cookies import settings
from services.members.pages.counting import (
    HALF,
    HALF_SECONDS,
    count,
    open_session,
    require_fresh,
    require_room,
)
from shared.foundation.failures import Failure
from shared.web.context import current_session, now
from shared.web.fields import Line
from shared.web.forms import Form, read_form
from shared.web.identity import ANYONE, IN_PERSON, enter, require_identity
from shared.web.pages import say

blueprint = Blueprint("second_factor", __name__, url_prefix="/members")
QR_SCALE: Final = 5


class CodeForm(Schema):
    """A code of the app, or a recovery code."""

    class Meta:
        unknown = RAISE

    code = Line(required=True, longest=40)


def _half_signed_in() -> tuple[UUID, str] | None:
    """Who has shown the first half of who they are in this browser, and where they want to go."""
    half = session.get(HALF)
    if not half or now().timestamp() - half["at"] > HALF_SECONDS:
        session.pop(HALF, None)
        return None
    return UUID(half["person_id"]), half["next"]


def _take(person: Person, code: str) -> None:
    """Raise WrongCode unless it is a good one; TooMany when too many were tried."""
    opened = current_session()
    attempt = require_room("second_factor", opened.get_one(Account, person.id).email)
    is_right = checking_codes.take_code(opened, person.id, code, settings=settings(), now=now())
    count(attempt, has_succeeded=is_right)
    if not is_right:
        raise WrongCode(_("This code is not good, or was used already."))


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@enter(ANYONE)
def ask() -> ResponseReturnValue:
    """Ask for the code, and go on signed in."""
    half = _half_signed_in()
    if half is None:
        say(_("That took too long; sign in once more."), kind="bad")
        return redirect(url_for("signing_in.show"), 303)
    form = Form()
    if request.method == "POST":
        form = read_form(CodeForm())
        try:
            if form.is_good:
                return _go_on(*half, form.values["code"])
        except Failure as failure:
            form.refuse(failure)
    return render_template("code.html", form=form), 422 if form.faults else 200


def _go_on(person_id: UUID, wanted: str, code: str) -> Response:
    person = current_session().get_one(Person, person_id)
    _take(person, code)
    session.pop(HALF, None)
    return open_session(person, wanted)


def _me() -> Person:
    return current_session().get_one(Person, require_identity().person_id)


def _show(form: Form, status: int = 200, **more: Any) -> ResponseReturnValue:
    person = _me()
    standing = checking_codes.standing_of(current_session(), person.id)
    page = render_template(
        "second_factor.html", form=form, standing=standing, person=person, **more
    )
    return page, status


def _drawn(made: SetUp) -> dict[str, Any]:
    drawing = segno.make(made.uri, micro=False).svg_data_uri(scale=QR_SCALE, light="#fff")
    groups = [made.secret[start : start + 4] for start in range(0, len(made.secret), 4)]
    return {"drawing": drawing, "secret": " ".join(groups)}


@blueprint.get("/me/second-step")
@enter(IN_PERSON)
def show() -> ResponseReturnValue:
    """Whether a code is asked for, and what can be done about it."""
    return _show(Form())


@blueprint.post("/me/second-step/set-up")
@enter(IN_PERSON)
def set_up() -> ResponseReturnValue:
    """A QR code and a secret for the app."""
    require_fresh(url_for("second_factor.show"))
    made = checking_codes.set_up(current_session(), _me(), settings=settings(), now=now())
    return _show(Form(), **_drawn(made))


@blueprint.post("/me/second-step/confirm")
@enter(IN_PERSON)
def confirm() -> ResponseReturnValue:
    """The app's first code turns the second step on; the recovery codes are shown once."""
    require_fresh(url_for("second_factor.show"))
    form = read_form(CodeForm())
    try:
        if form.is_good:
            codes = checking_codes.confirm(
                current_session(), _me(), form.values["code"], settings=settings(), now=now()
            )
            current_session().flush()
            return _show(Form(), codes=codes)
    except WrongCode:
        form.faults["code"] = _("The app shows another code. Is the clock of its device right?")
    except Failure as failure:
        form.refuse(failure)
    waiting = checking_codes.find_set_up(current_session(), _me(), settings=settings())
    return _show(form, 422, **(_drawn(waiting) if waiting else {}))


@blueprint.post("/me/second-step/recovery-codes")
@enter(IN_PERSON)
def renew() -> ResponseReturnValue:
    """New recovery codes; those before are good no more."""
    form = read_form(CodeForm())
    try:
        if form.is_good:
            person = _me()
            _take(person, form.values["code"])
            codes = checking_codes.renew_recovery_codes(current_session(), person, now=now())
            current_session().flush()
            return _show(Form(), codes=codes)
    except Failure as failure:
        form.refuse(failure)
    return _show(form, 422)


@blueprint.post("/me/second-step/remove")
@enter(IN_PERSON)
def remove() -> ResponseReturnValue:
    """No code is asked for any more."""
    form = read_form(CodeForm())
    try:
        if form.is_good:
            person = _me()
            _take(person, form.values["code"])
            checking_codes.turn_off(current_session(), person, actor=str(person.id), now=now())
            say(_("The second step is off."))
            return redirect(url_for("second_factor.show"), 303)
    except Failure as failure:
        form.refuse(failure)
    return _show(form, 422)
