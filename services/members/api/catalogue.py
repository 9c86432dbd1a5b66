"""The catalogues of experts and technologies."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from services.members.actions import cataloguing
from services.members.actions.recording import lock
from services.members.actions.tagging import alliance_above
from services.members.api.schemas.catalogue import (
    CatalogueEntryArguments,
    CatalogueEntryChangeIn,
    CatalogueEntryIn,
    CatalogueEntryOut,
)
from services.members.model import CatalogueEntry
from services.members.queries import catalogue as queries
from services.members.queries.demand import speaks_for
from services.members.queries.organisations import get_organisation
from services.members.queries.sheets_of_helping import catalogue_sheet
from shared.foundation.failures import Forbidden
from shared.foundation.identities import Role
from shared.web.api import ActionSchema, Blueprint
from shared.web.context import current_session, now
from shared.web.etags import require_match, set_etag
from shared.web.exporting import file_format, list_response, send_sheet
from shared.web.identity import SIGNED_IN, asker, enter, one_of
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("api_catalogue", __name__, url_prefix="/members/api/v1")
OFFERERS = one_of(Role.ORGANIZER, Role.FOCAL_POINT)
ENTRY = "/catalogue-entries/<uuid:entry_id>"


def _shown(entry: CatalogueEntry) -> dict[str, Any]:
    set_etag(entry.version)
    return queries.whole(current_session(), [entry], asker())[0]


@blueprint.route("/catalogue-entries", methods=["GET"])
@enter(SIGNED_IN)
@blueprint.arguments(CatalogueEntryArguments, location="query")
@list_response(blueprint, CatalogueEntryOut)
def list_entries(arguments: dict[str, Any]) -> Any:
    """Active experts and technologies, and paused ones of one's own; newest first."""
    session = current_session()
    query = queries.entries_where(
        queries.entries_for(asker()),
        words=arguments.get("q", ""),
        **{
            name: arguments[name]
            for name in ("kind", "capability_id", "sector", "organisation_id")
            if name in arguments
        },
    )
    keys, kind = [Key(CatalogueEntry.id, descending=True)], file_format(arguments)
    if kind is not None:
        return send_sheet(catalogue_sheet(), query, keys, kind=kind)
    rows, cursor = page_of(
        session, query, keys, cursor=arguments.get("cursor"), limit=arguments["limit"]
    )
    return list_answer(queries.whole(session, rows, asker()), cursor)


@blueprint.route("/catalogue-entries", methods=["POST"])
@enter(OFFERERS)
@blueprint.arguments(CatalogueEntryIn)
@blueprint.response(201, CatalogueEntryOut)
def offer_entry(body: dict[str, Any]) -> dict[str, Any]:
    """Offer an expert or a technology, for one's organisation or one of one's alliance."""
    session, who = current_session(), asker()
    organisation = get_organisation(session, body.pop("organisation_id"))
    if not speaks_for(who, organisation.id):
        alliance = alliance_above(session, organisation.id)
        if not speaks_for(who, alliance.id):
            raise Forbidden("Only those who offer it, or the alliance, may do this.")
    return _shown(cataloguing.offer_entry(session, organisation, body, actor=who.name, now=now()))


@blueprint.route(ENTRY, methods=["GET"])
@enter(SIGNED_IN)
@blueprint.response(200, CatalogueEntryOut)
def read_entry(entry_id: UUID) -> dict[str, Any]:
    """One expert or technology."""
    return _shown(queries.get_entry(current_session(), entry_id, asker()))


@blueprint.route(ENTRY, methods=["PATCH"])
@enter(OFFERERS)
@blueprint.arguments(CatalogueEntryChangeIn)
@blueprint.response(200, CatalogueEntryOut)
def change_entry(body: dict[str, Any], entry_id: UUID) -> dict[str, Any]:
    """Change some fields."""
    session, who = current_session(), asker()
    found = queries.get_own_entry(session, entry_id, who)
    lock(session, found)
    require_match(found.version)
    cataloguing.change_entry(session, found, body, actor=who.name, now=now())
    return _shown(found)


def _step(verb: str, says: str, act: Callable[..., None]) -> None:
    @enter(OFFERERS)
    @blueprint.arguments(ActionSchema)
    @blueprint.response(200, CatalogueEntryOut)
    def step(body: dict[str, Any], entry_id: UUID) -> dict[str, Any]:
        session, who = current_session(), asker()
        found = queries.get_own_entry(session, entry_id, who)
        lock(session, found)
        act(session, found, actor=who.name, now=now(), reason=body["reason"])
        return _shown(found)

    step.__name__, step.__doc__ = f"{verb}_entry", says
    blueprint.route(f"{ENTRY}/{verb}", methods=["POST"])(step)


_step(
    "pause",
    "No new referral leads to it; those under way go on.",
    cataloguing.pause_entry,
)
_step("resume", "Referrals lead to it again.", cataloguing.resume_entry)
