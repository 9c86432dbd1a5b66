"""The door: its lists and who came, for the organizers; and the page for whoever stands there."""

from pathlib import Path
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields

from services.events.actions import door
from services.events.model import CheckIn, CheckInList, Registration, Workshop
from services.events.model import Session as SessionRow
from services.events.pages.manage import ORGANIZER
from services.events.queries import attendance as attendances
from services.events.queries import doors as queries
from services.events.queries.copies import names_of, organisation_names
from services.events.queries.sheets import scans_sheet
from services.events.queries.tickets import badges_pdf, cards_of, occasion_of, qr_svg
from services.events.queries.workshops import get_organized, ledger_of
from shared.foundation.failures import Invalid, NotFound
from shared.foundation.identities import Asker
from shared.foundation.ids import new_id
from shared.foundation.languages import in_language
from shared.web.context import current_session, now, service
from shared.web.exporting import file_format, send_sheet
from shared.web.fields import Line, Texts
from shared.web.forms import Form, read_form
from shared.web.identity import ANYONE, asker, enter
from shared.web.pages import page_language, say, sentence
from shared.web.paging import Key, list_answer, page_of
from shared.web.settings import static_folder

blueprint = Blueprint("door", __name__, url_prefix="/events")
WORKER: Final[Path] = static_folder() / "door-worker.js"
PAGE: Final = 100
LATEST: Final = 20


class ListForm(Schema):
    """A room or a day, by name; a session whose hours it counts."""

    class Meta:
        unknown = RAISE

    titles = Texts(required=True)
    session_id = fields.UUID(load_default=None)


class CodeForm(Schema):
    """What was typed at the door."""

    class Meta:
        unknown = RAISE

    code = Line(required=True, longest=300)
    direction = fields.String(load_default="in")


@blueprint.get("/manage/<uuid:workshop_id>/door")
@enter(ORGANIZER)
def overview(workshop_id: UUID) -> ResponseReturnValue:
    """The lists with their links, and who came."""
    workshop = get_organized(current_session(), workshop_id, asker())
    return _overview(workshop, Form())


def _overview(workshop: Workshop, form: Form, status: int = 200) -> ResponseReturnValue:
    session, language = current_session(), page_language()
    rows, cursor = page_of(
        session,
        attendances.those_with_a_seat(workshop),
        [Key(Registration.id)],
        cursor=request.args.get("cursor"),
        limit=PAGE,
    )
    lists = list(session.scalars(queries.lists_of(workshop).order_by(CheckInList.id)))
    refused = queries.scans_of(workshop).where(CheckIn.verdict == "refused")
    parts = session.query(SessionRow).where(SessionRow.workshop_id == workshop.id)
    facts: dict[str, Any] = {
        "workshop": workshop,
        "host": organisation_names(session, workshop.host_id),
        "ledger": ledger_of(session, workshop.id),
        "lists": lists,
        "counts": attendances.door_counts(session, workshop.id),
        "people_in": attendances.how_many_came(session, workshop.id),
        "attendances": attendances.attendances_of(session, workshop, rows, now=now()),
        "names": names_of(session, {row.organisation_id for row in rows if row.organisation_id}),
        "refused": list(session.scalars(refused.order_by(CheckIn.id.desc()).limit(LATEST))),
        "next": list_answer([], cursor)["next"],
        "parts_of_day": [("", "")]
        + [(str(part.id), in_language(part.titles, language)) for part in parts],
        "form": form,
    }
    return render_template("door.html", **facts), status


@blueprint.post("/manage/<uuid:workshop_id>/door")
@enter(ORGANIZER)
def add_list(workshop_id: UUID) -> ResponseReturnValue:
    """A list with its link."""
    session = current_session()
    workshop = get_organized(session, workshop_id, asker())
    form = read_form(ListForm())
    if form.is_good:
        part = session.get(SessionRow, form.values["session_id"] or UUID(int=0))
        if form.values["session_id"] and (part is None or part.workshop_id != workshop.id):
            form.refuse(Invalid.at("/session_id", "This workshop has no such session."))
    if not form.is_good:
        return _overview(workshop, form, 422)
    made = door.new_list(session, workshop, form.values, now=now())
    session.flush()
    say(_("The list is made. Open its link on the phone at the door."))
    return redirect(url_for("door.show_link", list_id=made.id), 303)


@blueprint.get("/manage/check-in-lists/<uuid:list_id>")
@enter(ORGANIZER)
def show_link(list_id: UUID) -> ResponseReturnValue:
    """The list's link, as a QR code for the door's phone."""
    session = current_session()
    found = queries.get_organized_list(session, list_id, asker())
    address = f"{service().settings.public_url}/events/door/{found.link_token}"
    return render_template(
        "door_link.html",
        entered=found,
        workshop=session.get_one(Workshop, found.workshop_id),
        address=address,
        qr=qr_svg(address),
    )


@blueprint.post("/manage/check-in-lists/<uuid:list_id>/<any(open, close, renew):verb>")
@enter(ORGANIZER)
def step(list_id: UUID, verb: str) -> ResponseReturnValue:
    """Close or open the list, or give it a new link."""
    found = queries.get_organized_list(current_session(), list_id, asker())
    if verb == "renew":
        door.renew_link(found)
        say(_("The door has a new link; the old one opens nothing any more."))
        return redirect(url_for("door.show_link", list_id=list_id), 303)
    door.change_list(found, {"is_open": verb == "open"})
    return redirect(url_for("door.overview", workshop_id=found.workshop_id), 303)


@blueprint.get("/manage/<uuid:workshop_id>/attendance")
@enter(ORGANIZER)
def attendance_file(workshop_id: UUID) -> ResponseReturnValue:
    """Who was there, as CSV or XLSX."""
    workshop = get_organized(current_session(), workshop_id, asker())
    sheet = attendances.attendance_sheet(workshop, language=page_language(), now=now())
    query = attendances.those_with_a_seat(workshop)
    kind = file_format(request.args) or "csv"
    return send_sheet(sheet, query, [Key(Registration.id)], kind=kind)


@blueprint.get("/manage/<uuid:workshop_id>/scans")
@enter(ORGANIZER)
def scans_file(workshop_id: UUID) -> ResponseReturnValue:
    """Every scan, as CSV or XLSX."""
    workshop = get_organized(current_session(), workshop_id, asker())
    kind = file_format(request.args) or "csv"
    query = queries.scans_of(workshop)
    return send_sheet(scans_sheet(language=page_language()), query, [Key(CheckIn.id)], kind=kind)


@blueprint.get("/manage/<uuid:workshop_id>/badges.pdf")
@enter(ORGANIZER)
def badges(workshop_id: UUID) -> ResponseReturnValue:
    """A badge for everyone with a seat, ten to a page, by name."""
    session, language = current_session(), page_language()
    workshop = get_organized(session, workshop_id, asker())
    query = attendances.those_with_a_seat(workshop).order_by(Registration.name_key)
    cards = cards_of(session, list(session.scalars(query)), language=language)
    if not cards:
        raise NotFound("Nobody has a seat yet; there are no badges to print.")
    occasion = occasion_of(session, workshop, language=language)
    return Response(badges_pdf(occasion, cards, translate=sentence), content_type="application/pdf")


@blueprint.get("/door/worker.js")
@enter(ANYONE)
def worker() -> ResponseReturnValue:
    """The program that keeps the door's page for when there is no connection."""
    return send_file(WORKER, mimetype="text/javascript", max_age=0)


@blueprint.route("/door/<token>", methods=["GET", "POST"])
@enter(ANYONE)
def stand(token: str) -> ResponseReturnValue:
    """Check people in: by camera, scanner or hand; without JavaScript by typing."""
    session, bearer = current_session(), Asker(link=token)
    entered = queries.open_door(session, bearer)
    place = queries.get_door(session, entered.workshop_id, entered.id, bearer)
    form, scanned = Form(), None
    if request.method == "POST":
        form = read_form(CodeForm())
        if form.is_good:
            scan = door.Scan(
                scan_id=str(new_id()),
                code=form.values["code"],
                direction="out" if form.values["direction"] == "out" else "in",
                scanned_at=now(),
                list_id=entered.id,
            )
            form = Form()
            scanned = door.check_in(session, place.workshop, scan, actor=place.actor, now=now())
    page = render_template(
        "door_phone.html",
        entered=entered,
        workshop=place.workshop,
        token=token,
        form=form,
        scanned=scanned,
    )
    return page, 422 if form.faults else 200
