"""From a cell of the gap to a draft run: which course, and how its seats are shared."""

from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields, validate

from services.events.actions.planning import Need, plan_run, share_seats
from services.events.model import CapabilityCopy, Course
from services.events.model.workshop import MODES, VENUE_MODES
from services.events.pages.course_words import WORDS, course_choices, said
from services.events.pages.manage import LOCAL_TIME, ORGANIZER, ZONES, VenueForm
from services.events.queries import courses as queries
from services.events.queries.copies import names_of
from shared.contracts.talent_words import JOB_KINDS, STAFF_LEVELS
from shared.foundation.failures import Failure
from shared.web.bounds import Length
from shared.web.context import current_session, now, undo
from shared.web.fields import Count, TimeZone
from shared.web.forms import Form, read_form
from shared.web.identity import asker, enter
from shared.web.pages import say

blueprint = Blueprint("course_plan", __name__, url_prefix="/events")
MOST_NEEDS: Final = 200
MOST_HEADS: Final = 100_000
TIMES: Final = ("starts_at", "ends_at", "release_at")


class PlanForm(Schema):
    """A run as it is planned; times are local to the venue's zone. needs: body id → heads."""

    class Meta:
        unknown = RAISE

    course_id = fields.UUID(required=True)
    starts_at = fields.NaiveDateTime(required=True, format=LOCAL_TIME)
    ends_at = fields.NaiveDateTime(required=True, format=LOCAL_TIME)
    release_at = fields.NaiveDateTime(load_default=None, format=LOCAL_TIME)
    time_zone = TimeZone(required=True)
    venue = fields.Nested(VenueForm, required=True)
    capacity = Count(1, 1_000_000, load_default=None)
    mode = fields.String(required=True, validate=validate.OneOf(MODES))
    needs = fields.Dict(
        keys=fields.UUID(),
        values=Count(0, MOST_HEADS),
        load_default=dict,
        validate=Length(0, MOST_NEEDS),
    )


def _needs_of_address() -> dict[str, str]:
    """What the address says of each body, `need=<organisation_id>:<heads>`, as the form has it."""
    typed: dict[str, str] = {}
    for text in request.args.getlist("need")[:MOST_NEEDS]:
        body_id, _colon, heads = text.partition(":")
        try:
            body = UUID(body_id)
        except ValueError:
            continue
        if heads.isascii() and heads.isdigit() and 0 < int(heads[:9]) <= MOST_HEADS:
            path = f"needs.{body}"
            typed[path] = str(int(typed.get(path, "0")) + int(heads[:9]))
    return typed


def _cell() -> tuple[CapabilityCopy | None, str, str]:
    """The capability, staff level and job kind that the address names."""
    text = request.args.get("capability", "")
    try:
        capability = queries.get_capability(current_session(), UUID(text)) if text else None
    except ValueError:
        capability = None
    level, kind = request.args.get("staff_level", ""), request.args.get("job_kind", "")
    return capability, level if level in STAFF_LEVELS else "", kind if kind in JOB_KINDS else ""


@blueprint.route("/courses/plan", methods=["GET", "POST"])
@enter(ORGANIZER)
def plan() -> ResponseReturnValue:
    """The courses that teach the cell, and the form; sent, a draft run with its allotments."""
    capability, level, kind = _cell()
    fitting = _fitting(capability, level, kind)
    if request.method == "GET":
        typed = {"time_zone": "Asia/Taipei", "venue.mode": "onsite", "mode": "open"}
        typed |= {"course_id": str(fitting[0].id)} if fitting else {}
        form = Form(typed=typed | _needs_of_address())
        return _page(capability, level, kind, fitting, form=form)
    form = read_form(PlanForm())
    if form.is_good:
        try:
            return _made(form.values)
        except Failure as failure:
            form.refuse(failure)
    undo()
    fitting = _fitting(capability, level, kind)
    return _page(capability, level, kind, fitting, form=form, status=422)


def _fitting(capability: CapabilityCopy | None, level: str, kind: str) -> list[Course]:
    """Those for the same kind of job first."""
    if capability is None or not level:
        return []
    found = current_session().scalars(queries.teaching(asker(), capability.id, level))
    return sorted(found, key=lambda course: course.job_kind != kind)


def _made(values: dict[str, Any]) -> ResponseReturnValue:
    session = current_session()
    columns, zone = dict(values), ZoneInfo(values["time_zone"])
    course = queries.get_organized_course(session, columns.pop("course_id"), asker())
    for name in TIMES:
        local: datetime | None = columns[name]
        columns[name] = local.replace(tzinfo=zone).astimezone(UTC) if local else None
    columns["venue"] = {name: text for name, text in columns["venue"].items() if text}
    needs = [Need(body, heads) for body, heads in columns.pop("needs").items() if heads]
    columns["trainer_ids"] = []
    made = plan_run(session, course, columns, needs, actor=asker().name, now=now())
    say(_("The draft run is made, with its seats allotted. Publish it when it is ready."))
    return redirect(url_for("workspace.seats", workshop_id=made.id), 303)


def _page(
    capability: CapabilityCopy | None,
    level: str,
    kind: str,
    fitting: list[Course],
    *,
    form: Form,
    status: int = 200,
) -> ResponseReturnValue:
    first = {str(each.id) for each in fitting}
    offered = [(str(each.id), f"{each.code} {said(each.names)}") for each in fitting]
    offered += [pair for pair in course_choices() if pair[0] not in first]
    page = render_template(
        "course_plan.html",
        capability=capability,
        level=level,
        kind=kind,
        fitting=fitting,
        offered=offered,
        needs=_shares(form),
        form=form,
        modes=[(each, _(each)) for each in MODES],
        venue_modes=[(each, _(each)) for each in VENUE_MODES],
        zones=[(zone, zone.replace("_", " ")) for zone in ZONES],
        **WORDS,
    )
    return page, status


def _shares(form: Form) -> list[tuple[UUID, Any, int, int]]:
    """(body id, names, heads, seats by the typed capacity) of each body that is known."""
    typed = {path: text for path, text in form.typed.items() if path.startswith("needs.")}
    heads: dict[UUID, int] = {}
    for path, text in typed.items():
        try:
            heads[UUID(path.removeprefix("needs."))] = int(text)
        except ValueError:
            continue
    names = names_of(current_session(), heads)
    known = [(body, heads[body]) for body in heads if body in names and heads[body] > 0]
    counts = [count for _body, count in known]
    capacity = form.typed.get("capacity", "")
    limit = int(capacity) if capacity.isascii() and capacity.isdigit() else sum(counts)
    seats = share_seats(counts, limit)
    return [
        (body, names[body], count, share) for (body, count), share in zip(known, seats, strict=True)
    ]
