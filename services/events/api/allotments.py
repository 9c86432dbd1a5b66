"""Allotments: the seats of one body at one workshop."""

from typing import Any
from uuid import UUID

from services.events.actions import allotting
from services.events.actions.scheduling import lock_workshop
from services.events.actions.seats import find_allotment
from services.events.actions.transferring import transfer_seats
from services.events.api.schemas.workshops import AllotmentIn, AllotmentOut, TransferIn
from services.events.api.views import allotment_out
from services.events.model import Allotment
from services.events.queries import registrations as queries
from services.events.queries.copies import get_organisation, require_organisation
from services.events.queries.workshops import get_organized, get_workshop
from shared.foundation.identities import Role
from shared.web.api import Blueprint
from shared.web.context import current_session, now
from shared.web.etags import require_match, set_etag
from shared.web.exporting import ListArguments
from shared.web.identity import asker, enter, one_of
from shared.web.list_files import listed
from shared.web.paging import Key, list_answer, page_of, page_schema

blueprint = Blueprint("api_allotments", __name__, url_prefix="/events/api/v1")
PATH = "/workshops/<uuid:workshop_id>/allotments/<uuid:organisation_id>"


@blueprint.route(PATH, methods=["PUT"])
@enter(one_of(Role.ORGANIZER))
@blueprint.arguments(AllotmentIn)
@blueprint.response(200, AllotmentOut)
@blueprint.alt_response(201, schema=AllotmentOut, description="New")
def put_allotment(body: dict[str, Any], workshop_id: UUID, organisation_id: UUID) -> Any:
    """Give a body its seats, more or fewer."""
    session = current_session()
    workshop = get_organized(session, workshop_id, asker())
    get_organisation(session, organisation_id)
    lock_workshop(session, workshop)
    before = find_allotment(session, workshop.id, organisation_id)
    require_match(before.version if before else 0)
    made, is_new = allotting.allot(session, workshop, organisation_id, now=now(), **body)
    set_etag(made.version)
    return allotment_out(made), 201 if is_new else 200


@blueprint.route(PATH, methods=["GET"])
@enter(one_of(Role.ORGANIZER, Role.FOCAL_POINT))
@blueprint.response(200, AllotmentOut)
def read_allotment(workshop_id: UUID, organisation_id: UUID) -> dict[str, Any]:
    """A body's seats, for its focal points and the organizers."""
    session = current_session()
    workshop = get_workshop(session, workshop_id, asker())
    found = queries.get_allotment(session, workshop, organisation_id, asker())
    set_etag(found.version)
    return allotment_out(found)


@blueprint.route("/workshops/<uuid:workshop_id>/allotments", methods=["GET"])
@enter(one_of(Role.ORGANIZER, Role.FOCAL_POINT))
@blueprint.arguments(ListArguments, location="query")
@listed(blueprint, page_schema(AllotmentOut))
def list_allotments(arguments: dict[str, Any], workshop_id: UUID) -> dict[str, Any]:
    """All bodies' seats for organizers, their own for focal points."""
    session = current_session()
    workshop = get_workshop(session, workshop_id, asker())
    rows, cursor = page_of(
        session,
        queries.allotments_of(session, workshop, asker()),
        [Key(Allotment.organisation_id)],
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    return list_answer([allotment_out(each) for each in rows], cursor)


@blueprint.route(f"{PATH}/transfer", methods=["POST"])
@enter(one_of(Role.ORGANIZER, Role.FOCAL_POINT))
@blueprint.arguments(TransferIn)
@blueprint.response(200, AllotmentOut)
def transfer(body: dict[str, Any], workshop_id: UUID, organisation_id: UUID) -> dict[str, Any]:
    """Give unused seats to another body: by the giver's focal points, or the organizers."""
    session = current_session()
    workshop = get_workshop(session, workshop_id, asker())
    queries.get_allotment(session, workshop, organisation_id, asker())
    require_organisation(session, body["to_organisation_id"], "/to_organisation_id")
    left = transfer_seats(
        session,
        workshop,
        organisation_id,
        body["to_organisation_id"],
        body["seats"],
        actor=asker().name,
        now=now(),
        reason=body["reason"],
    )
    set_etag(left.version)
    return allotment_out(left)
