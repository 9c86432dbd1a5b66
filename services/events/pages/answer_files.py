"""Files in the forms of registrations, and reading them: by the mailed link, and as organizer."""

from collections.abc import Callable
from typing import Final
from uuid import UUID

from flask import Blueprint, Response, request
from marshmallow import Schema
from sqlalchemy.orm import Session

from services.events.actions import filing
from services.events.actions.sharing import Upload
from services.events.model import AnswerFile, Workshop
from services.events.model.form import file_types
from services.events.model.link import find_link
from services.events.pages.manage import ORGANIZER
from services.events.queries.answer_files import get_answer_file
from shared.foundation.failures import Failure
from shared.foundation.identities import Asker
from shared.web.context import current_session, now, service
from shared.web.files import file_store, send_file_to_save
from shared.web.forms import Form, read_form
from shared.web.identity import ANYONE, asker, enter
from shared.web.uploads import filename_of

blueprint = Blueprint("answer_files", __name__, url_prefix="/events")
ANSWERS: Final = "answers."
blueprint.add_app_template_global(file_types, "file_types")


def read_form_with_files(schema: Schema, find_workshop: Callable[[Session], Workshop]) -> Form:
    """As `read_form`; a file that came along is kept, and stands among the answers by its token.

    In a transaction of its own, before the page's: a refusal of another field does not lose it.
    find_workshop: in a session, whether the asker may see it.
    """
    form = read_form(schema)
    for path, file in request.files.items():
        if not path.startswith(ANSWERS) or not file.filename:
            continue
        key = path.removeprefix(ANSWERS)
        upload = Upload(filename_of(file), file.read())
        try:
            with service().database.writing() as session:
                made = filing.receive_file(
                    session, find_workshop(session), key, upload, store=file_store(), now=now()
                )
                form.typed[path] = made.token
        except Failure as failure:
            form.faults[path] = failure.faults[0].detail if failure.faults else failure.detail
            continue
        if form.is_good:
            form.values.setdefault("answers", {})[key] = form.typed[path]
    return form


@blueprint.app_template_global("name_of_file")
def name_of_file(form: Form, path: str) -> str:
    """Of the file that the form's field has; "" for none."""
    if f"{path}.name" in form.typed:
        return form.typed[f"{path}.name"]
    link = find_link(form.typed.get(path))
    if link is None or link.kind != "upload":
        return ""
    found = current_session().get(AnswerFile, link.id)
    is_good = found is not None and link.opens("upload", found.id, found.secret)
    return found.filename if found is not None and is_good else ""


def _send(file_id: UUID, by: Asker) -> Response:
    found = get_answer_file(current_session(), file_id, by)
    response = send_file_to_save(
        found.digest, filename=found.filename, content_type=found.content_type
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/links/<token>/files/<uuid:file_id>")
@enter(ANYONE)
def read_by_link(token: str, file_id: UUID) -> Response:
    """A file of one's own registration."""
    return _send(file_id, Asker(link=token))


@blueprint.get("/manage/registration-files/<uuid:file_id>")
@enter(ORGANIZER)
def read(file_id: UUID) -> Response:
    """A file that answers a question of the form."""
    return _send(file_id, asker())
