"""Co-sponsors of a project proposal, what is said in its review, and what its host asks for."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from services.events.actions import co_sponsoring
from services.events.actions.co_sponsoring import Asked
from services.events.api.proposals import taken_of
from services.events.api.schemas.proposals import (
    CommentIn,
    CommentOut,
    CoSponsorIn,
    CoSponsorOut,
    ProposalRulesIn,
    ProposalRulesOut,
    StepIn,
)
from services.events.model import CoSponsorship, ProposalRules, ReviewComment
from services.events.queries import proposals as queries
from services.events.queries.copies import get_organisation, require_organisation
from services.events.queries.scopes import may_organize
from shared.foundation.failures import Forbidden
from shared.foundation.identities import Role
from shared.foundation.languages import Text, nearest_language
from shared.web.api import Blueprint
from shared.web.context import current_session, now
from shared.web.etags import require_match, set_etag
from shared.web.exporting import ListArguments
from shared.web.identity import LINK_OR_SIGNED_IN, SIGNED_IN, asker, enter, find_identity, one_of
from shared.web.list_files import listed
from shared.web.paging import Key, list_answer, page_of, page_schema

blueprint = Blueprint("api_co_sponsors", __name__, url_prefix="/events/api/v1")
PROPOSAL = "/proposals/<uuid:proposal_id>"


def _out(found: CoSponsorship, names: Text) -> dict[str, Any]:
    shown = [name for name in CoSponsorOut().fields if name != "names"]
    return {name: getattr(found, name) for name in shown} | {"names": names}


@blueprint.route(f"{PROPOSAL}/co-sponsors", methods=["POST"])
@enter(one_of(Role.FOCAL_POINT, Role.ORGANIZER))
@blueprint.arguments(CoSponsorIn)
@blueprint.response(201, CoSponsorOut)
@blueprint.alt_response(200, schema=CoSponsorOut, description="Asked before")
def invite_co_sponsor(body: dict[str, Any], proposal_id: UUID) -> Any:
    """Ask an organisation or an economy to co-sponsor the proposal."""
    session = current_session()
    proposal = queries.get_written(session, proposal_id, asker())
    taken = taken_of(body)
    if body["organisation_id"] is not None:
        require_organisation(session, body["organisation_id"], "/organisation_id")
    asked = Asked(**{name: value for name, value in body.items() if name != "happened_on"})
    made, is_new = co_sponsoring.invite(session, proposal, asked, taken=taken)
    return _out(made, queries.names_of_one(session, made)), 201 if is_new else 200


@blueprint.route(f"{PROPOSAL}/co-sponsors", methods=["GET"])
@enter(SIGNED_IN)
@blueprint.arguments(ListArguments, location="query")
@listed(blueprint, page_schema(CoSponsorOut))
def list_co_sponsors(arguments: dict[str, Any], proposal_id: UUID) -> dict[str, Any]:
    """All for the proposal's insiders; their own for those who are asked."""
    session = current_session()
    proposal = queries.get_proposal(session, proposal_id, asker())
    rows, cursor = page_of(
        session,
        queries.co_sponsors_of(session, proposal, asker()),
        [Key(CoSponsorship.id)],
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    names = queries.co_sponsor_names(session, rows)
    return list_answer([_out(row, names[row.id]) for row in rows], cursor)


def _answer(verb: str, act: Callable[..., CoSponsorship]) -> None:
    @enter(LINK_OR_SIGNED_IN)
    @blueprint.arguments(StepIn)
    @blueprint.response(200, CoSponsorOut)
    def answer(body: dict[str, Any], co_sponsorship_id: UUID) -> dict[str, Any]:
        session = current_session()
        found, proposal = queries.get_answerable(session, co_sponsorship_id, asker())
        done = act(session, found, proposal, taken=taken_of(body))
        set_etag(done.version)
        return _out(done, queries.names_of_one(session, done))

    answer.__name__ = f"{verb}_co_sponsorship"
    answer.__doc__ = f"{verb.capitalize()}, as the co-sponsor; or enter an answer, as the host."
    path = f"/co-sponsorships/<uuid:co_sponsorship_id>/{verb}"
    blueprint.route(path, methods=["POST"])(answer)


_answer("confirm", co_sponsoring.confirm)
_answer("decline", co_sponsoring.decline)


def _comment_out(found: ReviewComment, names: dict[UUID, str]) -> dict[str, Any]:
    author = names.get(found.author_id) if found.author_id else None
    shown = [name for name in CommentOut().fields if name != "author"]
    return {name: getattr(found, name) for name in shown} | {"author": author}


@blueprint.route(f"{PROPOSAL}/comments", methods=["POST"])
@enter(SIGNED_IN)
@blueprint.arguments(CommentIn)
@blueprint.response(201, CommentOut)
def add_comment(body: dict[str, Any], proposal_id: UUID) -> dict[str, Any]:
    """Say something about it; reviewers also among themselves."""
    session, who = current_session(), asker()
    proposal = queries.get_discussed(session, proposal_id, who)
    if body["is_internal"] and not queries.may_review(session, proposal, who):
        raise Forbidden("Only reviewers write internal comments.")
    made = co_sponsoring.comment(session, proposal, **body, author_id=who.person_id, now=now())
    names = queries.names_of_people(session, [made.author_id], language=_language())
    return _comment_out(made, names)


@blueprint.route(f"{PROPOSAL}/comments", methods=["GET"])
@enter(SIGNED_IN)
@blueprint.arguments(ListArguments, location="query")
@listed(blueprint, page_schema(CommentOut))
def list_comments(arguments: dict[str, Any], proposal_id: UUID) -> dict[str, Any]:
    """What was said, oldest first; the internal ones for reviewers alone."""
    session = current_session()
    proposal = queries.get_discussed(session, proposal_id, asker())
    rows, cursor = page_of(
        session,
        queries.comments_of(session, proposal, asker()),
        [Key(ReviewComment.id)],
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    authors = [row.author_id for row in rows]
    names = queries.names_of_people(session, authors, language=_language())
    return list_answer([_comment_out(row, names) for row in rows], cursor)


def _language() -> str:
    identity = find_identity()
    return nearest_language(identity.locale if identity else None)


@blueprint.route("/organisations/<uuid:organisation_id>/proposal-rules", methods=["GET"])
@enter(SIGNED_IN)
@blueprint.response(200, ProposalRulesOut)
def read_proposal_rules(organisation_id: UUID) -> dict[str, Any]:
    """What the organisation asks of those who submit proposals to it."""
    session = current_session()
    get_organisation(session, organisation_id)
    rules = session.get(ProposalRules, organisation_id)
    set_etag(rules.version if rules else 0)
    needed = rules.co_sponsors_needed if rules else 0
    return {"host_id": organisation_id, "co_sponsors_needed": needed}


@blueprint.route("/organisations/<uuid:organisation_id>/proposal-rules", methods=["PUT"])
@enter(one_of(Role.ORGANIZER))
@blueprint.arguments(ProposalRulesIn)
@blueprint.response(200, ProposalRulesOut)
def set_proposal_rules(body: dict[str, Any], organisation_id: UUID) -> ProposalRules:
    """How many co-sponsors must have confirmed before a proposal is submitted."""
    session = current_session()
    get_organisation(session, organisation_id)
    if not may_organize(session, asker(), organisation_id):
        raise Forbidden("Only the organizers of this organisation may do this.")
    known = session.get(ProposalRules, organisation_id)
    require_match(known.version if known else 0)
    needed = body["co_sponsors_needed"]
    rules = co_sponsoring.set_rules(session, organisation_id, needed, actor=asker().name, now=now())
    set_etag(rules.version)
    return rules
