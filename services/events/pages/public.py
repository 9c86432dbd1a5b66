"""What everyone sees of one workshop, and the form to register."""

from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import RAISE, Schema, fields

from services.events.actions import registering
from services.events.actions.attending import Attendee, own_id
from services.events.model import Material, Session, Workshop
from services.events.pages.answer_files import read_form_with_files
from services.events.pages.answers import typed_answers
from services.events.pages.course_words import find_course, refuse
from services.events.pages.manage import ZONES
from services.events.queries import workshops as queries
from services.events.queries.calls import has_open_call
from services.events.queries.copies import organisation_names
from services.events.queries.findings import count_published
from services.events.queries.programme import count_materials, get_material, materials_of
from services.events.queries.projects import find_public_proposal
from shared.foundation.clock import time_zones
from shared.foundation.failures import Failure
from shared.web.context import current_session, now
from shared.web.fields import Email, LanguageTag, Line
from shared.web.files import send_content
from shared.web.forms import Form
from shared.web.identity import ANYONE, asker, enter, find_identity
from shared.web.kept_pages import same_for_guests
from shared.web.pages import page_language
from shared.web.uploads import takes_files

blueprint = Blueprint("public", __name__, url_prefix="/events")
takes_files(blueprint, "register")


class RegisterForm(Schema):
    """What a guest types."""

    class Meta:
        unknown = RAISE

    name = Line(required=True, longest=200)
    email = Email(required=True)
    locale = LanguageTag(load_default="en")
    organisation_id = fields.UUID(load_default=None, allow_none=True)
    answers = fields.Dict(keys=fields.String(), load_default=dict)


def _show(workshop: Workshop, form: Form, *, status: int = 200) -> ResponseReturnValue:
    session = current_session()
    sessions, talks, speakers = queries.programme_of(session, workshop.id)
    page = render_template(
        "workshop.html",
        workshop=workshop,
        host=organisation_names(session, workshop.host_id),
        course=find_course(workshop),
        project=find_public_proposal(session, workshop.proposal_id),
        ledger=queries.ledger_of(session, workshop.id),
        sessions=sessions,
        talks=talks,
        speakers={speaker.id: speaker for speaker in speakers},
        materials=count_materials(session, workshop, asker()),
        findings=count_published(session, workshop.id),
        has_open_call=has_open_call(session, workshop.id, now=now()),
        closed_because=_why_closed(workshop),
        form=form,
    )
    return page, status


def _why_closed(workshop: Workshop) -> str:
    try:
        registering.require_open(workshop, now=now())
    except Failure as failure:
        return failure.detail
    return ""


@blueprint.get("/workshops/<uuid:workshop_id>")
@enter(ANYONE)
@same_for_guests
def show_workshop(workshop_id: UUID) -> ResponseReturnValue:
    """The workshop with its programme and the form."""
    workshop = queries.get_workshop(current_session(), workshop_id, asker())
    identity = find_identity()
    typed = {"locale": page_language()}
    if identity is not None:
        typed |= {"name": identity.name, "email": identity.email}
    return _show(workshop, Form(typed=typed))


@blueprint.get("/workshops/<uuid:workshop_id>/agenda")
@enter(ANYONE)
def agenda(workshop_id: UUID) -> ResponseReturnValue:
    """The programme alone, to print, by day and side by side; in another time zone on wish."""
    session = current_session()
    workshop = queries.get_workshop(session, workshop_id, asker())
    zone = request.args.get("zone", workshop.time_zone)
    zone = zone if zone in time_zones() else workshop.time_zone
    sessions, talks, speakers = queries.programme_of(session, workshop.id)
    days: dict[date, list[Session]] = {}
    for part in sessions:
        days.setdefault(part.starts_at.astimezone(ZoneInfo(zone)).date(), []).append(part)
    materials = materials_of(session, workshop, asker()).order_by(Material.id)
    return render_template(
        "agenda.html",
        workshop=workshop,
        host=organisation_names(session, workshop.host_id),
        zone=zone,
        zones=[(each, each.replace("_", " ")) for each in (workshop.time_zone, *ZONES)],
        days=days,
        talks=talks,
        speakers={speaker.id: speaker for speaker in speakers},
        materials=list(session.scalars(materials)),
    )


@blueprint.get("/materials/<uuid:material_id>")
@enter(ANYONE)
def material(material_id: UUID) -> ResponseReturnValue:
    """A file of a workshop, for those whom it is shown to."""
    found, _workshop = get_material(current_session(), material_id, asker())
    return send_content(found.digest, filename=found.filename, content_type=found.content_type)


@blueprint.post("/workshops/<uuid:workshop_id>/register")
@enter(ANYONE)
def register(workshop_id: UUID) -> ResponseReturnValue:
    """Register; go on to the registration's own page, which the mail links too."""
    form = read_form_with_files(
        RegisterForm(), lambda own: queries.get_workshop(own, workshop_id, asker())
    )
    session = current_session()
    workshop = queries.get_workshop(session, workshop_id, asker())
    if not form.is_good:
        return _show(workshop, form, status=422)
    person_id = own_id(find_identity(), form.values["email"])
    answers = typed_answers(workshop.form, form.values.pop("answers"))
    attendee = Attendee(person_id=person_id, answers=answers, **form.values)
    try:
        found = registering.register(session, workshop, attendee, actor=asker().name, now=now())
    except Failure as failure:
        refuse(form, failure)
        return _show(workshop, form, status=409)
    if not found.is_new and person_id is None:
        return render_template("registered_before.html", workshop=workshop, email=attendee.email)
    return redirect(url_for("links.show", token=found.registration.link_token), 303)
