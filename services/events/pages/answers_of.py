"""What one person answered to the registration form, for the organizers of the workshop."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from services.events.actions.asking import questions_ever
from services.events.actions.registering import as_it_is
from services.events.model import Registration, Workshop
from services.events.model.form import Question, label_of, shown_answer
from services.events.pages.manage import ORGANIZER
from services.events.queries.copies import actors_of, names_of, organisation_names
from services.events.queries.registrations import get_organized_registration, history_of
from shared.web.context import current_session
from shared.web.identity import asker, enter
from shared.web.pages import page_language

blueprint = Blueprint("answers_of", __name__, url_prefix="/events/manage")


@blueprint.get("/registrations/<uuid:registration_id>")
@enter(ORGANIZER)
def show(registration_id: UUID) -> ResponseReturnValue:
    """One registration: who, how it stands, and the answers, of earlier forms too."""
    session = current_session()
    found = get_organized_registration(session, registration_id, asker())
    workshop = session.get_one(Workshop, found.workshop_id)
    body_id, language = found.organisation_id, page_language()
    history = history_of(session, found)
    return render_template(
        "answers_of.html",
        workshop=workshop,
        host=organisation_names(session, workshop.host_id),
        found=as_it_is(session, found),
        organisation=names_of(session, {body_id})[body_id] if body_id else None,
        lines=_lines(workshop, found),
        history=history,
        actors=actors_of(session, history, language=language),
    )


def _lines(workshop: Workshop, found: Registration) -> list[tuple[str, Any, str]]:
    """(question, answer, the path of its file or "")."""
    language = page_language()
    asked = questions_ever(current_session(), workshop)
    lines = []
    for each in asked:
        value = found.answers.get(each["key"])
        if value is None or each.get("counts_as"):
            continue
        path = path_of_file(each, value)
        lines.append((label_of(each, language), shown_answer(each, value, language), path))
    return lines


def path_of_file(question: Question, value: Any) -> str:
    """Where organizers read the file that answers the question; "" for any other answer."""
    if question["kind"] != "file" or not isinstance(value, dict):
        return ""
    return f"/events/manage/registration-files/{value['id']}"
