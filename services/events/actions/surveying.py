"""Surveys: writing, opening and closing them, sending the link, and taking answers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from services.events.actions.asking import checked_answers, checked_form
from services.events.actions.failures import WrongState
from services.events.actions.recording import move, require_state
from services.events.model import (
    Registration,
    Survey,
    SurveyAnswer,
    SurveyMark,
    Workshop,
)
from services.events.model.form import file_questions
from services.events.queries.surveys import has_answered, those_asked
from shared.contracts.events_surveys import SurveyAsked
from shared.foundation.failures import Conflict, Invalid
from shared.foundation.ids import new_id
from shared.foundation.sheets import as_is as _
from shared.messaging.outbox import tell

AT_ONCE: Final = 200
"""People who are sent the link in one transaction."""


def set_survey(
    session: Session, workshop: Workshop, kind: str, values: Mapping[str, Any], *, now: datetime
) -> Survey:
    """Write the workshop's survey of that kind, or change it while it is a draft.

    values: titles, texts, questions, is_anonymous. Raises WrongState once it was opened: what
    was promised and asked stays.
    """
    columns = dict(values) | {"questions": checked_form(values["questions"])}
    if file_questions(columns["questions"]):
        raise Invalid.at("/questions", _("A survey can't ask for files."))
    query = select(Survey).where(Survey.workshop_id == workshop.id, Survey.kind == kind)
    found = session.scalars(query.with_for_update()).one_or_none()
    if found is None:
        found = Survey(
            id=new_id(),
            version=0,
            workshop_id=workshop.id,
            kind=kind,
            state="draft",
            asked_up_to=None,
            asked_at=None,
            created_at=now,
            **columns,
        )
        session.add(found)
    require_state(found, "draft", to="be changed")
    for name, value in columns.items():
        setattr(found, name, value)
    found.version += 1
    session.flush()
    return found


def open_survey(
    session: Session, survey: Survey, *, actor: str, now: datetime, reason: str = ""
) -> Survey:
    """Open it; one for after the workshop waits until that is over. Its people get the link.

    Raises WrongState for one without questions.
    """
    session.refresh(survey, with_for_update=True)
    require_state(survey, "draft", "closed", to="be opened")
    if not survey.questions:
        raise WrongState("Write a question first.")
    workshop = session.get_one(Workshop, survey.workshop_id)
    is_early = survey.kind == "after" and workshop.ends_at > now
    move(session, survey, "ready" if is_early else "open", actor=actor, now=now, reason=reason)
    return survey


def close_survey(
    session: Session, survey: Survey, *, actor: str, now: datetime, reason: str = ""
) -> Survey:
    """Take no more answers. Twice is once. Anonymous ones are put into another order."""
    session.refresh(survey, with_for_update=True)
    if survey.state != "closed":
        require_state(survey, "ready", "open", to="be closed")
        move(session, survey, "closed", actor=actor, now=now, reason=reason)
        if survey.is_anonymous:
            _write_anew(session, survey)
    return survey


def _write_anew(session: Session, survey: Survey) -> None:
    """Write all answers again in one transaction, by their random ids.

    PostgreSQL keeps which transaction wrote a row; an answer and its mark were of the same one.
    """
    query = select(SurveyAnswer.id, SurveyAnswer.answers)
    query = query.where(SurveyAnswer.survey_id == survey.id).order_by(SurveyAnswer.id)
    rows = [
        {"id": row.id, "survey_id": survey.id, "registration_id": None, "answers": row.answers}
        for row in session.execute(query)
    ]
    session.execute(delete(SurveyAnswer).where(SurveyAnswer.survey_id == survey.id))
    if rows:
        session.execute(insert(SurveyAnswer), rows)


def go_on_asking(session: Session, survey_id: UUID, *, now: datetime) -> bool:
    """Open what is due, and send the link to the next people; whether there are more."""
    survey = session.get_one(Survey, survey_id, with_for_update=True)
    workshop = session.get_one(Workshop, survey.workshop_id)
    if survey.state == "ready" and workshop.ends_at <= now:
        move(session, survey, "open", actor="timer", now=now)
    if survey.state != "open" or survey.asked_at is not None:
        return False
    query = those_asked(survey).order_by(Registration.id).limit(AT_ONCE)
    if survey.asked_up_to is not None:
        query = query.where(Registration.id > survey.asked_up_to)
    people = list(session.scalars(query))
    for each in people:
        message = SurveyAsked(
            survey_id=survey.id,
            kind=survey.kind,
            titles=survey.titles,
            is_anonymous=survey.is_anonymous,
            registration=each.told_as(),
        )
        tell(session, message, now=now)
    if len(people) < AT_ONCE:
        survey.asked_at = now
        return False
    survey.asked_up_to = people[-1].id
    return True


def answer_survey(
    session: Session, survey: Survey, registration: Registration, answers: Mapping[str, Any]
) -> None:
    """Keep the answers, and that they were given. Raises Conflict the second time.

    In an anonymous survey the two are not joined: no reference, no instant, a random id.
    """
    require_state(survey, "open", to="be answered")
    kept = checked_answers(survey.questions, answers)
    session.get_one(Registration, registration.id, with_for_update=True)
    if has_answered(session, survey, registration.id):
        raise Conflict("You have answered this survey already.", code="answered_already")
    theirs = None if survey.is_anonymous else registration.id
    made = SurveyAnswer(id=uuid4(), survey_id=survey.id, registration_id=theirs, answers=kept)
    session.add(made)
    session.add(SurveyMark(survey_id=survey.id, registration_id=registration.id))
    session.flush()
