"""Project proposals: write, read, and the steps of their life."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from services.events.actions import proposing, reviewing
from services.events.actions.proposing import Overseer
from services.events.actions.stepping import Taken, lock_proposal
from services.events.api.nominations import find_person
from services.events.api.schemas.proposals import (
    ApproveIn,
    CompleteIn,
    ProposalArguments,
    ProposalChangeIn,
    ProposalIn,
    ProposalOut,
    ProposalStepOut,
    StepIn,
)
from services.events.model import ProjectProposal, Transition
from services.events.queries import proposals as queries
from services.events.queries.copies import require_organisation
from services.events.queries.projects import steps_of
from services.events.queries.proposal_sheets import proposals_sheet
from shared.contracts.events_proposals import Money
from shared.foundation.failures import Forbidden
from shared.foundation.identities import Role
from shared.web.api import Blueprint
from shared.web.context import current_session, now
from shared.web.etags import require_match, set_etag
from shared.web.exporting import ListArguments, file_format, list_response, send_sheet
from shared.web.identity import LINK_OR_SIGNED_IN, SIGNED_IN, Entry, asker, enter, one_of
from shared.web.list_files import listed
from shared.web.paging import Key, list_answer, page_of, page_schema

blueprint = Blueprint("api_proposals", __name__, url_prefix="/events/api/v1")
PROPOSER = one_of(Role.FOCAL_POINT, Role.ORGANIZER)
REVIEWER = one_of(Role.ORGANIZER)
PATH = "/proposals/<uuid:proposal_id>"


def proposal_out(found: ProjectProposal) -> dict[str, Any]:
    """For ProposalOut."""
    plain = {name: getattr(found, name) for name in ProposalOut().fields if hasattr(found, name)}
    overseer = {
        "person_id": found.overseer_id,
        "name": found.overseer_name,
        "email": found.overseer_email,
    }
    return plain | {"overseer": overseer, "amount": found.approved}


def proposal_values(body: Mapping[str, Any]) -> dict[str, Any]:
    """The model's columns of a body, without the overseer and the day of the step."""
    values = {
        name: value for name, value in body.items() if name not in ("overseer", "happened_on")
    }
    if "asked" in values:
        asked = values.pop("asked") or {}
        values["asked_cents"] = asked.get("amount_cents")
        values["asked_currency"] = asked.get("currency")
    return values


def overseer_of(given: Mapping[str, Any]) -> Overseer:
    """Of an OverseerIn. Raises Invalid for an unknown person, or one without an address."""
    person = find_person(given["person_id"], "/overseer/person_id")
    if person is not None:
        return Overseer.of(person)
    return Overseer(name=given["name"], email=given["email"], locale=given["locale"])


def taken_of(body: Mapping[str, Any]) -> Taken:
    """How the asker takes a step."""
    return Taken(
        actor=asker().name,
        now=now(),
        reason=body.get("reason", ""),
        happened_on=body.get("happened_on"),
    )


@blueprint.route("/proposals", methods=["POST"])
@enter(PROPOSER)
@blueprint.arguments(ProposalIn)
@blueprint.response(201, ProposalOut)
def create_proposal(body: dict[str, Any]) -> dict[str, Any]:
    """A draft, of an organisation that the asker writes for."""
    session, who = current_session(), asker()
    require_organisation(session, body["organisation_id"], "/organisation_id")
    require_organisation(session, body["host_id"], "/host_id")
    if not queries.may_propose(session, who, body["organisation_id"]):
        raise Forbidden("You don't write proposals for this organisation.")
    made = proposing.propose(
        session,
        proposal_values(body),
        overseer_of(body["overseer"]),
        proposed_by=who.person_id,
        taken=taken_of(body),
    )
    set_etag(made.version)
    return proposal_out(made)


@blueprint.route("/proposals", methods=["GET"])
@enter(SIGNED_IN)
@blueprint.arguments(ProposalArguments, location="query")
@list_response(blueprint, ProposalOut)
def list_proposals(arguments: dict[str, Any]) -> ResponseReturnValue:
    """The proposals that the asker may see, newest first."""
    query = queries.proposals_for(asker())
    for name in ("state", "host_id", "organisation_id"):
        if arguments.get(name) is not None:
            query = query.where(getattr(ProjectProposal, name) == arguments[name])
    keys, kind = [Key(ProjectProposal.id, descending=True)], file_format(arguments)
    if kind is not None:
        return send_sheet(proposals_sheet(), query, keys, kind=kind)
    rows, cursor = page_of(
        current_session(),
        query,
        keys,
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    return list_answer([proposal_out(row) for row in rows], cursor)


@blueprint.route(PATH, methods=["GET"])
@enter(LINK_OR_SIGNED_IN)
@blueprint.response(200, ProposalOut)
def read_proposal(proposal_id: UUID) -> dict[str, Any]:
    """One proposal, for its people; those who are asked to co-sponsor it too."""
    found = queries.get_proposal(current_session(), proposal_id, asker())
    set_etag(found.version)
    return proposal_out(found)


@blueprint.route(PATH, methods=["PATCH"])
@enter(PROPOSER)
@blueprint.arguments(ProposalChangeIn)
@blueprint.response(200, ProposalOut)
def change_proposal(body: dict[str, Any], proposal_id: UUID) -> dict[str, Any]:
    """Change a draft, or what was returned; the overseer until its end."""
    session = current_session()
    found = queries.get_written(session, proposal_id, asker())
    lock_proposal(session, found)
    require_match(found.version)
    overseer = overseer_of(body["overseer"]) if "overseer" in body else None
    values = proposal_values(body)
    proposing.change_proposal(session, found, values, overseer, actor=asker().name, now=now())
    set_etag(found.version)
    return proposal_out(found)


@blueprint.route(f"{PATH}/steps", methods=["GET"])
@enter(SIGNED_IN)
@blueprint.arguments(ListArguments, location="query")
@listed(blueprint, page_schema(ProposalStepOut))
def list_steps(arguments: dict[str, Any], proposal_id: UUID) -> dict[str, Any]:
    """What happened to it and its co-sponsorships, in the order of entry, for its insiders."""
    session = current_session()
    found = queries.get_discussed(session, proposal_id, asker())
    rows, cursor = page_of(
        session,
        steps_of(found),
        [Key(Transition.number)],
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    return list_answer(rows, cursor)


def _step(
    verb: str,
    act: Callable[..., ProjectProposal],
    find: Callable[..., ProjectProposal],
    entry: Entry,
    *,
    schema: type[StepIn] = StepIn,
) -> None:
    @enter(entry)
    @blueprint.arguments(schema)
    @blueprint.response(200, ProposalOut)
    def step(body: dict[str, Any], proposal_id: UUID) -> dict[str, Any]:
        session = current_session()
        found = find(session, proposal_id, asker())
        taken = taken_of(body)
        rest = {n: v for n, v in body.items() if n not in ("reason", "happened_on")}
        if rest.get("amount") is not None:
            rest["amount"] = Money(**rest["amount"])
        done = act(session, found, taken=taken, **rest)
        set_etag(done.version)
        return proposal_out(done)

    step.__name__ = f"{verb.replace('-', '_')}_proposal"
    step.__doc__ = f"{verb.replace('-', ' ').capitalize()} the proposal."
    blueprint.route(f"{PATH}/{verb}", methods=["POST"])(step)


_step("submit", proposing.submit, queries.get_written, PROPOSER)
_step("withdraw", proposing.withdraw, queries.get_written, PROPOSER)
_step("complete", proposing.complete, queries.get_written, PROPOSER, schema=CompleteIn)
_step("begin-review", reviewing.begin_review, queries.get_reviewed, REVIEWER)
_step("return", reviewing.return_proposal, queries.get_reviewed, REVIEWER)
_step("endorse", reviewing.endorse, queries.get_reviewed, REVIEWER)
_step("approve", reviewing.approve, queries.get_reviewed, REVIEWER, schema=ApproveIn)
_step("decline", reviewing.decline, queries.get_reviewed, REVIEWER)
