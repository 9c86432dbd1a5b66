"""What trainees need after the course."""

from typing import Any
from uuid import UUID

from services.members.actions import needing
from services.members.actions.recording import lock
from services.members.api.schemas.referrals import (
    NeedAndMatchesOut,
    NeedArguments,
    NeedConsentIn,
    NeedIn,
    NeedOut,
    ReferralTermsIn,
    ReferralTermsOut,
)
from services.members.model import Person, TalentNeed
from services.members.queries import referrals as queries
from services.members.queries.catalogue import whole as whole_entries
from services.members.queries.demand import require_speaks_for
from services.members.queries.matching import matches_of
from services.members.queries.organisations import get_organisation
from services.members.queries.sheets_of_helping import needs_sheet
from shared.foundation.identities import Role
from shared.web.api import ActionSchema, Blueprint
from shared.web.context import current_session, now
from shared.web.etags import require_match, set_etag
from shared.web.exporting import file_format, list_response, send_sheet
from shared.web.identity import SIGNED_IN, asker, enter, one_of, require_identity
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("api_needs", __name__, url_prefix="/members/api/v1")
NEED = "/needs/<uuid:need_id>"
TERMS = "/organisations/<uuid:organisation_id>/referral-terms"


def _shown(need: TalentNeed) -> dict[str, Any]:
    set_etag(need.version)
    return queries.whole_needs(current_session(), [need])[0]


@blueprint.route("/needs", methods=["GET"])
@enter(SIGNED_IN)
@blueprint.arguments(NeedArguments, location="query")
@list_response(blueprint, NeedOut)
def list_needs(arguments: dict[str, Any]) -> Any:
    """One's own, and those that one is let see to help; newest first."""
    session, query = current_session(), queries.needs_for(asker())
    if "state" in arguments:
        query = query.where(TalentNeed.state == arguments["state"])
    keys, kind = [Key(TalentNeed.id, descending=True)], file_format(arguments)
    if kind is not None:
        return send_sheet(needs_sheet(), query, keys, kind=kind)
    rows, cursor = page_of(
        session, query, keys, cursor=arguments.get("cursor"), limit=arguments["limit"]
    )
    return list_answer(queries.whole_needs(session, rows), cursor)


@blueprint.route("/needs", methods=["POST"])
@enter(SIGNED_IN)
@blueprint.arguments(NeedIn)
@blueprint.response(201, NeedOut)
def state_need(body: dict[str, Any]) -> dict[str, Any]:
    """Say what one needs, and who may see it."""
    session = current_session()
    person = session.get_one(Person, require_identity().person_id)
    association = get_organisation(session, body.pop("organisation_id"))
    body.setdefault("capability_ids", [])
    options: Any = {"actor": asker().name, "now": now()}
    return _shown(needing.state_need(session, person, association, body, **options))


@blueprint.route(NEED, methods=["GET"])
@enter(SIGNED_IN)
@blueprint.response(200, NeedAndMatchesOut)
def read_need(need_id: UUID) -> dict[str, Any]:
    """One need; for those who help, with the matches of the catalogues, the best first."""
    session, who = current_session(), asker()
    found = queries.get_need(session, need_id, who)
    matches = matches_of(session, found) if queries.may_help(who, found) else []
    entries = whole_entries(session, [each.entry for each in matches], who)
    shown = [
        {"entry": entry, "score": each.score, **each.reasons}
        for each, entry in zip(matches, entries, strict=True)
    ]
    return _shown(found) | {"matches": shown}


@blueprint.route(f"{NEED}/consent", methods=["PUT"])
@enter(SIGNED_IN)
@blueprint.arguments(NeedConsentIn)
@blueprint.response(200, NeedOut)
def put_consent(body: dict[str, Any], need_id: UUID) -> dict[str, Any]:
    """Let others see it, or no more."""
    session, who = current_session(), asker()
    found = queries.get_own_need(session, need_id, who)
    lock(session, found)
    require_match(found.version)
    needing.change_consent(session, found, body["shown_to"], actor=who.name, now=now())
    return _shown(found)


@blueprint.route(f"{NEED}/withdraw", methods=["POST"])
@enter(SIGNED_IN)
@blueprint.arguments(ActionSchema)
@blueprint.response(200, NeedOut)
def withdraw_need(body: dict[str, Any], need_id: UUID) -> dict[str, Any]:
    """Nothing is needed any more; referrals under way end."""
    session, who = current_session(), asker()
    found = queries.get_own_need(session, need_id, who)
    lock(session, found)
    options: Any = {"actor": who.name, "now": now(), "reason": body["reason"]}
    needing.withdraw_need(session, found, **options)
    return _shown(found)


@blueprint.route(TERMS, methods=["GET"])
@enter(SIGNED_IN)
@blueprint.response(200, ReferralTermsOut)
def read_referral_terms(organisation_id: UUID) -> dict[str, Any]:
    """Within how many days an alliance, or an association for itself, promises to help."""
    session = current_session()
    found = get_organisation(session, organisation_id)
    terms = queries.find_terms(session, found.id)
    set_etag(terms.version if terms else 1)
    return {"days": queries.promised_days(session, found.id)}


@blueprint.route(TERMS, methods=["PUT"])
@enter(one_of(Role.ORGANIZER, Role.FOCAL_POINT))
@blueprint.arguments(ReferralTermsIn)
@blueprint.response(200, ReferralTermsOut)
def put_referral_terms(body: dict[str, Any], organisation_id: UUID) -> dict[str, Any]:
    """Promise it for needs that are stated from now on."""
    session, who = current_session(), asker()
    organisation = get_organisation(session, organisation_id)
    require_speaks_for(who, organisation.id)
    found = queries.find_terms(session, organisation.id)
    require_match(found.version if found else 1)
    options: Any = {"actor": who.name, "now": now()}
    made = needing.set_terms(session, organisation, body["days"], **options)
    set_etag(made.version)
    return {"days": made.days}
