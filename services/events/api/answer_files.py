"""Files that answer questions: sent first, then named by an answer; read by those they are for."""

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import ValidationError

from services.events.actions import filing
from services.events.actions.sharing import Upload
from services.events.api.schemas.answer_files import UploadIn, UploadOut
from services.events.model.form import FILE_KINDS
from services.events.queries.answer_files import get_answer_file
from services.events.queries.workshops import get_workshop
from shared.files import TYPES
from shared.web.context import current_session, now
from shared.web.files import file_store, send_file_to_save
from shared.web.identity import ANYONE, LINK_OR_SIGNED_IN, asker, enter
from shared.web.uploads import MULTIPART, UploadBlueprint, filename_of

blueprint = UploadBlueprint(
    "api_answer_files", __name__, url_prefix="/events/api/v1", takes_file="add_upload"
)
BINARY = {"schema": {"type": "string", "format": "binary"}}
CONTENTS = dict.fromkeys(sorted({TYPES[each] for each in FILE_KINDS}), BINARY)


@blueprint.route("/workshops/<uuid:workshop_id>/uploads", methods=["POST"])
@enter(ANYONE)
@blueprint.arguments(UploadIn, location="files", content_type=MULTIPART)
@blueprint.response(201, UploadOut)
def add_upload(body: dict[str, Any], workshop_id: UUID) -> dict[str, Any]:
    """Send a file for a question of the form; then give the upload's token as the answer.

    Kept for a day without a registration, for as long as its answers with one.
    """
    session = current_session()
    workshop = get_workshop(session, workshop_id, asker())
    file = body["file"]
    if isinstance(file, str):
        raise ValidationError({"file": ["Send this part as a file, with a filename."]})
    upload = Upload(filename_of(file), file.read())
    made = filing.receive_file(
        session, workshop, body["question"], upload, store=file_store(), now=now()
    )
    return vars(made) | {"token": made.token, "expires_at": made.created_at + filing.WAITS}


@blueprint.route("/registration-files/<uuid:file_id>", methods=["GET"])
@enter(LINK_OR_SIGNED_IN)
@blueprint.doc(responses={"200": {"description": "The content", "content": CONTENTS}})
def read_registration_file(file_id: UUID) -> Response:
    """A file that answers a question, for its person and the organizers, to save."""
    found = get_answer_file(current_session(), file_id, asker())
    return send_file_to_save(found.digest, filename=found.filename, content_type=found.content_type)
