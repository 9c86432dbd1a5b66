"""Organisations as they present themselves to everyone, and the profiles that make them visible."""

from typing import Any
from uuid import UUID

from services.members.actions import presenting
from services.members.actions.enrolling import lock_organisation
from services.members.api.schemas.profiles import (
    PresentedArguments,
    PresentedOut,
    ProfileIn,
    ProfileOut,
)
from services.members.model import Organisation, OrganisationProfile
from services.members.queries import profiles as queries
from services.members.queries.organisations import get_managed
from shared.foundation.identities import Role
from shared.web.api import Blueprint
from shared.web.context import current_session, now
from shared.web.etags import require_match, set_etag
from shared.web.identity import ANYONE, asker, enter, one_of
from shared.web.list_files import listed
from shared.web.paging import Key, list_answer, page_of, page_schema

blueprint = Blueprint("api_profiles", __name__, url_prefix="/members/api/v1")
MANAGERS = one_of(Role.ORGANIZER, Role.FOCAL_POINT)
OWN = "/organisations/<uuid:organisation_id>/profile"
PUBLIC = ("id", "names", "kind", "economy", "sector")
CONTACT = ("email", "phone", "url", "address")


@blueprint.route("/profiles", methods=["GET"])
@enter(ANYONE)
@blueprint.arguments(PresentedArguments, location="query")
@listed(blueprint, page_schema(PresentedOut))
def list_profiles(arguments: dict[str, Any]) -> dict[str, Any]:
    """The organisations that present themselves, by name."""
    rows, cursor = page_of(
        current_session(),
        queries.presented(
            kind=arguments.get("kind"),
            member_of=arguments.get("member_of"),
            words=arguments.get("q"),
        ),
        [Key(Organisation.sort_key), Key(Organisation.id)],
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    return list_answer([_public(each) for each in rows], cursor)


def _public(organisation: Organisation) -> dict[str, Any]:
    return {name: getattr(organisation, name) for name in PUBLIC}


@blueprint.route("/profiles/<uuid:organisation_id>", methods=["GET"])
@enter(ANYONE)
@blueprint.response(200, PresentedOut)
def read_presented(organisation_id: UUID) -> dict[str, Any]:
    """One organisation as everyone sees it."""
    found, profile = queries.get_presented(current_session(), organisation_id)
    set_etag(f"{found.version}-{profile.version}")
    contact = CONTACT if profile.shows_contact else ()
    shown = {name: getattr(found, name) for name in contact}
    return _public(found) | {"texts": profile.texts} | shown


@blueprint.route(OWN, methods=["GET"])
@enter(MANAGERS)
@blueprint.response(200, ProfileOut)
def read_profile(organisation_id: UUID) -> OrganisationProfile:
    """The profile, for those who manage the organisation."""
    session = current_session()
    found = queries.get_profile(session, get_managed(session, organisation_id, asker()).id)
    set_etag(found.version)
    return found


@blueprint.route(OWN, methods=["PUT"])
@enter(MANAGERS)
@blueprint.arguments(ProfileIn)
@blueprint.response(200, ProfileOut)
@blueprint.alt_response(201, schema=ProfileOut, description="It had none before")
def put_profile(body: dict[str, Any], organisation_id: UUID) -> Any:
    """Present the organisation to everyone, or change what is said of it."""
    session, who = current_session(), asker()
    organisation = get_managed(session, organisation_id, who)
    lock_organisation(session, organisation)
    before = queries.find_profile(session, organisation.id)
    require_match(before.version if before else 0)
    found, is_new = presenting.publish_profile(
        session, organisation, body, actor=who.name, now=now()
    )
    set_etag(found.version)
    return (found, 201) if is_new else found


@blueprint.route(OWN, methods=["DELETE"])
@enter(MANAGERS)
@blueprint.response(204)
def delete_profile(organisation_id: UUID) -> None:
    """Show the organisation to nobody any more who is not signed in."""
    session, who = current_session(), asker()
    organisation = get_managed(session, organisation_id, who)
    lock_organisation(session, organisation)
    found = queries.get_profile(session, organisation.id)
    require_match(found.version)
    presenting.withdraw_profile(session, found, actor=who.name, now=now())
