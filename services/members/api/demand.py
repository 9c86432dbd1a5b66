"""Rounds of demand, and what companies answer: signed in, or by the link of their mail."""

from typing import Any
from uuid import UUID

from services.members.actions import answering_demand, demanding
from services.members.actions.recording import lock
from services.members.api.counting import settings
from services.members.api.schemas.demand import (
    DemandAnswerAndLinesOut,
    DemandAnswerArguments,
    DemandAnswerIn,
    DemandAnswerOut,
    DemandReturnIn,
    DemandRoundAndCountsOut,
    DemandRoundArguments,
    DemandRoundIn,
    DemandRoundOut,
    whole,
)
from services.members.model import DemandAnswer, DemandRound
from services.members.queries import demand as queries
from services.members.queries.organisations import get_organisation
from services.members.queries.sheets_of_talent import answers_sheet, rounds_sheet
from shared.foundation.identities import Role
from shared.web.api import ActionSchema, Blueprint
from shared.web.context import current_session, now
from shared.web.etags import require_match, set_etag
from shared.web.exporting import file_format, list_response, send_sheet
from shared.web.identity import LINK_OR_SIGNED_IN, asker, enter, one_of
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("api_demand", __name__, url_prefix="/members/api/v1")
MANAGERS = one_of(Role.ORGANIZER, Role.FOCAL_POINT)
ROUND = "/demand-rounds/<uuid:round_id>"
ANSWER = "/demand-answers/<uuid:answer_id>"


def _counted(found: DemandRound) -> dict[str, Any]:
    set_etag(found.version)
    shown = {name: getattr(found, name) for name in DemandRoundOut().fields}
    return shown | {"counts": queries.counts_of(current_session(), found.id)}


def _answer(answer_id: UUID) -> DemandAnswer:
    who = asker()
    linked = demanding.answer_of_link(settings().secret_key, who.link) if who.link else None
    return queries.get_answer(current_session(), answer_id, who, linked)


def _shown(answer: DemandAnswer) -> dict[str, Any]:
    session = current_session()
    set_etag(answer.version)
    return whole(
        answer,
        queries.lines_of(session, answer.id),
        queries.lines_to_start_from(session, answer),
    )


@blueprint.route("/demand-rounds", methods=["GET"])
@enter(MANAGERS)
@blueprint.arguments(DemandRoundArguments, location="query")
@list_response(blueprint, DemandRoundOut)
def list_demand_rounds(arguments: dict[str, Any]) -> Any:
    """The rounds of associations that one manages, newest first."""
    query = queries.rounds_for(asker(), arguments.get("organisation_id"))
    keys, kind = [Key(DemandRound.id, descending=True)], file_format(arguments)
    if kind is not None:
        return send_sheet(rounds_sheet(), query, keys, kind=kind)
    rows, cursor = page_of(
        current_session(), query, keys, cursor=arguments.get("cursor"), limit=arguments["limit"]
    )
    return list_answer(rows, cursor)


@blueprint.route("/demand-rounds", methods=["POST"])
@enter(MANAGERS)
@blueprint.arguments(DemandRoundIn)
@blueprint.response(201, DemandRoundAndCountsOut)
def open_demand_round(body: dict[str, Any]) -> dict[str, Any]:
    """Ask one's own companies from now on; mails go out batch by batch."""
    session, who = current_session(), asker()
    association = get_organisation(session, body["organisation_id"])
    queries.require_speaks_for(who, association.id)
    return _counted(demanding.open_round(session, association, body, actor=who.name, now=now()))


@blueprint.route(ROUND, methods=["GET"])
@enter(MANAGERS)
@blueprint.response(200, DemandRoundAndCountsOut)
def read_demand_round(round_id: UUID) -> dict[str, Any]:
    """One round, and how many have answered."""
    return _counted(queries.get_round(current_session(), round_id, asker()))


@blueprint.route(f"{ROUND}/close", methods=["POST"])
@enter(MANAGERS)
@blueprint.arguments(ActionSchema)
@blueprint.response(200, DemandRoundAndCountsOut)
def close_demand_round(body: dict[str, Any], round_id: UUID) -> dict[str, Any]:
    """Close it before its time; nobody answers any more."""
    session, who = current_session(), asker()
    found = queries.get_own_round(session, round_id, who)
    lock(session, found)
    demanding.close_round(session, found, actor=who.name, now=now(), reason=body["reason"])
    return _counted(found)


@blueprint.route(f"{ROUND}/accept-answers", methods=["POST"])
@enter(MANAGERS)
@blueprint.arguments(ActionSchema)
@blueprint.response(200, DemandRoundAndCountsOut)
def accept_demand_answers(body: dict[str, Any], round_id: UUID) -> dict[str, Any]:
    """All answers that came and were not reviewed yet count."""
    session, who = current_session(), asker()
    found = queries.get_own_round(session, round_id, who)
    options: Any = {"actor": who.name, "now": now(), "reason": body["reason"]}
    answering_demand.accept_answers(session, found, **options)
    return _counted(found)


@blueprint.route(f"{ROUND}/answers", methods=["GET"])
@enter(MANAGERS)
@blueprint.arguments(DemandAnswerArguments, location="query")
@list_response(blueprint, DemandAnswerOut)
def list_demand_answers(arguments: dict[str, Any], round_id: UUID) -> Any:
    """The companies of a round of one's own, and where their answers are."""
    session = current_session()
    found = queries.get_own_round(session, round_id, asker())
    query = queries.answers_of(found.id, state=arguments.get("state", ""))
    keys, kind = [Key(DemandAnswer.id)], file_format(arguments)
    if kind is not None:
        return send_sheet(answers_sheet(), query, keys, kind=kind)
    rows, cursor = page_of(
        session, query, keys, cursor=arguments.get("cursor"), limit=arguments["limit"]
    )
    return list_answer(rows, cursor)


@blueprint.route(ANSWER, methods=["GET"])
@enter(LINK_OR_SIGNED_IN)
@blueprint.response(200, DemandAnswerAndLinesOut)
def read_demand_answer(answer_id: UUID) -> dict[str, Any]:
    """One company's answer, for itself and the association that asked."""
    return _shown(_answer(answer_id))


@blueprint.route(ANSWER, methods=["PUT"])
@enter(LINK_OR_SIGNED_IN)
@blueprint.arguments(DemandAnswerIn)
@blueprint.response(200, DemandAnswerAndLinesOut)
def put_demand_answer(body: dict[str, Any], answer_id: UUID) -> dict[str, Any]:
    """Answer, in place of any answer before; 409 once it is accepted or the round closed."""
    session, answer = current_session(), _answer(answer_id)
    lock(session, answer)
    require_match(answer.version)
    options: Any = {"actor": asker().name, "now": now()}
    answering_demand.answer_demand(session, answer, body["lines"], **options)
    return _shown(answer)


@blueprint.route(f"{ANSWER}/accept", methods=["POST"])
@enter(MANAGERS)
@blueprint.arguments(ActionSchema)
@blueprint.response(200, DemandAnswerOut)
def accept_demand_answer(body: dict[str, Any], answer_id: UUID) -> DemandAnswer:
    """It counts."""
    session, who = current_session(), asker()
    answer = queries.get_reviewed(session, answer_id, who)
    lock(session, answer)
    options: Any = {"actor": who.name, "now": now(), "reason": body["reason"]}
    answering_demand.accept_answer(session, answer, **options)
    set_etag(answer.version)
    return answer


@blueprint.route(f"{ANSWER}/return", methods=["POST"])
@enter(MANAGERS)
@blueprint.arguments(DemandReturnIn)
@blueprint.response(200, DemandAnswerOut)
def return_demand_answer(body: dict[str, Any], answer_id: UUID) -> DemandAnswer:
    """Ask the company to look at it again, by mail."""
    session, who = current_session(), asker()
    answer = queries.get_reviewed(session, answer_id, who)
    lock(session, answer)
    options: Any = {"actor": who.name, "now": now(), "reason": body["reason"]}
    answering_demand.return_answer(session, answer, key=settings().secret_key, **options)
    set_etag(answer.version)
    return answer
