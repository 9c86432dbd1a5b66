"""Calls for contributions and submissions: for submitters by link, and for organizers."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from services.events.actions import judging, naming_reviewers, submitting
from services.events.actions.attending import own_id
from services.events.api.schemas.calls import (
    CallIn,
    CallOut,
    RankedOut,
    ReviewersIn,
    ReviewersOut,
    ScheduleIn,
    SubmissionChangeIn,
    SubmissionIn,
    SubmissionOut,
)
from services.events.api.schemas.programme import ContributionOut
from services.events.model import Call, Contribution, Submission
from services.events.queries import calls as queries
from services.events.queries.call_sheets import submissions_sheet
from services.events.queries.workshops import get_organized
from shared.foundation.identities import Role
from shared.web.api import ActionSchema, Blueprint
from shared.web.context import current_session, now
from shared.web.etags import require_match, set_etag
from shared.web.exporting import ListArguments, file_format, list_response, send_sheet
from shared.web.identity import (
    ANYONE,
    LINK_OR_SIGNED_IN,
    asker,
    enter,
    find_identity,
    one_of,
)
from shared.web.pages import page_language
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("api_calls", __name__, url_prefix="/events/api/v1")
CALL = "/workshops/<uuid:workshop_id>/call"
PATH = "/submissions/<uuid:submission_id>"
AS_SENT = {"state": "submitted", "filename": None, "contribution_id": None}


@blueprint.route(CALL, methods=["GET"])
@enter(ANYONE)
@blueprint.response(200, CallOut)
def read_call(workshop_id: UUID) -> Call:
    """The workshop's call."""
    found, _ = queries.get_call(current_session(), workshop_id, asker())
    set_etag(found.version)
    return found


@blueprint.route(CALL, methods=["PUT"])
@enter(one_of(Role.ORGANIZER))
@blueprint.arguments(CallIn)
@blueprint.response(200, CallOut)
@blueprint.alt_response(201, schema=CallOut, description="The workshop had none")
def set_call(body: dict[str, Any], workshop_id: UUID) -> Any:
    """Write the workshop's call, or change it."""
    session = current_session()
    workshop = get_organized(session, workshop_id, asker())
    session.refresh(workshop, with_for_update={"key_share": True})
    before = queries.find_call(session, workshop.id)
    if before is not None:
        require_match(before.version)
    found = submitting.set_call(session, workshop, body, now=now())
    set_etag(found.version)
    return found, 200 if before is not None else 201


@blueprint.route(f"{CALL}/reviewers", methods=["GET"])
@enter(one_of(Role.ORGANIZER))
@blueprint.response(200, ReviewersOut)
def list_reviewers(workshop_id: UUID) -> dict[str, Any]:
    """Who reviews."""
    session = current_session()
    found, _ = queries.get_organized_call(session, workshop_id, asker())
    set_etag(found.version)
    return {"person_ids": queries.reviewers_of(session, found.id)}


@blueprint.route(f"{CALL}/reviewers", methods=["PUT"])
@enter(one_of(Role.ORGANIZER))
@blueprint.arguments(ReviewersIn)
@blueprint.response(200, ReviewersOut)
def set_reviewers(body: dict[str, Any], workshop_id: UUID) -> dict[str, Any]:
    """Name all who review; they see what is submitted to this call, and nothing else by it.

    Who is new is told.
    """
    session = current_session()
    found, _ = queries.get_organized_call(session, workshop_id, asker())
    session.refresh(found, with_for_update=True)
    require_match(found.version)
    naming_reviewers.set_reviewers(session, found, body["person_ids"], now=now())
    found.version += 1
    set_etag(found.version)
    return {"person_ids": queries.reviewers_of(session, found.id)}


@blueprint.route("/workshops/<uuid:workshop_id>/submissions", methods=["POST"])
@enter(ANYONE)
@blueprint.arguments(SubmissionIn)
@blueprint.response(201, SubmissionOut)
@blueprint.alt_response(200, schema=SubmissionOut, description="Submitted before")
def submit(body: dict[str, Any], workshop_id: UUID) -> Any:
    """Submit a contribution; the link to change it is mailed."""
    session = current_session()
    call, _ = queries.get_call(session, workshop_id, asker())
    person_id = own_id(find_identity(), body["email"])
    found, is_new = submitting.submit(
        session, call, body, person_id=person_id, actor=asker().name, now=now()
    )
    if not is_new and not queries.is_submitter(found, asker()):
        # Whoever knows the address and the title learns no more than they sent.
        return {**vars(found), **body, **AS_SENT}, 200
    return found, 201 if is_new else 200


@blueprint.route("/workshops/<uuid:workshop_id>/submissions", methods=["GET"])
@enter(one_of(Role.ORGANIZER))
@blueprint.arguments(ListArguments, location="query")
@list_response(blueprint, RankedOut)
def list_submissions(arguments: dict[str, Any], workshop_id: UUID) -> ResponseReturnValue:
    """All that was submitted, in order of time, with what the reviews come to."""
    session = current_session()
    call, _ = queries.get_organized_call(session, workshop_id, asker())
    query, keys, kind = queries.submissions_to(call), [Key(Submission.id)], file_format(arguments)
    if kind is not None:
        sheet = submissions_sheet(call, language=page_language())
        return send_sheet(sheet, query, keys, kind=kind)
    rows, cursor = page_of(
        session, query, keys, cursor=arguments.get("cursor"), limit=arguments["limit"]
    )
    ranked = queries.with_scores(session, rows)
    plain = [{**vars(each.submission), **_figures(each)} for each in ranked]
    return list_answer(plain, cursor)


def _figures(found: queries.Ranked) -> dict[str, Any]:
    return {name: getattr(found, name) for name in ("score", "spread", "reviews", "conflicts")}


@blueprint.route(PATH, methods=["GET"])
@enter(LINK_OR_SIGNED_IN)
@blueprint.response(200, SubmissionOut)
def read_submission(submission_id: UUID) -> dict[str, Any]:
    """One submission, for its submitter, the organizers and reviewers; as these may see it."""
    session = current_session()
    found, role = queries.get_seen(session, submission_id, asker())
    set_etag(found.version)
    return queries.as_seen_by(session, found, role, asker())


@blueprint.route(PATH, methods=["PATCH"])
@enter(LINK_OR_SIGNED_IN)
@blueprint.arguments(SubmissionChangeIn)
@blueprint.response(200, SubmissionOut)
def change_submission(body: dict[str, Any], submission_id: UUID) -> Submission:
    """Change it, until the call closes; a returned one is submitted again by it."""
    session = current_session()
    found = queries.get_own_submission(session, submission_id, asker())
    session.refresh(found, with_for_update=True)
    require_match(found.version)
    submitting.change_submission(session, found, body, actor=asker().name, now=now())
    set_etag(found.version)
    return found


@blueprint.route(f"{PATH}/withdraw", methods=["POST"])
@enter(LINK_OR_SIGNED_IN)
@blueprint.arguments(ActionSchema)
@blueprint.response(200, SubmissionOut)
def withdraw_submission(body: dict[str, Any], submission_id: UUID) -> Submission:
    """Take it back."""
    session = current_session()
    found = queries.get_own_submission(session, submission_id, asker())
    return submitting.withdraw_submission(
        session, found, actor=asker().name, now=now(), reason=body["reason"]
    )


def _decide(verb: str, act: Callable[..., Submission] = judging.decide) -> None:
    @enter(one_of(Role.ORGANIZER))
    @blueprint.arguments(ActionSchema)
    @blueprint.response(200, SubmissionOut)
    def step(body: dict[str, Any], submission_id: UUID) -> Submission:
        session = current_session()
        found, _ = queries.get_organized_submission(session, submission_id, asker())
        reason, name = body["reason"], asker().name
        return act(session, found, verb, actor=name, now=now(), reason=reason)

    step.__name__ = f"{verb}_submission"
    step.__doc__ = f"{verb.capitalize()} it; its submitter is told, with the reason as a note."
    blueprint.route(f"{PATH}/{verb}", methods=["POST"])(step)


for each in judging.DECISIONS:
    _decide(each)


@blueprint.route(f"{PATH}/schedule", methods=["POST"])
@enter(one_of(Role.ORGANIZER))
@blueprint.arguments(ScheduleIn)
@blueprint.response(200, ContributionOut)
def schedule_submission(body: dict[str, Any], submission_id: UUID) -> Contribution:
    """Make the accepted one a contribution of the programme, with all who speak; once."""
    session = current_session()
    found, workshop = queries.get_organized_submission(session, submission_id, asker())
    return judging.take_into_programme(session, workshop, found, body["session_id"])
