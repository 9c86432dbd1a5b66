"""The organizer's room of what a workshop concluded: writing, publishing, changing."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields, validate
from sqlalchemy import select

from services.events.actions import concluding
from services.events.model import Finding, Session, Workshop
from services.events.model.finding import KINDS
from services.events.pages.finding_words import BADGES, KIND_NAMES, STATE_NAMES
from services.events.pages.manage import ORGANIZER
from services.events.pages.workspace import bodies_to_choose
from services.events.queries import findings as queries
from services.events.queries.copies import organisation_names
from services.events.queries.proposals import names_of_people
from services.events.queries.workshops import get_organized
from shared.foundation.failures import Failure
from shared.foundation.languages import in_language
from shared.web.context import current_session, now, undo
from shared.web.exporting import file_format, send_sheet
from shared.web.fields import Day, Texts
from shared.web.forms import Form, filled, read_form
from shared.web.identity import asker, enter
from shared.web.pages import page_language, say, say_failure
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("findings", __name__, url_prefix="/events/manage")
PAGE = 100
LONGEST = 5000
NOBODY = ("", "–")


class FollowForm(Schema):
    """To whom it is addressed, who follows it up, and when it is reviewed."""

    class Meta:
        unknown = RAISE

    organisation_id = fields.UUID(load_default=None)
    person_id = fields.UUID(load_default=None)
    addressed_to = Texts(load_default=dict)
    owner_id = fields.UUID(load_default=None)
    review_on = Day(load_default=None)


class FindingForm(FollowForm):
    """A draft with its words."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    texts = Texts(required=True, is_prose=True, longest=LONGEST)
    session_id = fields.UUID(load_default=None)


def typed_of(found: Finding) -> dict[str, str]:
    """The fields of its form."""
    return filled({name: getattr(found, name) for name in FindingForm().fields})


def choices(workshop: Workshop, found: Finding | None = None) -> dict[str, Any]:
    """What the form offers: kinds, sessions, bodies and people."""
    session, language = current_session(), page_language()
    query = select(Session).where(Session.workshop_id == workshop.id).order_by(Session.starts_at)
    parts = [(str(each.id), in_language(each.titles, language)) for each in session.scalars(query)]
    known = queries.people_to_choose(session, workshop) | {asker().person_id}
    known |= {found.person_id, found.owner_id} if found else set()
    names = names_of_people(session, known, language=language)
    people = sorted(((str(each), name) for each, name in names.items()), key=lambda pair: pair[1])
    return {
        "kinds": list(KIND_NAMES.items()),
        "sessions": [NOBODY, *parts],
        "bodies": [NOBODY, *bodies_to_choose()],
        "people": [NOBODY, *people],
    }


def _room(workshop: Workshop, form: Form, status: int = 200) -> ResponseReturnValue:
    session = current_session()
    rows, cursor = page_of(
        session,
        queries.findings_of(session, workshop, asker()),
        [Key(Finding.id)],
        cursor=request.args.get("cursor"),
        limit=PAGE,
    )
    page = render_template(
        "findings.html",
        workshop=workshop,
        host=organisation_names(session, workshop.host_id),
        findings=rows,
        addressed=queries.addressees_of(session, rows, with_people=True),
        kind_names=KIND_NAMES,
        state_names=STATE_NAMES,
        badges=BADGES,
        next=list_answer([], cursor)["next"],
        form=form,
        **choices(workshop),
    )
    return page, status


@blueprint.get("/<uuid:workshop_id>/findings")
@enter(ORGANIZER)
def room(workshop_id: UUID) -> ResponseReturnValue:
    """What was concluded, and the form to write more."""
    workshop = get_organized(current_session(), workshop_id, asker())
    return _room(workshop, Form(typed={"kind": "recommendation"}))


@blueprint.get("/<uuid:workshop_id>/findings/file")
@enter(ORGANIZER)
def export(workshop_id: UUID) -> ResponseReturnValue:
    """All of them as CSV, or as XLSX where that is asked for."""
    session = current_session()
    workshop = get_organized(session, workshop_id, asker())
    query = queries.findings_of(session, workshop, asker())
    kind = file_format(request.args) or "csv"
    return send_sheet(queries.findings_sheet(), query, [Key(Finding.id)], kind=kind)


@blueprint.post("/<uuid:workshop_id>/findings")
@enter(ORGANIZER)
def write(workshop_id: UUID) -> ResponseReturnValue:
    """Keep a draft."""
    session, who = current_session(), asker()
    workshop = get_organized(session, workshop_id, who)
    form = read_form(FindingForm())
    if form.is_good:
        by: dict[str, Any] = {"written_by": who.person_id, "actor": who.name}
        try:
            concluding.conclude(session, workshop, form.values, **by, now=now())
        except Failure as failure:
            form.refuse(failure)
        else:
            say(_("The draft is saved. Publish it when it is ready."))
            return redirect(url_for("findings.room", workshop_id=workshop_id), 303)
    undo()
    return _room(workshop, form, 422)


@blueprint.route("/findings/<uuid:finding_id>", methods=["GET", "POST"])
@enter(ORGANIZER)
def edit(finding_id: UUID) -> ResponseReturnValue:
    """Change a draft; of a published one, to whom it is addressed and how it is followed up."""
    session = current_session()
    found, workshop = queries.get_organized_finding(session, finding_id, asker())
    form, status = Form(typed=typed_of(found)), 200
    if request.method == "POST":
        form = read_form(FindingForm() if found.state == "draft" else FollowForm())
        if form.is_good and _change(found, form):
            return redirect(url_for("recommendations.show", finding_id=finding_id), 303)
        undo()
        found, workshop = queries.get_organized_finding(session, finding_id, asker())
        status = 422
    page = render_template(
        "finding_form.html",
        workshop=workshop,
        host=organisation_names(session, workshop.host_id),
        found=found,
        form=form,
        **choices(workshop, found),
    )
    return page, status


def _change(found: Finding, form: Form) -> bool:
    session, values = current_session(), form.values
    session.refresh(found, with_for_update=True)
    try:
        form.require_current(found.version)
        concluding.change_finding(session, found, values, actor=asker().name, now=now())
    except Failure as failure:
        form.refuse(failure)
    return form.is_good


@blueprint.post("/findings/<uuid:finding_id>/<any(publish, remove):verb>")
@enter(ORGANIZER)
def step(finding_id: UUID, verb: str) -> ResponseReturnValue:
    """Publish a draft, or take it away."""
    session = current_session()
    found, workshop = queries.get_organized_finding(session, finding_id, asker())
    by: Mapping[str, Any] = {"actor": asker().name, "now": now()}
    try:
        if verb == "publish":
            concluding.publish_finding(session, found, **by)
        else:
            concluding.drop_finding(session, found, **by)
    except Failure as failure:
        say_failure(failure)
    return redirect(url_for("findings.room", workshop_id=workshop.id), 303)
