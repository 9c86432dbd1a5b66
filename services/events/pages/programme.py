"""The organizer's pages of the programme: its parts, what clashes, its materials."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields

from services.events.actions import programming
from services.events.actions.portraying import set_photo
from services.events.actions.sharing import Upload
from services.events.model import Contribution, Material, Session, Speaker, Workshop
from services.events.model.material import SHOWN_TO
from services.events.pages.manage import LOCAL_TIME, ORGANIZER
from services.events.queries import programme as queries
from services.events.queries.copies import organisation_names
from services.events.queries.workshops import get_organized, programme_of
from shared.foundation.economies import APEC
from shared.foundation.failures import Failure
from shared.foundation.languages import in_language
from shared.web.context import current_session
from shared.web.fields import Economy, Line, Texts
from shared.web.files import file_store
from shared.web.forms import Form, filled, read_form
from shared.web.identity import asker, enter
from shared.web.pages import page_language, say, say_failure
from shared.web.uploads import filename_of, takes_files

blueprint = Blueprint("programme", __name__, url_prefix="/events/manage")
takes_files(blueprint, "add")
FIRST_LENGTH: Final = timedelta(hours=1)


class _Form(Schema):
    class Meta:
        unknown = RAISE


class SessionForm(_Form):
    """A part of the day; times are local to the venue's zone."""

    titles = Texts(required=True)
    starts_at = fields.NaiveDateTime(required=True, format=LOCAL_TIME)
    ends_at = fields.NaiveDateTime(required=True, format=LOCAL_TIME)
    room = Line(load_default="")


class SpeakerForm(_Form):
    """Who speaks."""

    names = Texts(required=True)
    titles = Texts(load_default=dict)
    affiliations = Texts(load_default=dict)
    economy = Economy(load_default=None)
    topics = Texts(load_default=dict, longest=1000)


class NewSpeakerForm(SpeakerForm):
    """A new one, with the session of their talk."""

    session_id = fields.UUID(load_default=None)


class TalkForm(_Form):
    """One talk."""

    titles = Texts(required=True)
    session_id = fields.UUID(required=True)
    speaker_id = fields.UUID(load_default=None)
    summary = Texts(is_prose=True, longest=20_000, load_default=dict)


@dataclass(frozen=True)
class Kind:
    """A kind of part: its table, its forms, and the columns that they show."""

    table: type[Any]
    form: type[Schema]
    new_form: type[Schema]
    columns: tuple[str, ...]


KINDS: Final[Mapping[str, Kind]] = {
    "session": Kind(Session, SessionForm, SessionForm, ("titles", "room")),
    "speaker": Kind(
        Speaker,
        SpeakerForm,
        NewSpeakerForm,
        ("names", "titles", "affiliations", "economy", "topics"),
    ),
    "talk": Kind(
        Contribution, TalkForm, TalkForm, ("titles", "session_id", "speaker_id", "summary")
    ),
}


def _columns(kind: str, workshop: Workshop, values: Mapping[str, Any]) -> dict[str, Any]:
    columns = dict(values)
    zone = ZoneInfo(workshop.time_zone)
    for name in ("starts_at", "ends_at") if kind == "session" else ():
        local: datetime = columns[name]
        columns[name] = local.replace(tzinfo=zone).astimezone(UTC)
    return columns


def _typed(kind: str, workshop: Workshop, found: Any) -> dict[str, str]:
    typed = filled({name: getattr(found, name) for name in KINDS[kind].columns})
    zone = ZoneInfo(workshop.time_zone)
    for name in ("starts_at", "ends_at") if kind == "session" else ():
        typed[name] = getattr(found, name).astimezone(zone).strftime(LOCAL_TIME)
    return typed


def _add(kind: str, workshop: Workshop, values: dict[str, Any]) -> None:
    session, columns = current_session(), _columns(kind, workshop, values)
    if kind == "session":
        programming.add_session(session, workshop, columns)
    elif kind == "talk":
        programming.add_contribution(session, workshop, columns)
    else:
        part = columns.pop("session_id")
        speaker = programming.add_speaker(session, workshop, columns | {"person_id": None})
        session.flush()
        _portray(speaker)
        if part is not None:
            talk = {
                "session_id": part,
                "speaker_id": speaker.id,
                "titles": columns["topics"] or columns["names"],
                "summary": {},
            }
            programming.add_contribution(session, workshop, talk)


def _portray(speaker: Speaker) -> None:
    file = request.files.get("file")
    if file is not None and file.filename:
        upload = Upload(filename_of(file), file.read())
        set_photo(speaker, upload, store=file_store())


@blueprint.get("/<uuid:workshop_id>/programme")
@enter(ORGANIZER)
def overview(workshop_id: UUID) -> ResponseReturnValue:
    """The whole programme, to arrange."""
    return show_programme(get_organized(current_session(), workshop_id, asker()), Form())


def show_programme(workshop: Workshop, form: Form, status: int = 200) -> ResponseReturnValue:
    """The page. form: of a file that was refused."""
    session, language = current_session(), page_language()
    sessions, talks, speakers = programme_of(session, workshop.id)
    materials = queries.materials_of(session, workshop, asker()).order_by(Material.id)
    page = render_template(
        "programme.html",
        workshop=workshop,
        host=organisation_names(session, workshop.host_id),
        sessions=sessions,
        talks=talks,
        speakers={each.id: each for each in speakers},
        clashes=queries.clashes_of(session, workshop.id, language=language),
        titles={each.id: in_language(each.titles, language) for each in sessions},
        materials=list(session.scalars(materials)),
        parts_of_day=_parts(sessions),
        circles=[(each, _(each)) for each in SHOWN_TO],
        form=form,
    )
    return page, status


def _parts(sessions: Any) -> list[tuple[str, str]]:
    language = page_language()
    return [("", "")] + [(str(each.id), in_language(each.titles, language)) for each in sessions]


@blueprint.route(
    "/<uuid:workshop_id>/add-<any(session, speaker, talk):kind>", methods=["GET", "POST"]
)
@enter(ORGANIZER)
def add(workshop_id: UUID, kind: str) -> ResponseReturnValue:
    """Add a session, a speaker or a talk."""
    workshop = get_organized(current_session(), workshop_id, asker())
    form = Form(typed=_first_times(workshop) | _wanted())
    if request.method == "POST":
        form = read_form(KINDS[kind].new_form())
        try:
            if form.is_good:
                with current_session().begin_nested():
                    _add(kind, workshop, form.values)
                say(_("Added to the programme."))
                return redirect(url_for("programme.overview", workshop_id=workshop_id), 303)
        except Failure as failure:
            form.refuse(failure)
    return _write(workshop, kind, form)


def _wanted() -> dict[str, str]:
    return {"session_id": request.args["session"]} if "session" in request.args else {}


def _first_times(workshop: Workshop) -> dict[str, str]:
    """An hour after the last session, or from the workshop's begin on; never past its end."""
    sessions, _talks, _speakers = programme_of(current_session(), workshop.id)
    start = max((each.ends_at for each in sessions), default=workshop.starts_at)
    zone, end = ZoneInfo(workshop.time_zone), min(start + FIRST_LENGTH, workshop.ends_at)
    times = {"starts_at": start, "ends_at": end}
    return {name: each.astimezone(zone).strftime(LOCAL_TIME) for name, each in times.items()}


def _write(
    workshop: Workshop, kind: str, form: Form, *, found: Any = None, photo_form: Form | None = None
) -> ResponseReturnValue:
    session, language = current_session(), page_language()
    sessions, _talks, speakers = programme_of(session, workshop.id)
    named = [(code, in_language(names, language)) for code, names in APEC.items()]
    page = render_template(
        f"write_{kind}.html",
        workshop=workshop,
        form=form,
        is_new=found is None,
        found=found,
        photo_form=photo_form or Form(),
        economies=[("", ""), *named],
        parts_of_day=_parts(sessions),
        people=[("", "")]
        + [(str(each.id), in_language(each.names, language)) for each in speakers],
    )
    return page, 422 if form.faults or (photo_form and photo_form.faults) else 200


def show_part(kind: str, workshop: Workshop, found: Any, photo_form: Form) -> ResponseReturnValue:
    """The page of one part, to change. photo_form: of a photo that was refused."""
    form = Form(typed=_typed(kind, workshop, found))
    return _write(workshop, kind, form, found=found, photo_form=photo_form)


def _find(kind: str, part_id: UUID) -> tuple[Any, Workshop]:
    session = current_session()
    found, workshop = queries.get_part(session, KINDS[kind].table, part_id, asker())
    return found, get_organized(session, workshop.id, asker())


@blueprint.route(
    "/programme/<any(session, speaker, talk):kind>/<uuid:part_id>", methods=["GET", "POST"]
)
@enter(ORGANIZER)
def change(kind: str, part_id: UUID) -> ResponseReturnValue:
    """Change a session, a speaker or a talk."""
    found, workshop = _find(kind, part_id)
    if request.method == "GET":
        return show_part(kind, workshop, found, Form())
    form = read_form(KINDS[kind].form())
    try:
        if form.is_good:
            session = current_session()
            session.refresh(found, with_for_update=True)
            form.require_current(found.version)
            columns = _columns(kind, workshop, form.values)
            programming.change_part(session, workshop, found, columns)
            say(_("Saved."))
            return redirect(url_for("programme.overview", workshop_id=workshop.id), 303)
    except Failure as failure:
        form.refuse(failure)
    return _write(workshop, kind, form, found=found)


@blueprint.post("/programme/<any(session, speaker, talk):kind>/<uuid:part_id>/remove")
@enter(ORGANIZER)
def remove(kind: str, part_id: UUID) -> ResponseReturnValue:
    """Take a session, a speaker or a talk off the programme."""
    found, workshop = _find(kind, part_id)
    try:
        programming.remove_part(current_session(), found)
    except Failure as failure:
        say_failure(failure)
    else:
        say(_("Removed."))
    return redirect(url_for("programme.overview", workshop_id=workshop.id), 303)
