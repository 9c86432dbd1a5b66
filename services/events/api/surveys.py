"""Surveys before and after a workshop."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from services.events.actions import surveying
from services.events.api.schemas.surveys import (
    SurveyAnsweredOut,
    SurveyAnswerIn,
    SurveyIn,
    SurveyOut,
    SurveyResultsOut,
)
from services.events.model import Survey
from services.events.queries import surveys as queries
from services.events.queries.workshops import get_organized
from shared.foundation.identities import Role
from shared.web.api import ActionSchema, Blueprint
from shared.web.context import current_session, now
from shared.web.etags import require_match, set_etag
from shared.web.identity import LINK_OR_SIGNED_IN, asker, enter, one_of

blueprint = Blueprint("api_surveys", __name__, url_prefix="/events/api/v1")
PATH = "/workshops/<uuid:workshop_id>/surveys"
SURVEY = "/surveys/<uuid:survey_id>"


def _of_kind(kind: str) -> None:
    @enter(one_of(Role.ORGANIZER))
    @blueprint.response(200, SurveyOut)
    def read(workshop_id: UUID) -> Survey:
        session = current_session()
        workshop = get_organized(session, workshop_id, asker())
        found = queries.get_survey(session, workshop, kind)
        set_etag(found.version)
        return found

    @enter(one_of(Role.ORGANIZER))
    @blueprint.arguments(SurveyIn)
    @blueprint.response(200, SurveyOut)
    @blueprint.alt_response(201, schema=SurveyOut, description="It is new")
    def write(body: dict[str, Any], workshop_id: UUID) -> Any:
        session = current_session()
        workshop = get_organized(session, workshop_id, asker())
        before = queries.find_survey(session, workshop.id, kind)
        require_match(before.version if before else 0)
        made = surveying.set_survey(session, workshop, kind, body, now=now())
        set_etag(made.version)
        return made, 200 if before else 201

    read.__name__, write.__name__ = f"read_survey_{kind}", f"write_survey_{kind}"
    read.__doc__ = f"The survey {kind} the workshop."
    write.__doc__ = f"Write the survey {kind} the workshop; once opened, it stays as it is."
    blueprint.route(f"{PATH}/{kind}", methods=["GET"])(read)
    blueprint.route(f"{PATH}/{kind}", methods=["PUT"])(write)


_of_kind("before")
_of_kind("after")


def _step(verb: str, act: Callable[..., Survey]) -> None:
    @enter(one_of(Role.ORGANIZER))
    @blueprint.arguments(ActionSchema)
    @blueprint.response(200, SurveyOut)
    def step(body: dict[str, Any], survey_id: UUID) -> Survey:
        session = current_session()
        found = queries.get_organized_survey(session, survey_id, asker())
        act(session, found, actor=asker().name, now=now(), reason=body["reason"])
        set_etag(found.version)
        return found

    step.__name__ = f"{verb}_survey"
    step.__doc__ = f"{verb.capitalize()} the survey."
    blueprint.route(f"{SURVEY}/{verb}", methods=["POST"])(step)


_step("open", surveying.open_survey)
_step("close", surveying.close_survey)


@blueprint.route(f"{SURVEY}/answers", methods=["POST"])
@enter(LINK_OR_SIGNED_IN)
@blueprint.arguments(SurveyAnswerIn)
@blueprint.response(201, SurveyAnsweredOut)
def answer_survey(body: dict[str, Any], survey_id: UUID) -> dict[str, Any]:
    """Answer it, once; by the mailed link or as the person who took part."""
    session = current_session()
    survey, registration = queries.get_asked(session, survey_id, asker())
    surveying.answer_survey(session, survey, registration, body["answers"])
    return {"survey_id": survey.id, "has_answered": True}


@blueprint.route(f"{SURVEY}/results", methods=["GET"])
@enter(one_of(Role.ORGANIZER))
@blueprint.response(200, SurveyResultsOut)
def read_results(survey_id: UUID) -> queries.Results:
    """In totals; small groups are hidden."""
    session = current_session()
    return queries.results_of(session, queries.get_organized_survey(session, survey_id, asker()))
