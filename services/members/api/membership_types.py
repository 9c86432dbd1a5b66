"""Membership types of a host, and the history of a membership."""

from typing import Any
from uuid import UUID

from services.members.actions import offering
from services.members.actions.recording import lock
from services.members.api.schemas.membership_types import (
    MembershipTypeArguments,
    MembershipTypeChangeIn,
    MembershipTypeIn,
    MembershipTypeOut,
    StepPage,
)
from services.members.model import MembershipType, Transition
from services.members.queries import memberships as queries
from services.members.queries.organisations import get_managed, get_membership, get_organisation
from services.members.queries.sheets_of_asking import membership_types_sheet
from shared.foundation.identities import Role
from shared.web.api import ActionSchema, Blueprint
from shared.web.context import current_session, now
from shared.web.etags import require_match, set_etag
from shared.web.exporting import ListArguments, file_format, list_response, send_sheet
from shared.web.identity import SIGNED_IN, asker, enter, one_of
from shared.web.list_files import listed
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("api_membership_types", __name__, url_prefix="/members/api/v1")
MANAGERS = one_of(Role.ORGANIZER, Role.FOCAL_POINT)
TYPES = "/organisations/<uuid:organisation_id>/membership-types"
TYPE = "/membership-types/<uuid:type_id>"


@blueprint.route(TYPES, methods=["GET"])
@enter(SIGNED_IN)
@blueprint.arguments(MembershipTypeArguments, location="query")
@list_response(blueprint, MembershipTypeOut)
def list_membership_types(arguments: dict[str, Any], organisation_id: UUID) -> Any:
    """What the organisation offers to those who would be its members."""
    session = current_session()
    get_organisation(session, organisation_id)
    query = queries.types_of(organisation_id, with_retired=arguments["with_retired"])
    keys, kind = [Key(MembershipType.id)], file_format(arguments)
    if kind is not None:
        return send_sheet(membership_types_sheet(), query, keys, kind=kind)
    rows, cursor = page_of(
        session, query, keys, cursor=arguments.get("cursor"), limit=arguments["limit"]
    )
    return list_answer(rows, cursor)


@blueprint.route(TYPES, methods=["POST"])
@enter(MANAGERS)
@blueprint.arguments(MembershipTypeIn)
@blueprint.response(201, MembershipTypeOut)
def create_membership_type(body: dict[str, Any], organisation_id: UUID) -> MembershipType:
    """Offer a type from now on."""
    session, who = current_session(), asker()
    host = get_managed(session, organisation_id, who)
    made = offering.offer_type(session, host, body, actor=who.name, now=now())
    set_etag(made.version)
    return made


@blueprint.route(TYPE, methods=["GET"])
@enter(SIGNED_IN)
@blueprint.response(200, MembershipTypeOut)
def read_membership_type(type_id: UUID) -> MembershipType:
    """One type."""
    found = queries.get_type(current_session(), type_id)
    set_etag(found.version)
    return found


@blueprint.route(TYPE, methods=["PATCH"])
@enter(MANAGERS)
@blueprint.arguments(MembershipTypeChangeIn(partial=("names",)))
@blueprint.response(200, MembershipTypeOut)
def change_membership_type(body: dict[str, Any], type_id: UUID) -> MembershipType:
    """Change some fields; terms that have begun keep their end."""
    session, who = current_session(), asker()
    found = queries.get_managed_type(session, type_id, who)
    lock(session, found)
    require_match(found.version)
    offering.change_type(session, found, body, actor=who.name, now=now())
    set_etag(found.version)
    return found


@blueprint.route(f"{TYPE}/retire", methods=["POST"])
@enter(MANAGERS)
@blueprint.arguments(ActionSchema)
@blueprint.response(200, MembershipTypeOut)
def retire_membership_type(body: dict[str, Any], type_id: UUID) -> MembershipType:
    """Nobody joins by it any more; who has it keeps it."""
    session, who = current_session(), asker()
    found = queries.get_managed_type(session, type_id, who)
    lock(session, found)
    offering.retire_type(session, found, actor=who.name, now=now(), reason=body["reason"])
    set_etag(found.version)
    return found


@blueprint.route("/memberships/<uuid:membership_id>/history", methods=["GET"])
@enter(SIGNED_IN)
@blueprint.arguments(ListArguments, location="query")
@listed(blueprint, StepPage)
def list_membership_history(arguments: dict[str, Any], membership_id: UUID) -> dict[str, Any]:
    """Every step of the membership: who, when, why and what it was before; oldest first."""
    session = current_session()
    found = get_membership(session, membership_id, asker())
    rows, cursor = page_of(
        session,
        queries.history_of(found),
        [Key(Transition.number)],
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    return list_answer(rows, cursor)
