"""The organizer's forms for sessions, speakers and talks."""

from collections.abc import Callable
from datetime import UTC
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields

from services.events.actions import programming
from services.events.model import Workshop
from services.events.pages.manage import LOCAL_TIME, ORGANIZER
from services.events.queries.workshops import get_organized, programme_of
from shared.foundation.economies import APEC
from shared.foundation.failures import Failure
from shared.foundation.languages import in_language
from shared.web.context import current_session
from shared.web.fields import Economy, Line, Texts
from shared.web.forms import Form, read_form
from shared.web.identity import asker, enter
from shared.web.pages import page_language, say

blueprint = Blueprint("programme", __name__, url_prefix="/events/manage")


class SessionForm(Schema):
    """A part of the day; times are local to the venue's zone."""

    class Meta:
        unknown = RAISE

    titles = Texts(required=True)
    starts_at = fields.NaiveDateTime(required=True, format=LOCAL_TIME)
    ends_at = fields.NaiveDateTime(required=True, format=LOCAL_TIME)
    room = Line(load_default="")


class SpeakerForm(Schema):
    """Who speaks, on what, and in which session."""

    class Meta:
        unknown = RAISE

    names = Texts(required=True)
    titles = Texts(load_default=dict)
    affiliations = Texts(load_default=dict)
    economy = Economy(load_default=None)
    topics = Texts(load_default=dict, longest=1000)
    session_id = fields.UUID(load_default=None)


def _add_session(workshop: Workshop, values: dict[str, Any]) -> None:
    zone = ZoneInfo(workshop.time_zone)
    for name in ("starts_at", "ends_at"):
        values[name] = values[name].replace(tzinfo=zone).astimezone(UTC)
    programming.add_session(current_session(), workshop, values)


def _add_speaker(workshop: Workshop, values: dict[str, Any]) -> None:
    session = current_session()
    part = values.pop("session_id")
    speaker = programming.add_speaker(session, workshop, values | {"person_id": None})
    if part is not None:
        session.flush()
        talk = {
            "session_id": part,
            "speaker_id": speaker.id,
            "titles": values["topics"] or values["names"],
            "summary": {},
        }
        programming.add_contribution(session, workshop, talk)


FORMS: Final[dict[str, tuple[type[Schema], Callable[[Workshop, dict[str, Any]], None]]]] = {
    "session": (SessionForm, _add_session),
    "speaker": (SpeakerForm, _add_speaker),
}


@blueprint.route("/<uuid:workshop_id>/add-<any(session, speaker):kind>", methods=["GET", "POST"])
@enter(ORGANIZER)
def add(workshop_id: UUID, kind: str) -> ResponseReturnValue:
    """Add a session or a speaker."""
    session = current_session()
    workshop = get_organized(session, workshop_id, asker())
    schema, act = FORMS[kind]
    form = Form(typed=_first_times(workshop))
    if request.method == "POST":
        form = read_form(schema())
        try:
            if form.is_good:
                act(workshop, form.values)
                say(_("Added to the programme."))
                path = url_for("seats.workspace", workshop_id=workshop_id)
                return redirect(path + "#programme", 303)
        except Failure as failure:
            form.refuse(failure)
    language = page_language()
    parts = programme_of(session, workshop.id)[0]
    page = render_template(
        f"add_{kind}.html",
        workshop=workshop,
        form=form,
        economies=[("", "")]
        + [(code, in_language(names, language)) for code, names in APEC.items()],
        parts_of_day=[("", "")]
        + [(str(part.id), in_language(part.titles, language)) for part in parts],
    )
    return page, 422 if form.faults else 200


def _first_times(workshop: Workshop) -> dict[str, str]:
    start = workshop.starts_at.astimezone(ZoneInfo(workshop.time_zone)).strftime(LOCAL_TIME)
    return {"starts_at": start, "ends_at": start}
