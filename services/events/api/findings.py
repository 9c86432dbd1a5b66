"""Findings and recommendations of workshops, and how they are followed up."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from services.events.actions import concluding, following_up
from services.events.api.schemas.findings import (
    FindingArguments,
    FindingChangeIn,
    FindingIn,
    FindingOut,
    FindingStepIn,
    FindingStepOut,
    RecommendationArguments,
    RecommendationOut,
)
from services.events.model import Finding, Transition, Workshop
from services.events.queries import findings as queries
from services.events.queries.scopes import may_organize
from services.events.queries.workshops import get_organized, get_workshop
from shared.foundation.identities import Role
from shared.web.api import ActionSchema, Blueprint
from shared.web.context import current_session, now
from shared.web.etags import require_match, set_etag
from shared.web.exporting import ListArguments, file_format, list_response, send_sheet
from shared.web.identity import ANYONE, SIGNED_IN, asker, enter, one_of
from shared.web.list_files import listed
from shared.web.paging import Key, list_answer, page_of, page_schema

blueprint = Blueprint("api_findings", __name__, url_prefix="/events/api/v1")
OF_WORKSHOP = "/workshops/<uuid:workshop_id>/findings"
PATH = "/findings/<uuid:finding_id>"
ORGANIZER = one_of(Role.ORGANIZER)


def _out(found: Finding, workshop: Workshop) -> dict[str, Any]:
    """For FindingOut; people are named to those who follow it up."""
    plain = {name: getattr(found, name) for name in FindingOut().fields}
    if not queries.is_follower(current_session(), found, workshop, asker()):
        plain |= {"person_id": None, "owner_id": None}
    return plain


def _answer(found: Finding, workshop: Workshop) -> dict[str, Any]:
    set_etag(found.version)
    return _out(found, workshop)


@blueprint.route(OF_WORKSHOP, methods=["POST"])
@enter(ORGANIZER)
@blueprint.arguments(FindingIn)
@blueprint.response(201, FindingOut)
def add_finding(body: dict[str, Any], workshop_id: UUID) -> dict[str, Any]:
    """A draft of what the workshop concluded."""
    session, who = current_session(), asker()
    workshop = get_organized(session, workshop_id, who)
    made = concluding.conclude(
        session, workshop, body, written_by=who.person_id, actor=who.name, now=now()
    )
    return _answer(made, workshop)


@blueprint.route(OF_WORKSHOP, methods=["GET"])
@enter(ANYONE)
@blueprint.arguments(FindingArguments, location="query")
@list_response(blueprint, FindingOut)
def list_findings(arguments: dict[str, Any], workshop_id: UUID) -> ResponseReturnValue:
    """The workshop's, in the order in which they were written; drafts for its organizers."""
    session = current_session()
    workshop = get_workshop(session, workshop_id, asker())
    query = queries.findings_of(session, workshop, asker())
    for name in ("kind", "state"):
        if arguments.get(name) is not None:
            query = query.where(getattr(Finding, name) == arguments[name])
    kind = file_format(arguments)
    if kind is not None:
        with_people = may_organize(session, asker(), workshop.host_id)
        sheet = queries.findings_sheet(with_people=with_people)
        return send_sheet(sheet, query, [Key(Finding.id)], kind=kind)
    rows, cursor = page_of(
        session,
        query,
        [Key(Finding.id)],
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    return list_answer([_out(row, workshop) for row in rows], cursor)


@blueprint.route("/recommendations", methods=["GET"])
@enter(SIGNED_IN)
@blueprint.arguments(RecommendationArguments, location="query")
@list_response(blueprint, RecommendationOut)
def list_recommendations(arguments: dict[str, Any]) -> ResponseReturnValue:
    """Recommendations to the asker and their bodies, newest first: the open ones, or by state."""
    session, who = current_session(), asker()
    query = queries.open_recommendations_for(who)
    if arguments.get("state") is not None:
        query = queries.recommendations_for(who).where(Finding.state == arguments["state"])
    if arguments.get("organisation_id") is not None:
        query = query.where(Finding.organisation_id == arguments["organisation_id"])
    keys, kind = [Key(Finding.id, descending=True)], file_format(arguments)
    if kind is not None:
        return send_sheet(queries.findings_sheet(), query, keys, kind=kind)
    rows, cursor = page_of(
        session, query, keys, cursor=arguments.get("cursor"), limit=arguments["limit"]
    )
    return list_answer(rows, cursor)


@blueprint.route(PATH, methods=["GET"])
@enter(ANYONE)
@blueprint.response(200, FindingOut)
def read_finding(finding_id: UUID) -> dict[str, Any]:
    """One finding or recommendation."""
    return _answer(*queries.get_finding(current_session(), finding_id, asker()))


@blueprint.route(PATH, methods=["PATCH"])
@enter(ORGANIZER)
@blueprint.arguments(FindingChangeIn)
@blueprint.response(200, FindingOut)
def change_finding(body: dict[str, Any], finding_id: UUID) -> dict[str, Any]:
    """Change a draft; of a published one, to whom it is addressed and how it is followed up."""
    session = current_session()
    found, workshop = queries.get_organized_finding(session, finding_id, asker())
    session.refresh(found, with_for_update=True)
    require_match(found.version)
    concluding.change_finding(session, found, body, actor=asker().name, now=now())
    return _answer(found, workshop)


@blueprint.route(f"{PATH}/remove", methods=["POST"])
@enter(ORGANIZER)
@blueprint.arguments(ActionSchema)
@blueprint.response(204)
def remove_finding(body: dict[str, Any], finding_id: UUID) -> None:
    """Take a draft away."""
    session = current_session()
    found, _ = queries.get_organized_finding(session, finding_id, asker())
    concluding.drop_finding(session, found, actor=asker().name, now=now(), reason=body["reason"])


@blueprint.route(f"{PATH}/publish", methods=["POST"])
@enter(ORGANIZER)
@blueprint.arguments(ActionSchema)
@blueprint.response(200, FindingOut)
def publish_finding(body: dict[str, Any], finding_id: UUID) -> dict[str, Any]:
    """Let everyone read it; whom it is addressed to is told."""
    session = current_session()
    found, workshop = queries.get_organized_finding(session, finding_id, asker())
    concluding.publish_finding(session, found, actor=asker().name, now=now(), reason=body["reason"])
    return _answer(found, workshop)


@blueprint.route(f"{PATH}/steps", methods=["GET"])
@enter(SIGNED_IN)
@blueprint.arguments(ListArguments, location="query")
@listed(blueprint, page_schema(FindingStepOut))
def list_finding_steps(arguments: dict[str, Any], finding_id: UUID) -> dict[str, Any]:
    """What happened to it, with the notes on its progress; for those who follow it up."""
    session = current_session()
    found, _ = queries.get_followed(session, finding_id, asker())
    rows, cursor = page_of(
        session,
        queries.steps_of(found),
        [Key(Transition.number)],
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    return list_answer(rows, cursor)


def _step(verb: str, says: str, act: Callable[..., Finding], *words: str) -> None:
    @enter(SIGNED_IN)
    @blueprint.arguments(FindingStepIn)
    @blueprint.response(200, FindingOut)
    def step(body: dict[str, Any], finding_id: UUID) -> dict[str, Any]:
        session, who = current_session(), asker()
        found, workshop = queries.get_followed(session, finding_id, who)
        by: dict[str, Any] = {"by": who.person_id, "actor": who.name, "reason": body["reason"]}
        act(session, found, *words, **by, now=now())
        return _answer(found, workshop)

    step.__name__, step.__doc__ = f"{verb}_recommendation", says
    blueprint.route(f"{PATH}/{verb}", methods=["POST"])(step)


_step("accept", "Accept the recommendation.", following_up.take_step, "accept")
_step("decline", "Decline the recommendation; say why.", following_up.take_step, "decline")
_step("begin", "It is under way.", following_up.take_step, "begin")
_step("complete", "What it recommends is done.", following_up.take_step, "complete")
_step("note", "Note how it goes.", following_up.note_progress)
