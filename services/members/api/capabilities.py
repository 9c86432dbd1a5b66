"""Capability frameworks of alliances: editions, and the capabilities in them."""

from typing import Any
from uuid import UUID

from services.members.actions import framing
from services.members.actions.recording import lock
from services.members.api.schemas.capabilities import (
    SCALES,
    CapabilityArguments,
    CapabilityChangeIn,
    CapabilityIn,
    CapabilityOut,
    FrameworkArguments,
    FrameworkChangeIn,
    FrameworkIn,
    FrameworkOut,
    ScalesOut,
)
from services.members.model import Capability, CapabilityFramework
from services.members.queries import capabilities as queries
from services.members.queries.organisations import get_managed
from services.members.queries.sheets_of_talent import capabilities_sheet
from shared.foundation.identities import Role
from shared.web.api import ActionSchema, Blueprint
from shared.web.context import current_session, now
from shared.web.etags import require_match, set_etag
from shared.web.exporting import ListArguments, file_format, or_as_file, send_sheet
from shared.web.identity import SIGNED_IN, asker, enter, one_of
from shared.web.list_files import listed
from shared.web.paging import Key, list_answer, page_of, page_schema

blueprint = Blueprint("api_capabilities", __name__, url_prefix="/members/api/v1")
MANAGERS = one_of(Role.ORGANIZER)
FRAMEWORK = "/capability-frameworks/<uuid:framework_id>"
CAPABILITY = "/capabilities/<uuid:capability_id>"
CapabilityPage = page_schema(CapabilityOut)
BY_CODE = [Key(Capability.code), Key(Capability.id)]


def _locked(framework_id: UUID) -> CapabilityFramework:
    session = current_session()
    found = queries.get_managed_framework(session, framework_id, asker())
    lock(session, found)
    return found


def _locked_with(capability_id: UUID) -> tuple[Capability, CapabilityFramework]:
    session = current_session()
    found, framework = queries.get_managed_capability(session, capability_id, asker())
    lock(session, framework)
    lock(session, found)
    return found, framework


@blueprint.route("/capability-scales", methods=["GET"])
@enter(SIGNED_IN)
@blueprint.response(200, ScalesOut)
def read_capability_scales() -> dict[str, Any]:
    """The three roots, the staff levels and the kinds of job."""
    return SCALES


@blueprint.route("/capability-frameworks", methods=["GET"])
@enter(SIGNED_IN)
@blueprint.arguments(FrameworkArguments, location="query")
@listed(blueprint, page_schema(FrameworkOut))
def list_capability_frameworks(arguments: dict[str, Any]) -> dict[str, Any]:
    """Published editions, and drafts of those that one manages."""
    rows, cursor = page_of(
        current_session(),
        queries.frameworks_for(asker(), arguments.get("organisation_id")),
        [Key(CapabilityFramework.id)],
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    return list_answer(rows, cursor)


@blueprint.route("/capability-frameworks", methods=["POST"])
@enter(MANAGERS)
@blueprint.arguments(FrameworkIn)
@blueprint.response(201, FrameworkOut)
def draft_capability_framework(body: dict[str, Any]) -> CapabilityFramework:
    """Start the next edition of an alliance: a copy of the published one, else empty."""
    session, who = current_session(), asker()
    alliance = get_managed(session, body["organisation_id"], who)
    made = framing.draft_framework(session, alliance, body.get("names"), actor=who.name, now=now())
    set_etag(made.version)
    return made


@blueprint.route(FRAMEWORK, methods=["GET"])
@enter(SIGNED_IN)
@blueprint.response(200, FrameworkOut)
def read_capability_framework(framework_id: UUID) -> CapabilityFramework:
    """One edition."""
    found = queries.get_framework(current_session(), framework_id, asker())
    set_etag(found.version)
    return found


@blueprint.route(FRAMEWORK, methods=["PATCH"])
@enter(MANAGERS)
@blueprint.arguments(FrameworkChangeIn)
@blueprint.response(200, FrameworkOut)
def change_capability_framework(body: dict[str, Any], framework_id: UUID) -> CapabilityFramework:
    """Give a draft other names; 409 once it is published."""
    found = _locked(framework_id)
    require_match(found.version)
    framing.rename_framework(current_session(), found, body["names"], actor=asker().name, now=now())
    set_etag(found.version)
    return found


@blueprint.route(FRAMEWORK, methods=["DELETE"])
@enter(MANAGERS)
@blueprint.response(204)
def discard_capability_framework(framework_id: UUID) -> None:
    """Discard a draft with its capabilities; 409 once it is published."""
    found = _locked(framework_id)
    require_match(found.version)
    framing.discard_framework(current_session(), found, actor=asker().name, now=now())


@blueprint.route(f"{FRAMEWORK}/publish", methods=["POST"])
@enter(MANAGERS)
@blueprint.arguments(ActionSchema)
@blueprint.response(200, FrameworkOut)
def publish_capability_framework(body: dict[str, Any], framework_id: UUID) -> CapabilityFramework:
    """It holds from now on, and never changes again."""
    found = _locked(framework_id)
    options: Any = {"actor": asker().name, "now": now(), "reason": body["reason"]}
    framing.publish_framework(current_session(), found, **options)
    set_etag(found.version)
    return found


@blueprint.route(f"{FRAMEWORK}/capabilities", methods=["GET"])
@enter(SIGNED_IN)
@blueprint.arguments(ListArguments, location="query")
@or_as_file(blueprint, CapabilityPage)
def list_capabilities_of_framework(arguments: dict[str, Any], framework_id: UUID) -> Any:
    """The capabilities of one edition, by code."""
    session = current_session()
    found = queries.get_framework(session, framework_id, asker())
    query = queries.capabilities_of(found.id).order_by(None)
    keys, kind = BY_CODE, file_format(arguments)
    if kind is not None:
        return send_sheet(capabilities_sheet(), query, keys, kind=kind)
    rows, cursor = page_of(
        session, query, keys, cursor=arguments.get("cursor"), limit=arguments["limit"]
    )
    return list_answer(rows, cursor)


@blueprint.route(f"{FRAMEWORK}/capabilities", methods=["POST"])
@enter(MANAGERS)
@blueprint.arguments(CapabilityIn)
@blueprint.response(201, CapabilityOut)
def add_capability(body: dict[str, Any], framework_id: UUID) -> Capability:
    """Add one to a draft."""
    found = _locked(framework_id)
    options: Any = {"actor": asker().name, "now": now()}
    made = framing.add_capability(current_session(), found, body, **options)
    set_etag(made.version)
    return made


@blueprint.route("/capabilities", methods=["GET"])
@enter(SIGNED_IN)
@blueprint.arguments(CapabilityArguments, location="query")
@or_as_file(blueprint, CapabilityPage)
def list_capabilities(arguments: dict[str, Any]) -> Any:
    """What holds now: capabilities of the latest published edition of each alliance, by code."""
    query = queries.current_capabilities(arguments.get("organisation_id"), arguments.get("root"))
    keys, kind = BY_CODE, file_format(arguments)
    if kind is not None:
        return send_sheet(capabilities_sheet(), query, keys, kind=kind)
    rows, cursor = page_of(
        current_session(), query, keys, cursor=arguments.get("cursor"), limit=arguments["limit"]
    )
    return list_answer(rows, cursor)


@blueprint.route(CAPABILITY, methods=["GET"])
@enter(SIGNED_IN)
@blueprint.response(200, CapabilityOut)
def read_capability(capability_id: UUID) -> Capability:
    """One capability of one edition."""
    found, _ = queries.get_capability(current_session(), capability_id, asker())
    set_etag(found.version)
    return found


@blueprint.route(CAPABILITY, methods=["PATCH"])
@enter(MANAGERS)
@blueprint.arguments(CapabilityChangeIn(partial=("names",)))
@blueprint.response(200, CapabilityOut)
def change_capability(body: dict[str, Any], capability_id: UUID) -> Capability:
    """Change some fields; 409 once its edition is published."""
    found, framework = _locked_with(capability_id)
    require_match(found.version)
    options: Any = {"actor": asker().name, "now": now()}
    framing.change_capability(current_session(), framework, found, body, **options)
    set_etag(found.version)
    return found


@blueprint.route(CAPABILITY, methods=["DELETE"])
@enter(MANAGERS)
@blueprint.response(204)
def remove_capability(capability_id: UUID) -> None:
    """Take it out of a draft."""
    found, framework = _locked_with(capability_id)
    require_match(found.version)
    options: Any = {"actor": asker().name, "now": now()}
    framing.remove_capability(current_session(), framework, found, **options)
