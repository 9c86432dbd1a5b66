"""The organizer's pages: their workshops, the form, the steps, the workspace of one."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields, validate
from sqlalchemy import select

from services.events.actions import scheduling
from services.events.model import OrganisationCopy, Workshop
from services.events.model.workshop import KINDS, MODES, VENUE_MODES, VISIBILITIES
from services.events.pages.course_words import course_choices
from services.events.queries import workshops as queries
from services.events.queries.copies import names_of
from services.events.queries.projects import (
    find_fundable,
    find_public_proposal,
    fundable_for,
    require_fundable,
)
from services.events.queries.scopes import ORGANIZERS, may_organize, within
from services.events.queries.workshop_sheets import workshops_sheet
from shared.foundation.failures import Failure, Forbidden, Invalid
from shared.foundation.identities import Role
from shared.foundation.languages import in_language
from shared.web.context import current_session, now
from shared.web.exporting import file_format, send_sheet
from shared.web.fields import Count, Line, Texts, TimeZone, Web
from shared.web.forms import Form, filled, read_form
from shared.web.identity import asker, enter, one_of
from shared.web.pages import page_language, say, say_failure
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("manage", __name__, url_prefix="/events/manage")
ORGANIZER: Final = one_of(Role.ORGANIZER)
LOCAL_TIME: Final = "%Y-%m-%dT%H:%M"
TIMES: Final = (
    *("starts_at", "ends_at", "opens_at", "closes_at"),
    *("nominate_by", "confirm_by", "substitute_by"),
)
TYPED: Final = (
    *("titles", "summary", "kind", "host_id", "proposal_id", "course_id", "time_zone", "venue"),
    *("capacity", "mode", "visibility"),
)
ZONES: Final = [
    "Asia/Taipei",
    "Asia/Tokyo",
    "Asia/Seoul",
    "Asia/Bangkok",
    "Asia/Kuala_Lumpur",
    "Asia/Manila",
    "Asia/Ho_Chi_Minh",
    "Asia/Jakarta",
    "Asia/Singapore",
    "Asia/Hong_Kong",
    "Pacific/Auckland",
    "Pacific/Port_Moresby",
    "Australia/Sydney",
    "America/Lima",
    "America/Mexico_City",
    "America/Santiago",
    "America/New_York",
    "America/Los_Angeles",
    "America/Vancouver",
    "Asia/Brunei",
    "Europe/London",
    "UTC",
]


class VenueForm(Schema):
    """Where."""

    mode = fields.String(required=True, validate=validate.OneOf(VENUE_MODES))
    name = Line(load_default="")
    address = Line(load_default="")
    url = Web(load_default="")


class WorkshopForm(Schema):
    """A workshop as the form has it: times are local to the venue's zone."""

    class Meta:
        unknown = RAISE

    titles = Texts(required=True)
    summary = Texts(is_prose=True, longest=20_000, load_default=dict)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    host_id = fields.UUID(required=True)
    proposal_id = fields.UUID(load_default=None)
    course_id = fields.UUID(load_default=None)
    time_zone = TimeZone(required=True)
    starts_at = fields.NaiveDateTime(required=True, format=LOCAL_TIME)
    ends_at = fields.NaiveDateTime(required=True, format=LOCAL_TIME)
    opens_at = fields.NaiveDateTime(load_default=None, format=LOCAL_TIME)
    closes_at = fields.NaiveDateTime(load_default=None, format=LOCAL_TIME)
    nominate_by = fields.NaiveDateTime(load_default=None, format=LOCAL_TIME)
    confirm_by = fields.NaiveDateTime(load_default=None, format=LOCAL_TIME)
    substitute_by = fields.NaiveDateTime(load_default=None, format=LOCAL_TIME)
    venue = fields.Nested(VenueForm, required=True)
    capacity = Count(1, 1_000_000, load_default=None)
    mode = fields.String(required=True, validate=validate.OneOf(MODES))
    visibility = fields.String(required=True, validate=validate.OneOf(VISIBILITIES))


class ChangeForm(WorkshopForm):
    """A change, and whether those who have night hear of it in the morning."""

    spares_nights = fields.Boolean(load_default=False)


class NewWorkshopForm(WorkshopForm):
    """A new one, which may be published at once."""

    is_published = fields.Boolean(load_default=False)


def _columns(values: Mapping[str, Any]) -> dict[str, Any]:
    zone, columns = ZoneInfo(values["time_zone"]), dict(values)
    for name in TIMES:
        local: datetime | None = values[name]
        columns[name] = local.replace(tzinfo=zone).astimezone(UTC) if local else None
    columns["venue"] = {name: text for name, text in values["venue"].items() if text}
    columns["languages"] = list(values["titles"])
    return columns


def _typed(workshop: Workshop) -> dict[str, str]:
    zone = ZoneInfo(workshop.time_zone)
    typed = filled({name: getattr(workshop, name) for name in TYPED})
    for name in TIMES:
        instant: datetime | None = getattr(workshop, name)
        typed[name] = instant.astimezone(zone).strftime(LOCAL_TIME) if instant else ""
    return typed


def hosts_of() -> list[tuple[str, str]]:
    """The asker's hosts for a choice: id, name."""
    hosts = select(OrganisationCopy).where(
        within(OrganisationCopy.id, asker(), *ORGANIZERS), OrganisationCopy.kind != "company"
    )
    language = page_language()
    found = current_session().scalars(hosts.limit(200))
    named = [(str(each.id), in_language(each.names, language)) for each in found]
    return sorted(named, key=lambda pair: pair[1])


def _projects(workshop: Workshop | None) -> list[tuple[str, str]]:
    session, language = current_session(), page_language()
    found = list(session.scalars(fundable_for(asker()).limit(200)))
    tied = find_public_proposal(session, workshop.proposal_id if workshop else None)
    if tied is not None and tied not in found:
        found.append(tied)
    return [("", "–"), *((str(each.id), in_language(each.titles, language)) for each in found)]


def _courses(workshop: Workshop | None) -> list[tuple[str, str]]:
    return course_choices(workshop.host_id, workshop.course_id) if workshop else course_choices()


def _show_form(form: Form, workshop: Workshop | None, status: int = 200) -> ResponseReturnValue:
    choices = {
        "kinds": [(kind, _(kind.replace("_", " "))) for kind in KINDS],
        "modes": [(mode, _(mode)) for mode in MODES],
        "visibilities": [(each, _(each)) for each in VISIBILITIES],
        "venue_modes": [(each, _(each)) for each in VENUE_MODES],
        "zones": [(zone, zone.replace("_", " ")) for zone in ZONES],
        "hosts": hosts_of(),
        "projects": _projects(workshop),
        "courses": [("", "–"), *_courses(workshop)],
    }
    return render_template("workshop_form.html", form=form, workshop=workshop, **choices), status


@blueprint.get("")
@enter(ORGANIZER)
def list_own() -> ResponseReturnValue:
    """The workshops that the asker organizes, latest first."""
    session, query = current_session(), queries.workshops_run_by(asker())
    kind = file_format(request.args)
    keys = [Key(each, descending=True) for each in (Workshop.starts_at, Workshop.id)]
    if kind:
        return send_sheet(workshops_sheet(), query, keys, kind=kind)
    rows, cursor = page_of(session, query, keys, cursor=request.args.get("cursor"), limit=30)
    return render_template(
        "manage.html",
        workshops=rows,
        hosts=names_of(session, {row.host_id for row in rows}),
        ledgers=queries.ledgers_of(session, [row.id for row in rows]),
        next=list_answer([], cursor)["next"],
    )


@blueprint.route("/new", methods=["GET", "POST"])
@enter(ORGANIZER)
def create() -> ResponseReturnValue:
    """Write a new workshop; it stays a draft until it is published."""
    if request.method == "GET":
        return _show_form(Form(typed=_typed_of_new()), None)
    form = read_form(NewWorkshopForm())
    if form.is_good:
        is_published = form.values.pop("is_published")
        try:
            _require_host(form.values["host_id"])
            require_fundable(current_session(), asker(), form.values["proposal_id"])
            made = scheduling.create_workshop(
                current_session(),
                _columns(form.values) | {"form": []},
                actor=asker().name,
                now=now(),
            )
            if is_published:
                scheduling.publish(current_session(), made, actor=asker().name, now=now())
        except Failure as failure:
            form.refuse(failure)
        else:
            say(_made_words(made))
            return redirect(url_for("workspace.overview", workshop_id=made.id), 303)
    return _show_form(form, None, 422)


def _typed_of_new() -> dict[str, str]:
    proposal = find_fundable(current_session(), asker(), request.args.get("proposal_id"))
    known = {"titles": proposal.titles, "proposal_id": proposal.id} if proposal else {}
    return {"time_zone": "Asia/Taipei", "venue.mode": "onsite"} | filled(known)


def _made_words(workshop: Workshop) -> str:
    if workshop.state == "draft":
        return _("The draft is saved. Publish it when it is ready.")
    return _("Done: the workshop is %(state)s.", state=_(workshop.state))


def _require_host(host_id: UUID) -> None:
    if not may_organize(current_session(), asker(), host_id):
        raise Invalid.at("/host_id", _("You don't organize for this host."))


@blueprint.route("/<uuid:workshop_id>/edit", methods=["GET", "POST"])
@enter(ORGANIZER)
def edit(workshop_id: UUID) -> ResponseReturnValue:
    """Change a workshop; those who have a seat are told of what matters to them."""
    session = current_session()
    workshop = queries.get_organized(session, workshop_id, asker())
    if request.method == "GET":
        return _show_form(Form(typed=_typed(workshop)), workshop)
    form = read_form(ChangeForm())
    if form.is_good:
        told = {"spares_nights": form.values.pop("spares_nights")}
        try:
            changes = _columns(form.values)
            if changes.pop("host_id") != workshop.host_id:
                raise Forbidden(_("A workshop keeps its host."))
            if changes["proposal_id"] != workshop.proposal_id:
                require_fundable(session, asker(), changes["proposal_id"])
            scheduling.lock_workshop(session, workshop)
            form.require_current(workshop.version)
            scheduling.change_workshop(
                session, workshop, changes, actor=asker().name, now=now(), **told
            )
        except Failure as failure:
            form.refuse(failure)
        else:
            say(_("Saved."))
            return redirect(url_for("workspace.overview", workshop_id=workshop.id), 303)
    return _show_form(form, workshop, 422)


STEPS: Final[dict[str, Callable[..., Workshop]]] = {
    "publish": scheduling.publish,
    "close": scheduling.close,
    "postpone": scheduling.postpone,
    "reschedule": lambda *place, **rest: scheduling.reschedule(
        *place, starts_at=None, ends_at=None, spares_nights="spares_nights" in request.form, **rest
    ),
    "cancel": scheduling.cancel_workshop,
}


@blueprint.post("/<uuid:workshop_id>/<any(publish, close, postpone, reschedule, cancel):verb>")
@enter(ORGANIZER)
def step(workshop_id: UUID, verb: str) -> ResponseReturnValue:
    """Take the workshop a step further."""
    session = current_session()
    workshop = queries.get_organized(session, workshop_id, asker())
    reason = request.form.get("reason", "").strip()
    try:
        STEPS[verb](session, workshop, actor=asker().name, now=now(), reason=reason)
    except Failure as failure:
        say_failure(failure)
    else:
        say(_("Done: the workshop is %(state)s.", state=_(workshop.state)))
    return redirect(url_for("workspace.overview", workshop_id=workshop_id), 303)
