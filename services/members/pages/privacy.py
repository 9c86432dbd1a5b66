"""What is held about oneself, and being erased."""

from typing import cast
from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema

from services.members.actions import forgetting, gathering
from services.members.actions.erasing import receipt_path
from services.members.model import Person
from services.members.pages.cookies import clear_cookies
from services.members.pages.counting import require_fresh
from services.members.queries import data_exports as queries
from services.members.queries.erasures import get_erasure_of
from services.members.queries.people import get_own_person
from services.members.settings import MembersSettings
from shared.foundation.failures import Conflict, Failure
from shared.foundation.names import fold_email
from shared.web.archives import send_archive
from shared.web.context import current_session, now, service, this_day
from shared.web.fields import Line
from shared.web.forms import Form, read_form
from shared.web.identity import IN_PERSON, asker, enter, require_identity
from shared.web.pages import say

blueprint = Blueprint("privacy", __name__, url_prefix="/members/me/privacy")


class EraseForm(Schema):
    """The address once more, so that nobody is erased by a slip."""

    class Meta:
        unknown = RAISE

    email = Line(required=True)


def _show(form: Form, status: int = 200) -> ResponseReturnValue:
    latest = queries.latest_export(current_session(), require_identity().person_id, now=now())
    return render_template("privacy.html", form=form, latest=latest), status


def _me() -> Person:
    who = require_identity()
    return get_own_person(current_session(), who.person_id, asker(), today=this_day())


@blueprint.post("/gather")
@enter(IN_PERSON)
def gather() -> ResponseReturnValue:
    """Ask every service for what it holds."""
    gathering.ask_all(current_session(), _me(), actor=asker().name, now=now())
    say(_("Your data are being gathered. You get a mail when they can be downloaded."))
    return redirect(gathering.PATH, 303)


@blueprint.get("/exports/<uuid:export_id>")
@enter(IN_PERSON)
def download(export_id: UUID) -> ResponseReturnValue:
    """All of it as a ZIP."""
    session, person = current_session(), _me()
    found = queries.get_export(session, person.id, export_id, now=now())
    if found.ready_at is None:
        raise Conflict(_("It is still being gathered; look again soon."))
    tables = queries.sections_of(session, person, found)
    return send_archive(f"plenary-{found.asked_at:%Y-%m-%d}.zip", tables)


@blueprint.get("")
@enter(IN_PERSON)
def show() -> ResponseReturnValue:
    """What one can do about one's own data."""
    return _show(Form())


@blueprint.post("/erase")
@enter(IN_PERSON)
def erase() -> ResponseReturnValue:
    """Erase oneself everywhere, and go on to the receipt."""
    require_fresh(url_for("privacy.show"), is_to_erase=True)
    form, who = read_form(EraseForm()), require_identity()
    if form.is_good and fold_email(form.values["email"]) != fold_email(who.email):
        form.faults["email"] = _("This is not the address of your account.")
    if not form.is_good:
        return _show(form, 422)
    session = current_session()
    settings = cast(MembersSettings, service().settings)
    try:
        person = _me()
        forgetting.erase_person(session, person, settings=settings, actor=asker().name, now=now())
    except Failure as failure:
        form.refuse(failure)
        return _show(form, 409)
    erasure = get_erasure_of(session, person.id)
    response = redirect(receipt_path(settings.secret_key, erasure.id), 303)
    clear_cookies(response)
    return response
