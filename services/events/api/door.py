"""The door: check-in lists, scans, walk-ins, and who was there for how long."""

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from services.events.actions import door
from services.events.actions.attending import Attendee
from services.events.actions.failures import TicketRefused
from services.events.api.schemas.door import (
    AttendanceArguments,
    AttendanceOut,
    CheckInArguments,
    CheckInListChangeIn,
    CheckInListIn,
    CheckInListOut,
    CheckInOut,
    DoorOut,
    ScanIn,
    ScansIn,
    ScansOut,
    WalkInIn,
)
from services.events.api.schemas.people import RegistrationOut
from services.events.api.seen import registration_made
from services.events.api.views import check_in_out, door_out
from services.events.model import CheckIn, CheckInList, Registration, Workshop
from services.events.model import Session as SessionRow
from services.events.queries import attendance as attendances
from services.events.queries import doors as queries
from services.events.queries.copies import require_organisation
from services.events.queries.sheets import scans_sheet
from services.events.queries.workshops import get_organized
from shared.foundation.failures import Invalid
from shared.foundation.identities import Role
from shared.web.api import Blueprint
from shared.web.context import current_session, keep, now
from shared.web.errors import on_failure
from shared.web.etags import require_match, set_etag
from shared.web.exporting import ListArguments, file_format, list_response, send_sheet
from shared.web.identity import LINK_OR_SIGNED_IN, asker, enter, one_of
from shared.web.list_files import listed
from shared.web.pages import page_language
from shared.web.paging import Key, list_answer, page_of, page_schema

blueprint = Blueprint("api_door", __name__, url_prefix="/events/api/v1")
LISTS = "/workshops/<uuid:workshop_id>/check-in-lists"
LIST = "/check-in-lists/<uuid:list_id>"


@blueprint.route(LISTS, methods=["POST"])
@enter(one_of(Role.ORGANIZER))
@blueprint.arguments(CheckInListIn)
@blueprint.response(201, CheckInListOut)
def add_list(body: dict[str, Any], workshop_id: UUID) -> CheckInList:
    """A list for a room or a day, with a link for whoever stands there."""
    session = current_session()
    workshop = get_organized(session, workshop_id, asker())
    _require_session(workshop, body["session_id"])
    return door.new_list(session, workshop, body, now=now())


def _require_session(workshop: Workshop, session_id: UUID | None) -> None:
    part = current_session().get(SessionRow, session_id) if session_id else None
    if session_id and (part is None or part.workshop_id != workshop.id):
        raise Invalid.at("/session_id", "This workshop has no such session.")


@blueprint.route(LISTS, methods=["GET"])
@enter(one_of(Role.ORGANIZER))
@blueprint.arguments(ListArguments, location="query")
@listed(blueprint, page_schema(CheckInListOut))
def list_lists(arguments: dict[str, Any], workshop_id: UUID) -> dict[str, Any]:
    """The workshop's check-in lists."""
    session = current_session()
    workshop = get_organized(session, workshop_id, asker())
    rows, cursor = page_of(
        session,
        queries.lists_of(workshop),
        [Key(CheckInList.id)],
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    return list_answer(rows, cursor)


@blueprint.route(LIST, methods=["GET"])
@enter(one_of(Role.ORGANIZER))
@blueprint.response(200, CheckInListOut)
def read_list(list_id: UUID) -> CheckInList:
    """One check-in list."""
    found = queries.get_organized_list(current_session(), list_id, asker())
    set_etag(found.version)
    return found


@blueprint.route(LIST, methods=["PATCH"])
@enter(one_of(Role.ORGANIZER))
@blueprint.arguments(CheckInListChangeIn)
@blueprint.response(200, CheckInListOut)
def change_list(body: dict[str, Any], list_id: UUID) -> CheckInList:
    """Rename it, tie it to a session, close or open it."""
    session = current_session()
    found = queries.get_organized_list(session, list_id, asker())
    require_match(found.version)
    if "session_id" in body:
        _require_session(session.get_one(Workshop, found.workshop_id), body["session_id"])
    door.change_list(found, body)
    set_etag(found.version)
    return found


@blueprint.route(f"{LIST}/renew", methods=["POST"])
@enter(one_of(Role.ORGANIZER))
@blueprint.response(200, CheckInListOut)
def renew_list(list_id: UUID) -> CheckInList:
    """Give the door a new link; the old one opens nothing any more."""
    found = queries.get_organized_list(current_session(), list_id, asker())
    door.renew_link(found)
    set_etag(found.version)
    return found


@blueprint.route("/workshops/<uuid:workshop_id>/check-ins", methods=["POST"])
@enter(LINK_OR_SIGNED_IN)
@blueprint.arguments(ScanIn)
@blueprint.response(201, CheckInOut)
@blueprint.alt_response(200, schema=CheckInOut, description="Scanned before")
def check_in(body: dict[str, Any], workshop_id: UUID) -> Any:
    """One scan at the door. A refused one is kept as well."""
    session = current_session()
    place = queries.get_door(session, workshop_id, body["list_id"], asker())
    scan = _scan(body, place)
    made = door.check_in(session, place.workshop, scan, actor=place.actor, now=now())
    if made.check_in.verdict == "refused":
        keep()
        return on_failure(TicketRefused(made.check_in.reason))
    return check_in_out(made), 201 if made.is_new else 200


def _scan(body: dict[str, Any], place: queries.Door) -> door.Scan:
    return door.Scan(**body | {"list_id": place.entered.id if place.entered else None})


@blueprint.route("/workshops/<uuid:workshop_id>/scans", methods=["POST"])
@enter(LINK_OR_SIGNED_IN)
@blueprint.arguments(ScansIn)
@blueprint.response(200, ScansOut)
def check_in_many(body: dict[str, Any], workshop_id: UUID) -> dict[str, Any]:
    """Scans that a phone made offline: each gets its verdict, the refused too."""
    session, answers = current_session(), []
    for each in body["scans"]:
        place = queries.get_door(session, workshop_id, each["list_id"], asker())
        scan = _scan(each, place)
        made = door.check_in(session, place.workshop, scan, actor=place.actor, now=now())
        answers.append(check_in_out(made))
    return {"items": answers}


@blueprint.route("/workshops/<uuid:workshop_id>/check-ins", methods=["GET"])
@enter(one_of(Role.ORGANIZER))
@blueprint.arguments(CheckInArguments, location="query")
@list_response(blueprint, CheckInOut)
def list_check_ins(arguments: dict[str, Any], workshop_id: UUID) -> ResponseReturnValue:
    """Every scan, the refused ones too."""
    session = current_session()
    workshop = get_organized(session, workshop_id, asker())
    query = queries.scans_of(workshop)
    for name in ("verdict", "list_id", "registration_id"):
        if arguments.get(name) is not None:
            query = query.where(getattr(CheckIn, name) == arguments[name])
    keys, kind = [Key(CheckIn.id)], file_format(arguments)
    if kind is not None:
        return send_sheet(scans_sheet(language=page_language()), query, keys, kind=kind)
    rows, cursor = page_of(
        session, query, keys, cursor=arguments.get("cursor"), limit=arguments["limit"]
    )
    scanned = [
        door.Scanned(row, session.get(Registration, row.registration_id or UUID(int=0)))
        for row in rows
    ]
    return list_answer([check_in_out(each) for each in scanned], cursor)


@blueprint.route("/workshops/<uuid:workshop_id>/walk-ins", methods=["POST"])
@enter(LINK_OR_SIGNED_IN)
@blueprint.arguments(WalkInIn)
@blueprint.response(201, RegistrationOut)
@blueprint.alt_response(200, schema=RegistrationOut, description="Registered before")
def walk_in(body: dict[str, Any], workshop_id: UUID) -> Any:
    """Register somebody at the door, where the pool has a seat, and check them in."""
    session = current_session()
    place = queries.get_door(session, workshop_id, body["list_id"], asker())
    if body["organisation_id"] is not None:
        require_organisation(session, body["organisation_id"], "/organisation_id")
    who = ("name", "email", "locale", "organisation_id")
    scan = door.Scan(
        scan_id=body["scan_id"],
        code="",
        direction="in",
        scanned_at=body["scanned_at"],
        list_id=place.entered.id if place.entered else None,
    )
    found = door.walk_in(
        session,
        place.workshop,
        Attendee(**{name: body[name] for name in who}),
        scan,
        actor=place.actor,
        now=now(),
    )
    return registration_made(found, is_theirs=False), 201 if found.is_new else 200


@blueprint.route("/workshops/<uuid:workshop_id>/attendance", methods=["GET"])
@enter(one_of(Role.ORGANIZER))
@blueprint.arguments(AttendanceArguments, location="query")
@list_response(blueprint, AttendanceOut)
def list_attendance(arguments: dict[str, Any], workshop_id: UUID) -> ResponseReturnValue:
    """Who was there and for how many hours, worked out from all scans."""
    session = current_session()
    workshop = get_organized(session, workshop_id, asker())
    query, keys = attendances.those_with_a_seat(workshop), [Key(Registration.id)]
    kind = file_format(arguments)
    if kind is not None:
        sheet = attendances.attendance_sheet(workshop, language=page_language(), now=now())
        return send_sheet(sheet, query, keys, kind=kind)
    rows, cursor = page_of(
        session, query, keys, cursor=arguments.get("cursor"), limit=arguments["limit"]
    )
    found = attendances.attendances_of(session, workshop, rows, now=now())
    items = [
        vars(each)
        | {"registration_id": each.registration.id}
        | {
            name: getattr(each.registration, name)
            for name in ("name", "email", "organisation_id", "state")
        }
        for each in found
    ]
    return list_answer(items, cursor)


@blueprint.route("/door", methods=["GET"])
@enter(LINK_OR_SIGNED_IN)
@blueprint.response(200, DoorOut)
def read_door() -> dict[str, Any]:
    """Of a door's link: whom it lets in, to check people in without a connection."""
    session = current_session()
    return door_out(session, queries.open_door(session, asker()), now=now())
