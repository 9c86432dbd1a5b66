"""Surveys: the organizer's page of each, with its results; and the page that answers one."""

import re
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields

from services.events.actions import surveying
from services.events.model import Registration, Survey, Workshop
from services.events.pages.answers import typed_answers
from services.events.pages.manage import ORGANIZER
from services.events.pages.question_form import (
    KIND_NAMES,
    MOST_OPTIONS,
    QuestionForm,
    question_of,
)
from services.events.queries import surveys as queries
from services.events.queries.copies import organisation_names
from services.events.queries.workshops import get_organized
from shared.foundation.failures import Failure
from shared.foundation.identities import Asker
from shared.web.choice_rows import new_key, rows_to_show
from shared.web.context import current_session, now, undo
from shared.web.fields import Texts
from shared.web.forms import Form, filled, read_form
from shared.web.identity import ANYONE, asker, enter
from shared.web.pages import say, say_failure

blueprint = Blueprint("surveys", __name__, url_prefix="/events")
PATH: Final = "/manage/<uuid:workshop_id>/surveys/<any(before, after):kind>"
QUESTION: Final = re.compile(r"^questions\.\d+\.")
FIRST_TITLES: Final = {
    "before": {"en": "Before the workshop", "zh-Hant": "行前問卷"},
    "after": {"en": "How was it?", "zh-Hant": "課後問卷"},
}


class SurveyForm(Schema):
    """What a survey is called, and what is promised."""

    class Meta:
        unknown = RAISE

    titles = Texts(required=True)
    texts = Texts(load_default=dict, is_prose=True, longest=2000)
    is_anonymous = fields.Boolean(load_default=False)


class AnswersForm(Schema):
    """Answers as typed."""

    class Meta:
        unknown = RAISE

    answers = fields.Dict(keys=fields.String(), load_default=dict)


def _back(workshop_id: UUID, kind: str) -> ResponseReturnValue:
    return redirect(url_for("surveys.overview", workshop_id=workshop_id, kind=kind), 303)


@blueprint.get(PATH)
@enter(ORGANIZER)
def overview(workshop_id: UUID, kind: str) -> ResponseReturnValue:
    """The survey to write while it is a draft, then its results."""
    session = current_session()
    workshop = get_organized(session, workshop_id, asker())
    found = queries.find_survey(session, workshop.id, kind)
    return _page(workshop, kind, found, Form(typed=_typed(found, kind)))


def _typed(found: Survey | None, kind: str) -> dict[str, str]:
    if found is None:
        return filled({"titles": FIRST_TITLES[kind]}) | {"is_anonymous": "on", "kind": "choice"}
    typed = filled({"titles": found.titles, "texts": found.texts})
    return typed | {"is_anonymous": "on" if found.is_anonymous else "", "kind": "choice"}


def _page(
    workshop: Workshop, kind: str, found: Survey | None, form: Form, status: int = 200
) -> ResponseReturnValue:
    session = current_session()
    is_shown = found is not None and found.state in ("open", "closed")
    page = render_template(
        "survey_manage.html",
        workshop=workshop,
        host=organisation_names(session, workshop.host_id),
        kind=kind,
        survey=found,
        form=form,
        kinds=list(KIND_NAMES.items()),
        kind_names=KIND_NAMES,
        option_rows=rows_to_show("options", form.typed),
        most_options=MOST_OPTIONS,
        results=queries.results_of(session, found) if found and is_shown else None,
    )
    return page, status


@blueprint.post(PATH)
@enter(ORGANIZER)
def write(workshop_id: UUID, kind: str) -> ResponseReturnValue:
    """Keep the title, the text and the promise."""
    session = current_session()
    workshop = get_organized(session, workshop_id, asker())
    found = queries.find_survey(session, workshop.id, kind)
    form = read_form(SurveyForm())
    if form.is_good:
        try:
            if found is not None:
                session.refresh(found, with_for_update=True)
            if found is None or found.state == "draft":
                form.require_current(found.version if found is not None else 0)
            _keep(workshop, kind, form.values | {"questions": found.questions if found else []})
        except Failure as failure:
            _refuse(form, failure)
        else:
            return _back(workshop_id, kind)
    undo()
    return _page(workshop, kind, queries.find_survey(session, workshop_id, kind), form, 422)


def _keep(workshop: Workshop, kind: str, values: dict[str, Any]) -> None:
    surveying.set_survey(current_session(), workshop, kind, values, now=now())
    say(_("Saved."))


def _refuse(form: Form, failure: Failure) -> None:
    """Show the faults of a question beside the fields of this form."""
    form.refuse(failure)
    form.faults = {QUESTION.sub("", path): each for path, each in form.faults.items()}


def _get_locked(workshop: Workshop, kind: str) -> Survey:
    session = current_session()
    found = queries.get_survey(session, workshop, kind)
    session.refresh(found, with_for_update=True)
    return found


def _values(found: Survey) -> dict[str, Any]:
    names = ("titles", "texts", "is_anonymous", "questions")
    return {name: getattr(found, name) for name in names}


@blueprint.post(f"{PATH}/questions")
@enter(ORGANIZER)
def add_question(workshop_id: UUID, kind: str) -> ResponseReturnValue:
    """Add a question at the end."""
    workshop = get_organized(current_session(), workshop_id, asker())
    found = _get_locked(workshop, kind)
    form = read_form(QuestionForm())
    if form.is_good:
        taken = {each["key"] for each in found.questions}
        try:
            made = question_of(form.values, new_key(form.values["labels"], taken))
            _keep(workshop, kind, _values(found) | {"questions": [*found.questions, made]})
        except Failure as failure:
            _refuse(form, failure)
        else:
            return _back(workshop_id, kind)
    undo()
    form.typed |= _typed(found, kind) | {"kind": form.typed.get("kind", "choice")}
    return _page(workshop, kind, found, form, 422)


@blueprint.post(f"{PATH}/questions/<key>/remove")
@enter(ORGANIZER)
def remove_question(workshop_id: UUID, kind: str, key: str) -> ResponseReturnValue:
    """Take a question off; one that is off already stays so."""
    workshop = get_organized(current_session(), workshop_id, asker())
    found = _get_locked(workshop, kind)
    left = [each for each in found.questions if each["key"] != key]
    try:
        _keep(workshop, kind, _values(found) | {"questions": left})
    except Failure as failure:
        undo()
        say_failure(failure)
    return _back(workshop_id, kind)


@blueprint.post("/manage/surveys/<uuid:survey_id>/<any(open, close):verb>")
@enter(ORGANIZER)
def step(survey_id: UUID, verb: str) -> ResponseReturnValue:
    """Open the survey, or close it."""
    session = current_session()
    found = queries.get_organized_survey(session, survey_id, asker())
    act = surveying.open_survey if verb == "open" else surveying.close_survey
    try:
        act(session, found, actor=asker().name, now=now())
    except Failure as failure:
        say_failure(failure)
    return _back(found.workshop_id, found.kind)


@blueprint.route("/links/<token>/surveys/<uuid:survey_id>", methods=["GET", "POST"])
@enter(ANYONE)
def answer_by_link(token: str, survey_id: UUID) -> ResponseReturnValue:
    """Answer by the mailed link; once."""
    survey, registration = queries.get_asked(current_session(), survey_id, Asker(link=token))
    return _answer(survey, registration)


def _answer(survey: Survey, registration: Registration) -> ResponseReturnValue:
    session, form = current_session(), Form()
    if request.method == "POST":
        form = read_form(AnswersForm())
        if form.is_good:
            answers = typed_answers(survey.questions, form.values["answers"])
            try:
                surveying.answer_survey(session, survey, registration, answers)
            except Failure as failure:
                form.refuse(failure)
                undo()
            else:
                return redirect(request.path, 303)
    page = render_template(
        "survey.html",
        survey=survey,
        workshop=session.get_one(Workshop, survey.workshop_id),
        form=form,
        path=request.path,
        has_answered=queries.has_answered(session, survey, registration.id),
    )
    return page, 422 if form.faults else 200
