"""Where one person works: the title, from when to when, and every step of it."""

from typing import Final
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields

from services.members.actions import correcting
from services.members.actions.recording import lock
from services.members.model import Affiliation
from services.members.pages.organisations import MANAGERS
from services.members.pages.steps import history_facts
from services.members.queries import people
from services.members.queries.organisations import get_organisation
from shared.foundation.failures import Failure
from shared.web.bounds import CENTURIES
from shared.web.context import current_session, now
from shared.web.fields import Line
from shared.web.forms import Form, filled, read_form
from shared.web.identity import asker, enter
from shared.web.pages import say

blueprint = Blueprint("places", __name__, url_prefix="/members/affiliations")
EDITED: Final = {"title": "title", "from": "starts_on", "to": "ends_on"}
"""Names in the form, as the API's; and of the affiliation."""


class PlaceForm(Schema):
    """What they are there, and from when to when, where that is known."""

    class Meta:
        unknown = RAISE

    title = Line(load_default="", longest=200)
    starts_on = fields.Date(data_key="from", load_default=None, validate=CENTURIES)
    ends_on = fields.Date(data_key="to", load_default=None, validate=CENTURIES)


@blueprint.route("/<uuid:affiliation_id>", methods=["GET", "POST"])
@enter(MANAGERS)
def edit(affiliation_id: UUID) -> ResponseReturnValue:
    """Set or correct the title and the days."""
    session, who = current_session(), asker()
    found = people.get_affiliation(session, affiliation_id, who)
    form = Form(typed=filled({name: getattr(found, kept) for name, kept in EDITED.items()}))
    if request.method == "POST":
        form = read_form(PlaceForm())
        try:
            if form.is_good:
                _correct(found, form)
                say(_("Saved."))
                path = url_for("organisations.show", organisation_id=found.organisation_id)
                return redirect(path + "#people", 303)
        except Failure as failure:
            form.refuse(failure)
    page = render_template(
        "place.html",
        place=found,
        person=people.named(session, [found.person_id])[found.person_id],
        organisation=get_organisation(session, found.organisation_id),
        form=form,
        **history_facts(found),
    )
    return page, 422 if form.faults else 200


def _correct(found: Affiliation, form: Form) -> None:
    session = current_session()
    lock(session, found)
    form.require_current(found.version)
    correcting.correct_affiliation(session, found, form.values, asker=asker(), now=now())
