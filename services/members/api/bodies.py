"""Committees and working groups, their seats, and who sits there."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from services.members.actions import seating
from services.members.actions.recording import lock
from services.members.api.appointments import known_person
from services.members.api.schemas.bodies import (
    BodyArguments,
    BodyChangeIn,
    BodyIn,
    BodyOut,
    FillIn,
    SeatIn,
    SeatOut,
)
from services.members.api.schemas.people import AppointmentOut
from services.members.model import Appointment, Body, Organisation, Seat
from services.members.queries import bodies as queries
from services.members.queries.organisations import get_managed, get_organisation
from services.members.queries.scopes import may_read
from services.members.queries.sheets_of_bodies import bodies_sheet, seats_sheet
from shared.foundation.failures import Invalid
from shared.foundation.identities import Role
from shared.web.api import ActionSchema, Blueprint
from shared.web.context import current_session, now, this_day
from shared.web.etags import require_match, set_etag
from shared.web.exporting import ListArguments, file_format, list_response, send_sheet
from shared.web.identity import SIGNED_IN, asker, enter, one_of
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("api_bodies", __name__, url_prefix="/members/api/v1")
MANAGERS = one_of(Role.ORGANIZER, Role.FOCAL_POINT)
BODIES = "/organisations/<uuid:organisation_id>/bodies"
BODY = "/bodies/<uuid:body_id>"


@blueprint.route(BODIES, methods=["GET"])
@enter(SIGNED_IN)
@blueprint.arguments(BodyArguments, location="query")
@list_response(blueprint, BodyOut)
def list_bodies(arguments: dict[str, Any], organisation_id: UUID) -> ResponseReturnValue:
    """The organisation's committees and working groups."""
    session = current_session()
    get_organisation(session, organisation_id)
    query = queries.bodies_of(organisation_id, with_dissolved=arguments["with_dissolved"])
    keys, kind = [Key(Body.id)], file_format(arguments)
    if kind is not None:
        return send_sheet(bodies_sheet(), query, keys, kind=kind)
    rows, cursor = page_of(
        session,
        query,
        keys,
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    return list_answer(rows, cursor)


@blueprint.route(BODIES, methods=["POST"])
@enter(MANAGERS)
@blueprint.arguments(BodyIn)
@blueprint.response(201, BodyOut)
def create_body(body: dict[str, Any], organisation_id: UUID) -> Body:
    """Found a committee or working group."""
    session, who = current_session(), asker()
    organisation = get_managed(session, organisation_id, who)
    made = seating.found_body(
        session, organisation, body["kind"], body["names"], actor=who.name, now=now()
    )
    set_etag(made.version)
    return made


@blueprint.route(BODY, methods=["GET"])
@enter(SIGNED_IN)
@blueprint.response(200, BodyOut)
def read_body(body_id: UUID) -> Body:
    """One committee or working group."""
    found = queries.get_body(current_session(), body_id)
    set_etag(found.version)
    return found


@blueprint.route(BODY, methods=["PATCH"])
@enter(MANAGERS)
@blueprint.arguments(BodyChangeIn)
@blueprint.response(200, BodyOut)
def change_body(body: dict[str, Any], body_id: UUID) -> Body:
    """Give it other names."""
    session, who = current_session(), asker()
    found = queries.get_managed_body(session, body_id, who)
    lock(session, found)
    require_match(found.version)
    seating.rename_body(session, found, body["names"], actor=who.name, now=now())
    set_etag(found.version)
    return found


@blueprint.route(f"{BODY}/dissolve", methods=["POST"])
@enter(MANAGERS)
@blueprint.arguments(ActionSchema)
@blueprint.response(200, BodyOut)
def dissolve_body(body: dict[str, Any], body_id: UUID) -> Body:
    """End it, its seats, and who sits there."""
    session, who = current_session(), asker()
    found = queries.get_managed_body(session, body_id, who)
    seating.dissolve_body(session, found, actor=who.name, now=now(), reason=body["reason"])
    set_etag(found.version)
    return found


def _out(session: Session, rows: Sequence[Seat], body: Body) -> list[dict[str, Any]]:
    """Seats with those who sit there, where the asker may know them."""
    found, sitting = [], queries.holders(session, [row.id for row in rows])
    for row in rows:
        names = ("id", "version", "body_id", "role", "organisation_id", "removed_at")
        plain: dict[str, Any] = {name: getattr(row, name) for name in names}
        places = (body.organisation_id, row.organisation_id or body.organisation_id)
        if any(may_read(session, asker(), place) for place in places):
            plain["holders"] = sitting[row.id]
        found.append(plain)
    return found


@blueprint.route(f"{BODY}/seats", methods=["GET"])
@enter(SIGNED_IN)
@blueprint.arguments(ListArguments, location="query")
@list_response(blueprint, SeatOut)
def list_seats(arguments: dict[str, Any], body_id: UUID) -> ResponseReturnValue:
    """Its seats, and who sits there for those who may know."""
    session, who = current_session(), asker()
    body = queries.get_body(session, body_id)
    query, keys, kind = queries.seats_of(body.id), [Key(Seat.id)], file_format(arguments)
    if kind is not None:
        return send_sheet(seats_sheet(body, who, today=this_day()), query, keys, kind=kind)
    rows, cursor = page_of(
        session,
        query,
        keys,
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    return list_answer(_out(session, rows, body), cursor)


@blueprint.route(f"{BODY}/seats", methods=["POST"])
@enter(MANAGERS)
@blueprint.arguments(SeatIn)
@blueprint.response(201, SeatOut)
def create_seat(body: dict[str, Any], body_id: UUID) -> dict[str, Any]:
    """Add a seat."""
    session, who = current_session(), asker()
    found = queries.get_managed_body(session, body_id, who)
    place = body["organisation_id"]
    if place is not None and session.get(Organisation, place) is None:
        raise Invalid.at(
            "/organisation_id", "No organisation has this id.", code="unknown_organisation"
        )
    made = seating.add_seat(session, found, body["role"], place, actor=who.name, now=now())
    set_etag(made.version)
    return _out(session, [made], found)[0]


@blueprint.route("/seats/<uuid:seat_id>/remove", methods=["POST"])
@enter(MANAGERS)
@blueprint.arguments(ActionSchema)
@blueprint.response(200, SeatOut)
def remove_seat(body: dict[str, Any], seat_id: UUID) -> dict[str, Any]:
    """Take the seat away; whoever sits there sits there no more."""
    session, who = current_session(), asker()
    found = queries.get_managed_seat(session, seat_id, who)
    seating.remove_seat(session, found, actor=who.name, now=now(), reason=body["reason"])
    session.flush()
    return _out(session, [found], queries.get_body(session, found.body_id))[0]


@blueprint.route("/seats/<uuid:seat_id>/fill", methods=["POST"])
@enter(MANAGERS)
@blueprint.arguments(FillIn)
@blueprint.response(201, AppointmentOut)
def fill_seat(body: dict[str, Any], seat_id: UUID) -> Appointment:
    """Name who sits there: a person whom one knows. End and substitute it as an appointment."""
    session, who = current_session(), asker()
    seat = queries.get_own_seat(session, seat_id, who)
    made = seating.fill_seat(
        session,
        seat,
        known_person(body["person_id"]),
        starts_on=body["starts_on"] or this_day(),
        ends_on=body["ends_on"],
        actor=who.name,
        now=now(),
    )
    set_etag(made.version)
    return made
