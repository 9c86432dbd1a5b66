"""What workshops concluded, for everyone; and recommendations for those who follow them up."""

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields, validate
from sqlalchemy import select

from services.events.actions import following_up
from services.events.model import Finding, Session, Transition, Workshop
from services.events.pages.finding_words import BADGES, KIND_NAMES, STATE_NAMES, VERB_NAMES, VERBS
from services.events.queries import findings as queries
from services.events.queries.copies import organisation_names
from services.events.queries.proposals import names_of_people
from services.events.queries.scopes import may_organize
from services.events.queries.workshops import get_workshop
from shared.foundation.failures import Failure
from shared.web.context import current_session, now, undo
from shared.web.exporting import file_format, send_sheet
from shared.web.fields import Line
from shared.web.forms import Form, read_form
from shared.web.identity import ANYONE, SIGNED_IN, asker, enter
from shared.web.kept_pages import same_for_guests
from shared.web.pages import page_language, say
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("recommendations", __name__, url_prefix="/events")
KEYS: Final = [Key(Finding.id, descending=True)]
PAGE: Final = 50
MOST: Final = 500
WORDS: Final[dict[str, Any]] = {
    "kind_names": KIND_NAMES,
    "state_names": STATE_NAMES,
    "badges": BADGES,
}


class StepForm(Schema):
    """What became of it, and a note."""

    class Meta:
        unknown = RAISE

    verb = fields.String(required=True, validate=validate.OneOf(tuple(VERB_NAMES)))
    reason = Line(load_default="", longest=2000)


@blueprint.get("/workshops/<uuid:workshop_id>/findings")
@enter(ANYONE)
@same_for_guests
def of_workshop(workshop_id: UUID) -> ResponseReturnValue:
    """What the workshop concluded, and what became of it, for everyone."""
    session = current_session()
    workshop = get_workshop(session, workshop_id, asker())
    query = queries.findings_of(session, workshop, asker()).where(Finding.state != "draft")
    rows = list(session.scalars(query.order_by(Finding.id).limit(MOST)))
    parts = select(Session).where(Session.workshop_id == workshop.id)
    return render_template(
        "workshop_findings.html",
        workshop=workshop,
        host=organisation_names(session, workshop.host_id),
        groups=[(kind, [row for row in rows if row.kind == kind]) for kind in KIND_NAMES],
        addressed=queries.addressees_of(session, rows, with_people=False),
        sessions={each.id: each for each in session.scalars(parts)},
        **WORDS,
    )


@blueprint.get("/recommendations")
@enter(SIGNED_IN)
def list_recommendations() -> ResponseReturnValue:
    """Those to the asker and their bodies: the open ones, or all."""
    session, is_all = current_session(), request.args.get("all") == "1"
    rows, cursor = page_of(
        session, _listed(is_all), KEYS, cursor=request.args.get("cursor"), limit=PAGE
    )
    workshops = select(Workshop).where(Workshop.id.in_({row.workshop_id for row in rows}))
    return render_template(
        "recommendations.html",
        findings=rows,
        is_all=is_all,
        addressed=queries.addressees_of(session, rows, with_people=True),
        workshops={each.id: each for each in session.scalars(workshops)},
        next=list_answer([], cursor)["next"],
        **WORDS,
    )


def _listed(is_all: bool) -> Any:
    who = asker()
    return queries.recommendations_for(who) if is_all else queries.open_recommendations_for(who)


@blueprint.get("/recommendations/file")
@enter(SIGNED_IN)
def export() -> ResponseReturnValue:
    """The list as CSV, or as XLSX where that is asked for."""
    query = _listed(request.args.get("all") == "1")
    kind = file_format(request.args) or "csv"
    return send_sheet(queries.findings_sheet(), query, KEYS, kind=kind)


@blueprint.get("/findings/<uuid:finding_id>")
@enter(SIGNED_IN)
def show(finding_id: UUID) -> ResponseReturnValue:
    """One, for those who follow it up; everyone else reads the workshop's page."""
    session = current_session()
    found, workshop = queries.get_finding(session, finding_id, asker())
    if not queries.is_follower(session, found, workshop, asker()):
        return redirect(url_for("recommendations.of_workshop", workshop_id=workshop.id), 303)
    return _show(found, workshop, Form())


def _show(found: Finding, workshop: Workshop, form: Form, status: int = 200) -> ResponseReturnValue:
    session = current_session()
    steps = list(session.scalars(queries.steps_of(found).order_by(Transition.number).limit(MOST)))
    verbs = VERBS.get(found.state, ()) if found.is_followed_up else ()
    owners = names_of_people(session, [found.owner_id], language=page_language())
    page = render_template(
        "finding.html",
        found=found,
        workshop=workshop,
        host=organisation_names(session, workshop.host_id),
        part=session.get(Session, found.session_id) if found.session_id else None,
        addressed=queries.addressees_of(session, [found], with_people=True)[found.id],
        owner=owners.get(found.owner_id) if found.owner_id else None,
        steps=steps,
        verbs=[(verb, VERB_NAMES[verb]) for verb in verbs],
        is_organizer=may_organize(session, asker(), workshop.host_id),
        form=form,
        **WORDS,
    )
    return page, status


@blueprint.post("/findings/<uuid:finding_id>/step")
@enter(SIGNED_IN)
def take_step(finding_id: UUID) -> ResponseReturnValue:
    """Say what became of the recommendation."""
    session, who = current_session(), asker()
    found, workshop = queries.get_followed(session, finding_id, who)
    form = read_form(StepForm())
    if form.is_good:
        verb, reason = form.values["verb"], form.values["reason"]
        by: dict[str, Any] = {"by": who.person_id, "actor": who.name, "reason": reason}
        try:
            if verb == "note":
                following_up.note_progress(session, found, **by, now=now())
            else:
                following_up.take_step(session, found, verb, **by, now=now())
        except Failure as failure:
            form.refuse(failure)
        else:
            say(_("Kept. Whoever follows it up is told."))
            return redirect(url_for("recommendations.show", finding_id=finding_id), 303)
    undo()
    found, workshop = queries.get_followed(session, finding_id, who)
    return _show(found, workshop, form, 422)
