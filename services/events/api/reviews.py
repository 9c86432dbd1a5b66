"""Reviews of submissions, and the files of these."""

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import ValidationError

from services.events.actions import judging, submitting
from services.events.actions.sharing import Upload
from services.events.api.schemas.calls import (
    ReviewIn,
    ReviewOut,
    ReviewsOut,
    SubmissionFileIn,
    SubmissionOut,
)
from services.events.model import Review, Submission
from services.events.queries import calls as queries
from shared.files import TYPES
from shared.foundation.failures import NotFound
from shared.foundation.identities import Role
from shared.web.context import current_session, now
from shared.web.etags import require_match, set_etag
from shared.web.files import file_store, send_file_to_save
from shared.web.identity import LINK_OR_SIGNED_IN, SIGNED_IN, asker, enter, one_of, require_identity
from shared.web.uploads import MULTIPART, UploadBlueprint, filename_of

blueprint = UploadBlueprint(
    "api_reviews", __name__, url_prefix="/events/api/v1", takes_file="set_submission_file"
)
PATH = "/submissions/<uuid:submission_id>"
BINARY = {"schema": {"type": "string", "format": "binary"}}
CONTENTS = dict.fromkeys(sorted({TYPES[each] for each in submitting.FILE_ENDINGS}), BINARY)


@blueprint.route(f"{PATH}/file", methods=["PUT"])
@enter(LINK_OR_SIGNED_IN)
@blueprint.arguments(SubmissionFileIn, location="files", content_type=MULTIPART)
@blueprint.response(200, SubmissionOut)
def set_submission_file(body: dict[str, Any], submission_id: UUID) -> Submission:
    """Send the file that the call wants, of up to 20 MB, instead of an earlier one."""
    session = current_session()
    found = queries.get_own_submission(session, submission_id, asker())
    session.refresh(found, with_for_update=True)
    require_match(found.version)
    file = body["file"]
    if isinstance(file, str):
        raise ValidationError({"file": ["Send this part as a file, with a filename."]})
    upload = Upload(filename_of(file), file.read())
    submitting.attach(session, found, upload, store=file_store(), now=now())
    set_etag(found.version)
    return found


@blueprint.route(f"{PATH}/file", methods=["GET"])
@enter(LINK_OR_SIGNED_IN)
@blueprint.doc(responses={"200": {"description": "The content", "content": CONTENTS}})
def read_submission_file(submission_id: UUID) -> Response:
    """Its file, for its submitter, the organizers and, unless the call is blind, reviewers."""
    found = queries.get_submission_file(current_session(), submission_id, asker())
    if found.digest is None:
        raise NotFound("There is no such file.")
    return send_file_to_save(
        found.digest, filename=found.filename or "", content_type=found.content_type or ""
    )


@blueprint.route(f"{PATH}/review", methods=["PUT"])
@enter(SIGNED_IN)
@blueprint.arguments(ReviewIn)
@blueprint.response(200, ReviewOut)
def write_review(body: dict[str, Any], submission_id: UUID) -> Review:
    """Say what you think of it, as a reviewer of its call; never of your own."""
    session = current_session()
    found, _ = queries.get_reviewed(session, submission_id, asker())
    session.refresh(found, with_for_update=True)
    before = queries.find_review(session, found, asker())
    require_match(before.version if before else 0)
    made = judging.write_review(session, found, require_identity().person_id, now=now(), **body)
    set_etag(made.version)
    return made


@blueprint.route(f"{PATH}/review", methods=["GET"])
@enter(SIGNED_IN)
@blueprint.response(200, ReviewOut)
def read_review(submission_id: UUID) -> Review:
    """What you said of it."""
    session = current_session()
    found, _ = queries.get_reviewed(session, submission_id, asker())
    said = queries.find_review(session, found, asker())
    if said is None:
        raise NotFound("You have not reviewed it yet.")
    set_etag(said.version)
    return said


@blueprint.route(f"{PATH}/reviews", methods=["GET"])
@enter(one_of(Role.ORGANIZER))
@blueprint.response(200, ReviewsOut)
def list_reviews(submission_id: UUID) -> dict[str, Any]:
    """All that was said of it."""
    session = current_session()
    found, _ = queries.get_organized_submission(session, submission_id, asker())
    return {"items": queries.reviews_of(session, [found.id])}
