"""Organisations: the directory, and changing what one manages."""

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from services.members.actions import enrolling
from services.members.actions.customising import filling
from services.members.api.schemas.organisations import (
    OrganisationArguments,
    OrganisationChangeIn,
    OrganisationIn,
    OrganisationOut,
)
from services.members.api.views import organisation_out, organisations_out
from services.members.model import Organisation
from services.members.queries import custom_fields as custom
from services.members.queries import organisations as queries
from services.members.queries.custom_filters import with_custom
from services.members.queries.sheets import organisations_sheet
from shared.foundation.failures import Forbidden
from shared.foundation.identities import Role
from shared.web.api import Blueprint
from shared.web.context import current_session, now
from shared.web.etags import require_match, set_etag
from shared.web.exporting import file_format, list_response, send_sheet
from shared.web.identity import SIGNED_IN, asker, enter, one_of
from shared.web.pages import page_language
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("api_organisations", __name__, url_prefix="/members/api/v1")
MANAGERS = one_of(Role.ORGANIZER, Role.FOCAL_POINT)


@blueprint.route("/organisations", methods=["GET"])
@enter(SIGNED_IN)
@blueprint.arguments(OrganisationArguments, location="query")
@list_response(blueprint, OrganisationOut)
def list_organisations(arguments: dict[str, Any]) -> ResponseReturnValue:
    """The directory. Contact data are there for those who may read them."""
    session = current_session()
    query = queries.organisations_where(
        kind=arguments.get("kind"),
        economy=arguments.get("economy"),
        member_of=arguments.get("member_of"),
        words=arguments.get("q"),
    )
    query = with_custom(session, query, arguments["custom"], asker())
    is_descending = arguments["sort"].startswith("-")
    keys = [Key(Organisation.sort_key, is_descending), Key(Organisation.id, is_descending)]
    kind = file_format(arguments)
    if kind is not None:
        sheet = organisations_sheet(asker(), custom.shown_fields(session, asker()), page_language())
        return send_sheet(sheet, query, keys, kind=kind)
    rows, cursor = page_of(
        session, query, keys, cursor=arguments.get("cursor"), limit=arguments["limit"]
    )
    return list_answer(organisations_out(session, rows, asker()), cursor)


@blueprint.route("/organisations", methods=["POST"])
@enter(MANAGERS)
@blueprint.arguments(OrganisationIn)
@blueprint.response(201, OrganisationOut)
def create_organisation(body: dict[str, Any]) -> dict[str, Any]:
    """Record one. Until it belongs somewhere, whoever recorded it manages it."""
    if body["kind"] == "alliance" and not asker().has(Role.OPERATOR):
        raise Forbidden("Only operators record alliances.")
    session, who = current_session(), asker()
    fields, needed = custom.fields_of_new(session, body["kind"], who)
    names = custom.named(fields)
    body["custom"] = filling.read_values(body["custom"], names)
    filling.require_needed(body["custom"], [pair for pair in names.items() if pair[1] in needed])
    made = enrolling.enrol(session, body, registered_by=who.person_id, actor=who.name, now=now())
    set_etag(made.version)
    return organisation_out(session, made, who)


@blueprint.route("/organisations/<uuid:organisation_id>", methods=["GET"])
@enter(SIGNED_IN)
@blueprint.response(200, OrganisationOut)
def read_organisation(organisation_id: UUID) -> dict[str, Any]:
    """One organisation."""
    session = current_session()
    found = queries.get_organisation(session, organisation_id)
    set_etag(found.version)
    return organisation_out(session, found, asker())


@blueprint.route("/organisations/<uuid:organisation_id>", methods=["PATCH"])
@enter(MANAGERS)
@blueprint.arguments(OrganisationChangeIn(partial=("names",)))
@blueprint.response(200, OrganisationOut)
def change_organisation(body: dict[str, Any], organisation_id: UUID) -> dict[str, Any]:
    """Change some fields; identifiers replace all that were."""
    session, who = current_session(), asker()
    found = queries.get_managed(session, organisation_id, who)
    enrolling.lock_organisation(session, found)
    require_match(found.version)
    becomes_alliance = body.get("kind") == "alliance" != found.kind
    if becomes_alliance and not who.has(Role.OPERATOR):
        raise Forbidden("Only operators make an organisation an alliance.")
    if "custom" in body:
        fields = custom.fields_to_fill(session, found, who)
        body["custom"] = filling.read_values(body["custom"], custom.named(fields))
    enrolling.change_organisation(session, found, body, actor=who.name, now=now())
    set_etag(found.version)
    return organisation_out(session, found, who)
