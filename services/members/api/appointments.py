"""Who works where, and who speaks for whom."""

from datetime import date
from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from services.members.actions import appointing, correcting, relieving
from services.members.actions.recording import lock
from services.members.api.schemas.membership_types import StepPage
from services.members.api.schemas.people import (
    AffiliationChangeIn,
    AffiliationIn,
    AffiliationOut,
    AppointmentArguments,
    AppointmentIn,
    AppointmentOut,
    PlaceArguments,
    SubstituteIn,
)
from services.members.api.views import filtered
from services.members.model import Affiliation, Appointment, Person, Transition
from services.members.queries import people as queries
from services.members.queries.memberships import history_of
from services.members.queries.organisations import get_organisation
from services.members.queries.sheets_of_people import affiliations_sheet, appointments_sheet
from shared.foundation.failures import Invalid, NotFound
from shared.foundation.identities import Role
from shared.web.api import ActionSchema, Blueprint
from shared.web.context import current_session, now, this_day
from shared.web.etags import require_match, set_etag
from shared.web.exporting import ListArguments, file_format, list_response, send_sheet
from shared.web.identity import asker, enter, one_of
from shared.web.list_files import listed
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("api_appointments", __name__, url_prefix="/members/api/v1")
MANAGERS = one_of(Role.ORGANIZER, Role.FOCAL_POINT)
READERS = one_of(Role.ORGANIZER, Role.FOCAL_POINT, Role.READER)
AFFILIATIONS = "/organisations/<uuid:organisation_id>/affiliations"
APPOINTMENTS = "/organisations/<uuid:organisation_id>/appointments"


def known_person(person_id: UUID) -> Person:
    """The person of a body's `person_id`, whom the asker manages. Raises Invalid."""
    try:
        return queries.get_managed_person(current_session(), person_id, asker(), today=this_day())
    except NotFound as error:
        raise Invalid.at(
            "/person_id", "You know no person with this id.", code="unknown_person"
        ) from error


@blueprint.route(AFFILIATIONS, methods=["GET"])
@enter(READERS)
@blueprint.arguments(PlaceArguments, location="query")
@list_response(blueprint, AffiliationOut)
def list_affiliations(arguments: dict[str, Any], organisation_id: UUID) -> ResponseReturnValue:
    """Who works there, and who did."""
    session = current_session()
    queries.require_readable(session, organisation_id, asker())
    get_organisation(session, organisation_id)
    query = filtered(queries.affiliations_of(organisation_id), Affiliation, arguments, "person_id")
    keys, kind = [Key(Affiliation.id)], file_format(arguments)
    if kind is not None:
        return send_sheet(affiliations_sheet(asker(), today=this_day()), query, keys, kind=kind)
    rows, cursor = page_of(
        session,
        query,
        keys,
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    return list_answer(rows, cursor)


@blueprint.route(AFFILIATIONS, methods=["POST"])
@enter(MANAGERS)
@blueprint.arguments(AffiliationIn)
@blueprint.response(201, AffiliationOut)
def create_affiliation(body: dict[str, Any], organisation_id: UUID) -> Affiliation:
    """A person whom one knows works there."""
    session = current_session()
    queries.require_managed(session, organisation_id, asker())
    person = known_person(body.pop("person_id"))
    organisation = get_organisation(session, organisation_id)
    return appointing.affiliate(
        session, person, organisation, actor=asker().name, now=now(), **body
    )


@blueprint.route("/affiliations/<uuid:affiliation_id>", methods=["GET"])
@enter(READERS)
@blueprint.response(200, AffiliationOut)
def read_affiliation(affiliation_id: UUID) -> Affiliation:
    """Where one person works, or worked."""
    found = queries.get_readable_affiliation(current_session(), affiliation_id, asker())
    set_etag(found.version)
    return found


@blueprint.route("/affiliations/<uuid:affiliation_id>", methods=["PATCH"])
@enter(MANAGERS)
@blueprint.arguments(AffiliationChangeIn)
@blueprint.response(200, AffiliationOut)
def change_affiliation(body: dict[str, Any], affiliation_id: UUID) -> Affiliation:
    """Correct the title, the first day and the last.

    What has ended goes on again only where one still sees the person.
    """
    session, who = current_session(), asker()
    found = queries.get_affiliation(session, affiliation_id, who)
    lock(session, found)
    require_match(found.version)
    correcting.correct_affiliation(session, found, body, asker=who, now=now())
    set_etag(found.version)
    return found


@blueprint.route("/affiliations/<uuid:affiliation_id>/end", methods=["POST"])
@enter(MANAGERS)
@blueprint.arguments(ActionSchema)
@blueprint.response(200, AffiliationOut)
def end_affiliation(body: dict[str, Any], affiliation_id: UUID) -> Affiliation:
    """They no longer work there."""
    session = current_session()
    found = queries.get_affiliation(session, affiliation_id, asker())
    return appointing.end_affiliation(
        session, found, actor=asker().name, now=now(), reason=body["reason"]
    )


@blueprint.route(APPOINTMENTS, methods=["GET"])
@enter(READERS)
@blueprint.arguments(AppointmentArguments, location="query")
@list_response(blueprint, AppointmentOut)
def list_appointments(arguments: dict[str, Any], organisation_id: UUID) -> ResponseReturnValue:
    """Who holds an office for it, and who did."""
    session = current_session()
    queries.require_readable(session, organisation_id, asker())
    get_organisation(session, organisation_id)
    query = queries.appointments_of(organisation_id)
    query = filtered(query, Appointment, arguments, "person_id", "role")
    keys, kind = [Key(Appointment.id)], file_format(arguments)
    if kind is not None:
        return send_sheet(appointments_sheet(asker(), today=this_day()), query, keys, kind=kind)
    rows, cursor = page_of(
        session,
        query,
        keys,
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    return list_answer(rows, cursor)


def _require_power(role: str, organisation_id: UUID, ends_on: date | None) -> None:
    appointing.require_power(
        current_session(), asker(), role, organisation_id, ends_on=ends_on, now=now()
    )


@blueprint.route(APPOINTMENTS, methods=["POST"])
@enter(MANAGERS)
@blueprint.arguments(AppointmentIn)
@blueprint.response(201, AppointmentOut)
def create_appointment(body: dict[str, Any], organisation_id: UUID) -> Appointment:
    """A person whom one knows holds an office; a focal point is granted what it needs."""
    session = current_session()
    queries.require_managed(session, organisation_id, asker())
    _require_power(body["role"], organisation_id, body["ends_on"])
    made = appointing.appoint(
        session,
        known_person(body["person_id"]),
        get_organisation(session, organisation_id),
        body["role"],
        starts_on=body["starts_on"] or this_day(),
        ends_on=body["ends_on"],
        actor=asker().name,
        now=now(),
    )
    set_etag(made.version)
    return made


@blueprint.route("/appointments/<uuid:appointment_id>/end", methods=["POST"])
@enter(MANAGERS)
@blueprint.arguments(ActionSchema)
@blueprint.response(200, AppointmentOut)
def end_appointment(body: dict[str, Any], appointment_id: UUID) -> Appointment:
    """They no longer hold the office, nor its grant."""
    session = current_session()
    found = queries.get_appointment(session, appointment_id, asker())
    _require_power(found.role, found.organisation_id, found.ends_on)
    return appointing.end_appointment(
        session, found, actor=asker().name, now=now(), reason=body["reason"]
    )


@blueprint.route("/appointments/<uuid:appointment_id>/substitute", methods=["POST"])
@enter(MANAGERS)
@blueprint.arguments(SubstituteIn)
@blueprint.response(200, AppointmentOut)
def substitute_appointment(body: dict[str, Any], appointment_id: UUID) -> Appointment:
    """Another person holds the office: for the rest of its term, or, where `to` is given, beside
    its holder until that day. Answers the new appointment."""
    session, who = current_session(), asker()
    found = queries.get_appointment(session, appointment_id, who)
    _require_power(found.role, found.organisation_id, body["ends_on"] or found.ends_on)
    person = known_person(body["person_id"])
    act: dict[str, Any] = {"actor": who.name, "now": now(), "reason": body["reason"]}
    if body["ends_on"] is None:
        if body["starts_on"] is not None:
            raise Invalid.at("/from", "Say until when, too; without days it is for good.")
        return relieving.substitute(session, found, person, **act)
    starts_on = body["starts_on"] or this_day()
    return relieving.stand_in(
        session, found, person, starts_on=starts_on, ends_on=body["ends_on"], **act
    )


@blueprint.route("/appointments/<uuid:appointment_id>/history", methods=["GET"])
@enter(READERS)
@blueprint.arguments(ListArguments, location="query")
@listed(blueprint, StepPage)
def list_appointment_history(arguments: dict[str, Any], appointment_id: UUID) -> dict[str, Any]:
    """Every step of the appointment: who, when, why and what it was before; oldest first."""
    session = current_session()
    found = queries.get_readable_appointment(session, appointment_id, asker())
    rows, cursor = page_of(
        session,
        history_of(found),
        [Key(Transition.number)],
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    return list_answer(rows, cursor)
