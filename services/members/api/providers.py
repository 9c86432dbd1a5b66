"""Organisations' own identity providers: kept by those who manage them, approved by operators."""

from typing import Any
from uuid import UUID

from services.members.actions import trusting_providers
from services.members.actions.trusting_providers import Wish
from services.members.actions.vouching import redirect_uri_of
from services.members.api.counting import settings
from services.members.api.schemas.providers import ProviderArguments, ProviderIn, ProviderOut
from services.members.model import IdentityProvider
from services.members.queries import providers as queries
from services.members.queries.organisations import get_organisation
from services.members.queries.people import require_managed
from shared.foundation.identities import Role
from shared.web.api import ActionSchema, Blueprint
from shared.web.context import current_session, now
from shared.web.etags import require_match, set_etag
from shared.web.identity import asker, enter, one_of
from shared.web.list_files import listed
from shared.web.paging import Key, list_answer, page_of, page_schema

blueprint = Blueprint("api_providers", __name__, url_prefix="/members/api/v1")
MANAGERS = one_of(Role.ORGANIZER, Role.FOCAL_POINT)
OPERATORS = one_of(Role.OPERATOR)
PATH = "/organisations/<uuid:organisation_id>/identity-provider"


def _out(found: IdentityProvider) -> dict[str, Any]:
    set_etag(found.version)
    return _plain(found)


def _plain(found: IdentityProvider) -> dict[str, Any]:
    place = found.organisation_id
    return {
        "organisation_id": place,
        "issuer": found.issuer,
        "client_id": found.client_id,
        "has_client_secret": found.sealed_secret is not None,
        "mail_domains": queries.domains_of(current_session(), place),
        "redirect_uri": redirect_uri_of(place, settings().public_url),
        "created_at": found.created_at,
        "approved_at": found.approved_at,
    }


@blueprint.route("/identity-providers", methods=["GET"])
@enter(MANAGERS)
@blueprint.arguments(ProviderArguments, location="query")
@listed(blueprint, page_schema(ProviderOut))
def list_providers(arguments: dict[str, Any]) -> dict[str, Any]:
    """The providers of the asker's organisations; an operator sees what waits for approval."""
    query = queries.providers_for(asker())
    if "is_approved" in arguments:
        is_approved = IdentityProvider.approved_at.is_not(None)
        query = query.where(is_approved if arguments["is_approved"] else ~is_approved)
    rows, cursor = page_of(
        current_session(),
        query,
        [Key(IdentityProvider.organisation_id)],
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    return list_answer([_plain(row) for row in rows], cursor)


@blueprint.route(PATH, methods=["GET"])
@enter(MANAGERS)
@blueprint.response(200, ProviderOut)
def read_provider(organisation_id: UUID) -> dict[str, Any]:
    """The organisation's provider; its client secret is never shown."""
    return _out(queries.get_provider(current_session(), organisation_id, asker()))


@blueprint.route(PATH, methods=["PUT"])
@enter(MANAGERS)
@blueprint.arguments(ProviderIn)
@blueprint.response(200, ProviderOut)
@blueprint.alt_response(201, schema=ProviderOut, description="New")
def keep_provider(body: dict[str, Any], organisation_id: UUID) -> Any:
    """The organisation has this provider; until an operator approves it, nobody comes in by it."""
    session, who = current_session(), asker()
    organisation = get_organisation(session, organisation_id)
    require_managed(session, organisation_id, who)
    found = session.get(IdentityProvider, organisation_id)
    require_match(found.version if found else 0)
    made = trusting_providers.keep_provider(
        session,
        organisation,
        Wish(**body),
        is_operator=who.has(Role.OPERATOR),
        actor=who.name,
        settings=settings(),
        now=now(),
    )
    session.flush()
    return _out(made), 200 if found else 201


@blueprint.route(PATH, methods=["DELETE"])
@enter(MANAGERS)
@blueprint.response(204)
def remove_provider(organisation_id: UUID) -> None:
    """Nobody comes in by it any more; their accounts stay."""
    session, who = current_session(), asker()
    found = queries.get_provider(session, organisation_id, who)
    require_match(found.version)
    trusting_providers.remove(session, found, actor=who.name, now=now())


@blueprint.route(f"{PATH}/approve", methods=["POST"])
@enter(OPERATORS)
@blueprint.arguments(ActionSchema)
@blueprint.response(200, ProviderOut)
def approve_provider(_: dict[str, Any], organisation_id: UUID) -> dict[str, Any]:
    """Let people come in by it: whoever runs it can then come in as anybody in its domains."""
    session, who = current_session(), asker()
    found = queries.get_provider(session, organisation_id, who)
    trusting_providers.approve(session, found, actor=who.name, now=now())
    return _out(found)
