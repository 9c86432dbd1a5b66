"""An organizer's workspace of one workshop: seats, roster, allotments, nominations."""

from datetime import UTC
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields
from sqlalchemy import select

from services.events.actions import allotting, changing, registering
from services.events.actions.asking import questions_ever
from services.events.model import (
    Allotment,
    Nomination,
    OrganisationCopy,
    Registration,
    RegistrationChange,
    Workshop,
)
from services.events.model.form import label_of, shown_answer
from services.events.pages.manage import LOCAL_TIME, ORGANIZER
from services.events.queries import registrations as people
from services.events.queries import workshops as queries
from services.events.queries.copies import names_of, organisation_names, require_organisation
from shared.foundation.failures import Failure
from shared.foundation.languages import in_language
from shared.web.context import current_session, now
from shared.web.fields import Count
from shared.web.forms import Form, read_form
from shared.web.identity import asker, enter
from shared.web.pages import page_language, say, say_failure
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("seats", __name__, url_prefix="/events/manage")


class AllotmentForm(Schema):
    """Seats of a body; the release is local to the venue's zone."""

    class Meta:
        unknown = RAISE

    organisation_id = fields.UUID(required=True)
    seats = Count(0, 1_000_000, required=True)
    alternates = Count(0, 1_000_000, load_default=0)
    release_at = fields.NaiveDateTime(load_default=None, format=LOCAL_TIME)


def bodies_to_choose() -> list[tuple[str, str]]:
    """(id, name) of organisations that seats can be given to, by name."""
    kinds = ("association", "agency", "institute", "foundation")
    query = select(OrganisationCopy).where(OrganisationCopy.kind.in_(kinds))
    language = page_language()
    found = current_session().scalars(query)
    return sorted(
        ((str(each.id), in_language(each.names, language)) for each in found),
        key=lambda pair: pair[1],
    )


def _workspace(workshop: Workshop, form: Form, status: int = 200) -> ResponseReturnValue:
    session = current_session()
    roster, cursor = page_of(
        session,
        people.roster(session, workshop, asker()),
        [Key(Registration.id)],
        cursor=request.args.get("cursor"),
        limit=100,
    )
    given = people.allotments_of(session, workshop, asker())
    allotments = list(session.scalars(given.order_by(Allotment.organisation_id)))
    nominations = list(
        session.scalars(
            people.nominations_of(session, workshop, asker())
            .order_by(Nomination.organisation_id, Nomination.id)
            .limit(500)
        )
    )
    sessions, talks, speakers = queries.programme_of(session, workshop.id)
    bodies: set[UUID] = {each.organisation_id for each in allotments}
    bodies |= {each.organisation_id for each in nominations}
    bodies |= {each.organisation_id for each in roster if each.organisation_id}
    facts: dict[str, Any] = {
        "workshop": workshop,
        "host": organisation_names(session, workshop.host_id),
        "ledger": queries.ledger_of(session, workshop.id),
        "roster": registering.all_as_they_are(session, roster),
        "next": list_answer([], cursor)["next"],
        "allotments": allotments,
        "nominations": nominations,
        "names": names_of(session, bodies),
        "sessions": sessions,
        "talks": talks,
        "speakers": speakers,
        "bodies": bodies_to_choose(),
        "form": form,
    } | _changes(workshop)
    return render_template("workspace.html", **facts), status


def _changes(workshop: Workshop) -> dict[str, Any]:
    """What attendees want to change, with words for what it was and what it would be."""
    session, language = current_session(), page_language()
    waiting = people.changes_of(workshop).order_by(RegistrationChange.id).limit(200)
    changes = list(session.scalars(waiting))
    ids = [each.registration_id for each in changes]
    query = select(Registration).where(Registration.id.in_(ids))
    asked = questions_ever(session, workshop) if changes else []
    asked = [each for each in asked if not each.get("counts_as")]

    def lines(change: RegistrationChange, row: Registration) -> list[tuple[str, Any, Any]]:
        plain = [
            (label, getattr(row, name), change.wanted[name])
            for name, label in (("name", _("Name")), ("locale", _("Language of mails")))
            if name in change.wanted
        ]
        answers = change.wanted.get("answers", row.answers)
        return plain + [
            (label_of(each, language), before, after)
            for each in asked
            for before in [shown_answer(each, row.answers.get(each["key"]), language)]
            for after in [shown_answer(each, answers.get(each["key"]), language)]
            if before != after
        ]

    return {
        "changes": changes,
        "changed": {row.id: row for row in session.scalars(query)},
        "change_lines": lines,
    }


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
    return redirect(url_for("seats.workspace", workshop_id=found.workshop_id) + "#changes", 303)


@blueprint.get("/<uuid:workshop_id>")
@enter(ORGANIZER)
def workspace(workshop_id: UUID) -> ResponseReturnValue:
    """Everything about one workshop at a glance."""
    return _workspace(queries.get_organized(current_session(), workshop_id, asker()), Form())


@blueprint.post("/<uuid:workshop_id>/allotments")
@enter(ORGANIZER)
def allot(workshop_id: UUID) -> ResponseReturnValue:
    """Give a body its seats."""
    session = current_session()
    workshop = queries.get_organized(session, workshop_id, asker())
    form = read_form(AllotmentForm())
    if not form.is_good:
        return _workspace(workshop, form, 422)
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
        return _workspace(workshop, form, 409)
    say(_("The seats are allotted."))
    return redirect(url_for("seats.workspace", workshop_id=workshop_id) + "#allotments", 303)


STEPS = {
    "approve": registering.approve,
    "reject": registering.reject,
    "cancel": registering.cancel_registration,
}


@blueprint.post("/registrations/<uuid:registration_id>/<any(approve, reject, cancel):verb>")
@enter(ORGANIZER)
def act_on_registration(registration_id: UUID, verb: str) -> ResponseReturnValue:
    """Approve, reject or cancel one registration."""
    session = current_session()
    found = people.get_organized_registration(session, registration_id, asker())
    reason = request.form.get("reason", "").strip()
    try:
        STEPS[verb](session, found, actor=asker().name, now=now(), reason=reason)
    except Failure as failure:
        say_failure(failure)
    else:
        say(_("%(name)s is now %(state)s.", name=found.name, state=_(found.state)))
    return redirect(url_for("seats.workspace", workshop_id=found.workshop_id) + "#roster", 303)
