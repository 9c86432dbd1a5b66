"""Grants: what people may do."""

from typing import Any
from uuid import UUID

from services.members.actions import granting
from services.members.api.schemas.access import GrantArguments, GrantIn, GrantOut
from services.members.api.views import filtered
from services.members.model import Organisation, RoleGrant
from services.members.queries import people as queries
from shared.foundation.failures import Invalid, NotFound
from shared.foundation.identities import Role
from shared.web.api import Blueprint
from shared.web.context import current_session, now
from shared.web.etags import require_match, set_etag
from shared.web.identity import SIGNED_IN, asker, enter, one_of
from shared.web.paging import Key, list_answer, page_of, page_schema

blueprint = Blueprint("api_grants", __name__, url_prefix="/members/api/v1")
MANAGERS = one_of(Role.ORGANIZER, Role.FOCAL_POINT)


@blueprint.route("/grants", methods=["GET"])
@enter(SIGNED_IN)
@blueprint.arguments(GrantArguments, location="query")
@blueprint.response(200, page_schema(GrantOut))
def list_grants(arguments: dict[str, Any]) -> dict[str, Any]:
    """Grants at the asker's organisations, and their own."""
    query = filtered(
        queries.grants_for(asker()),
        RoleGrant,
        arguments,
        "person_id",
        "organisation_id",
        "role",
    )
    rows, cursor = page_of(
        current_session(),
        query,
        [Key(RoleGrant.id)],
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
    granting.require_holding(session, who, role, organisation_id, subtree=body["subtree"])
    if organisation_id and session.get(Organisation, organisation_id) is None:
        raise Invalid.at(
            "/organisation_id", "No organisation has this id.", code="unknown_organisation"
        )
    try:
        person = queries.get_person(session, body["person_id"], who, today=now().date())
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
@blueprint.response(204)
def revoke_grant(grant_id: UUID) -> None:
    """Take it away; a token that was issued before is good for minutes yet."""
    session, who = current_session(), asker()
    found = queries.get_grant(session, grant_id, who)
    role = Role(found.role)
    granting.require_holding(session, who, role, found.organisation_id, subtree=found.subtree)
    require_match(found.version)
    granting.revoke_grant(session, found, actor=who.name, now=now())
