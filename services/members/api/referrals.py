"""Referrals of trainees to experts and technologies."""

from typing import Any
from uuid import UUID

from services.members.actions import referring
from services.members.actions.recording import lock
from services.members.api.schemas.cases import CaseOut
from services.members.api.schemas.referrals import (
    OutcomeIn,
    ReferralArguments,
    ReferralIn,
    ReferralOut,
)
from services.members.model import Referral
from services.members.queries import cases
from services.members.queries import referrals as queries
from services.members.queries.catalogue import get_entry
from services.members.queries.sheets_of_helping import referrals_sheet
from shared.foundation.identities import Role
from shared.web.api import ActionSchema, Blueprint
from shared.web.context import current_session, now
from shared.web.etags import set_etag
from shared.web.exporting import file_format, list_response, send_sheet
from shared.web.identity import SIGNED_IN, asker, enter, one_of
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("api_referrals", __name__, url_prefix="/members/api/v1")
HELPERS = one_of(Role.ORGANIZER, Role.FOCAL_POINT)
REFERRAL = "/referrals/<uuid:referral_id>"


def _shown(found: Referral) -> dict[str, Any]:
    set_etag(found.version)
    return queries.whole_referrals(current_session(), [found], asker())[0]


@blueprint.route("/referrals", methods=["GET"])
@enter(SIGNED_IN)
@blueprint.arguments(ReferralArguments, location="query")
@list_response(blueprint, ReferralOut)
def list_referrals(arguments: dict[str, Any]) -> Any:
    """Of one's own needs, of those that one helps with, and to one's own expertise."""
    session, query = current_session(), queries.referrals_for(asker())
    for name in ("need_id", "state"):
        if name in arguments:
            query = query.where(getattr(Referral, name) == arguments[name])
    keys, kind = [Key(Referral.id, descending=True)], file_format(arguments)
    if kind is not None:
        return send_sheet(referrals_sheet(asker()), query, keys, kind=kind)
    rows, cursor = page_of(
        session, query, keys, cursor=arguments.get("cursor"), limit=arguments["limit"]
    )
    return list_answer(queries.whole_referrals(session, rows, asker()), cursor)


@blueprint.route("/needs/<uuid:need_id>/referrals", methods=["POST"])
@enter(HELPERS)
@blueprint.arguments(ReferralIn)
@blueprint.response(201, ReferralOut)
def offer_referral(body: dict[str, Any], need_id: UUID) -> dict[str, Any]:
    """Offer the trainee an expert or a technology; 409 while that takes no more."""
    session, who = current_session(), asker()
    need = queries.get_helped_need(session, need_id, who)
    entry = get_entry(session, body["entry_id"], who)
    lock(session, need)
    options: Any = {"actor": who.name, "now": now()}
    return _shown(referring.offer_referral(session, need, entry, **options))


@blueprint.route(REFERRAL, methods=["GET"])
@enter(SIGNED_IN)
@blueprint.response(200, ReferralOut)
def read_referral(referral_id: UUID) -> dict[str, Any]:
    """One referral."""
    return _shown(queries.get_referral(current_session(), referral_id, asker()))


@blueprint.route(f"{REFERRAL}/accept", methods=["POST"])
@enter(SIGNED_IN)
@blueprint.arguments(ActionSchema)
@blueprint.response(200, ReferralOut)
def accept_referral(_body: dict[str, Any], referral_id: UUID) -> dict[str, Any]:
    """Say yes, as the trainee or as the expert's side; when both have, it is accepted."""
    session, who = current_session(), asker()
    found, sides = queries.get_referral_as_side(session, referral_id, who)
    lock(session, found)
    options: Any = {"actor": who.name, "now": now()}
    referring.accept_referral(session, found, sides=sides, **options)
    return _shown(found)


@blueprint.route(f"{REFERRAL}/decline", methods=["POST"])
@enter(SIGNED_IN)
@blueprint.arguments(ActionSchema)
@blueprint.response(200, ReferralOut)
def decline_referral(body: dict[str, Any], referral_id: UUID) -> dict[str, Any]:
    """Say no, as the trainee or as the expert's side; another may be offered then."""
    session, who = current_session(), asker()
    found, _ = queries.get_referral_as_side(session, referral_id, who)
    lock(session, found)
    options: Any = {"actor": who.name, "now": now(), "reason": body["reason"]}
    referring.decline_referral(session, found, **options)
    return _shown(found)


@blueprint.route(f"{REFERRAL}/meet", methods=["POST"])
@enter(SIGNED_IN)
@blueprint.arguments(ActionSchema)
@blueprint.response(200, ReferralOut)
def meet(body: dict[str, Any], referral_id: UUID) -> dict[str, Any]:
    """They have met."""
    session, who = current_session(), asker()
    found = queries.get_referral(session, referral_id, who)
    lock(session, found)
    referring.meet(session, found, actor=who.name, now=now(), reason=body["reason"])
    return _shown(found)


@blueprint.route(f"{REFERRAL}/close", methods=["POST"])
@enter(SIGNED_IN)
@blueprint.arguments(OutcomeIn)
@blueprint.response(200, ReferralOut)
def close_referral(body: dict[str, Any], referral_id: UUID) -> dict[str, Any]:
    """Record what came of it; a good outcome closes the need."""
    session, who = current_session(), asker()
    found = queries.get_referral(session, referral_id, who)
    options: Any = {"actor": who.name, "now": now()}
    referring.close_referral(session, found, body["outcome"], body["text"], **options)
    return _shown(found)


@blueprint.route(f"{REFERRAL}/case", methods=["POST"])
@enter(HELPERS)
@blueprint.arguments(ActionSchema)
@blueprint.response(201, CaseOut)
def draft_case(_body: dict[str, Any], referral_id: UUID) -> dict[str, Any]:
    """Start the draft of a case of what came of it; asked twice it is one."""
    session, who = current_session(), asker()
    found = queries.get_helped_referral(session, referral_id, who)
    lock(session, found)
    made = referring.draft_case_of(session, found, actor=who.name, now=now())
    set_etag(made.version)
    return cases.whole(session, [made])[0]
