"""What an organizer does in the workspace: allots seats, decides registrations and changes."""

from datetime import UTC
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields

from services.events.actions import allotting, changing, overriding, registering
from services.events.pages.manage import LOCAL_TIME, ORGANIZER
from services.events.pages.workspace import seats_page
from services.events.queries import registrations as people
from services.events.queries import workshops as queries
from services.events.queries.copies import require_organisation
from shared.foundation.failures import Failure
from shared.web.context import current_session, now
from shared.web.fields import Count
from shared.web.forms import read_form
from shared.web.identity import asker, enter
from shared.web.pages import say, say_failure

blueprint = Blueprint("seats", __name__, url_prefix="/events/manage")


class AllotmentForm(Schema):
    """Seats of a body; the release is local to the venue's zone."""

    class Meta:
        unknown = RAISE

    organisation_id = fields.UUID(required=True)
    seats = Count(0, 1_000_000, required=True)
    alternates = Count(0, 1_000_000, load_default=0)
    release_at = fields.NaiveDateTime(load_default=None, format=LOCAL_TIME)


@blueprint.post("/registration-changes/<uuid:change_id>/<any(approve, reject):verb>")
@enter(ORGANIZER)
def decide_change(change_id: UUID, verb: str) -> ResponseReturnValue:
    """Let an attendee's late change be, or not."""
    session = current_session()
    found = people.get_organized_change(session, change_id, asker())
    try:
        changing.decide_change(
            session, found, is_approved=verb == "approve", actor=asker().name, now=now()
        )
    except Failure as failure:
        say_failure(failure)
    return redirect(url_for("workspace.overview", workshop_id=found.workshop_id) + "#changes", 303)


@blueprint.post("/<uuid:workshop_id>/allotments")
@enter(ORGANIZER)
def allot(workshop_id: UUID) -> ResponseReturnValue:
    """Give a body its seats."""
    session = current_session()
    workshop = queries.get_organized(session, workshop_id, asker())
    form = read_form(AllotmentForm())
    if not form.is_good:
        return seats_page(workshop, form, 422)
    values = form.values
    local = values["release_at"]
    zone = ZoneInfo(workshop.time_zone)
    try:
        require_organisation(session, values["organisation_id"], "/organisation_id")
        allotting.allot(
            session,
            workshop,
            values["organisation_id"],
            seats=values["seats"],
            alternates=values["alternates"],
            release_at=local.replace(tzinfo=zone).astimezone(UTC) if local else None,
            now=now(),
        )
    except Failure as failure:
        form.refuse(failure)
        return seats_page(workshop, form, 409)
    say(_("The seats are allotted."))
    return redirect(url_for("workspace.seats", workshop_id=workshop_id) + "#allotments", 303)


STEPS = {
    "approve": registering.approve,
    "reject": registering.reject,
    "cancel": registering.cancel_registration,
    "first": overriding.put_first,
}


@blueprint.post("/registrations/<uuid:registration_id>/<any(approve, reject, cancel, first):verb>")
@enter(ORGANIZER)
def act_on_registration(registration_id: UUID, verb: str) -> ResponseReturnValue:
    """Approve, reject or cancel one registration, or put it first in line."""
    session = current_session()
    found = people.get_organized_registration(session, registration_id, asker())
    reason = request.form.get("reason", "").strip()
    try:
        STEPS[verb](session, found, actor=asker().name, now=now(), reason=reason)
    except Failure as failure:
        say_failure(failure)
    else:
        say(_("%(name)s is now %(state)s.", name=found.name, state=_(found.state)))
    return redirect(url_for("workspace.people", workshop_id=found.workshop_id) + "#roster", 303)
