"""Grants: what people may do."""

from typing import Any, cast
from uuid import UUID

from flask.typing import ResponseReturnValue

from services.members.actions import granting, signing_in
from services.members.actions.granting import Power
from services.members.api.schemas.access import (
    GrantArguments,
    GrantIn,
    GrantOut,
    RevokeArguments,
)
from services.members.api.views import filtered
from services.members.model import Organisation, Person, RoleGrant
from services.members.queries import people as queries
from services.members.queries.grants import get_grant, grants_for
from services.members.queries.sheets_of_people import grants_sheet
from services.members.settings import MembersSettings
from shared.foundation.failures import Invalid, NotFound
from shared.foundation.identities import Role
from shared.web.api import Blueprint
from shared.web.context import current_session, now, service, this_day
from shared.web.etags import require_match, set_etag
from shared.web.exporting import file_format, list_response, send_sheet
from shared.web.identity import SIGNED_IN, asker, enter, one_of
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("api_grants", __name__, url_prefix="/members/api/v1")
MANAGERS = one_of(Role.ORGANIZER, Role.FOCAL_POINT)


@blueprint.route("/grants", methods=["GET"])
@enter(SIGNED_IN)
@blueprint.arguments(GrantArguments, location="query")
@list_response(blueprint, GrantOut)
def list_grants(arguments: dict[str, Any]) -> ResponseReturnValue:
    """Grants at the asker's organisations, and their own."""
    query = filtered(
        grants_for(asker()),
        RoleGrant,
        arguments,
        "person_id",
        "organisation_id",
        "role",
    )
    keys, kind = [Key(RoleGrant.id)], file_format(arguments)
    if kind is not None:
        return send_sheet(grants_sheet(asker(), today=this_day()), query, keys, kind=kind)
    rows, cursor = page_of(
        current_session(),
        query,
        keys,
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    return list_answer(rows, cursor)


@blueprint.route("/grants", methods=["POST"])
@enter(MANAGERS)
@blueprint.arguments(GrantIn)
@blueprint.response(201, GrantOut)
def create_grant(body: dict[str, Any]) -> RoleGrant:
    """Give a person whom one knows what one has oneself, or less."""
    session, who = current_session(), asker()
    role, organisation_id = Role(body["role"]), body["organisation_id"]
    power = Power(role, organisation_id, body["subtree"], body["expires_at"])
    granting.require_holding(session, who, power, now=now())
    if organisation_id and session.get(Organisation, organisation_id) is None:
        raise Invalid.at(
            "/organisation_id", "No organisation has this id.", code="unknown_organisation"
        )
    try:
        person = queries.get_person(session, body["person_id"], who, today=this_day())
    except NotFound as error:
        raise Invalid.at(
            "/person_id", "You know no person with this id.", code="unknown_person"
        ) from error
    made = granting.grant(
        session,
        person,
        role,
        organisation_id,
        subtree=body["subtree"],
        expires_at=body["expires_at"],
        actor=who.name,
        now=now(),
    )
    set_etag(made.version)
    return made


@blueprint.route("/grants/<uuid:grant_id>", methods=["DELETE"])
@enter(MANAGERS)
@blueprint.arguments(RevokeArguments, location="query")
@blueprint.response(204)
def revoke_grant(arguments: dict[str, Any], grant_id: UUID) -> None:
    """Take it away: within ten minutes everywhere, as tokens end; or at once, and the person
    signs in again."""
    session, who = current_session(), asker()
    found = get_grant(session, grant_id, who)
    power = Power(Role(found.role), found.organisation_id, found.subtree, found.expires_at)
    granting.require_holding(session, who, power, now=now())
    require_match(found.version)
    if arguments["at_once"]:
        person = session.get_one(Person, found.person_id)
        granting.require_over(session, who, person, now=now())
        settings = cast(MembersSettings, service().settings)
        signing_in.sign_out_everywhere(session, person.id, settings=settings, now=now())
    granting.revoke_grant(session, found, actor=who.name, now=now())
