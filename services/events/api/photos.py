"""Photos of speakers: setting and removing one."""

from typing import Any
from uuid import UUID

from marshmallow import ValidationError

from services.events.actions import portraying
from services.events.actions.sharing import Upload
from services.events.api.schemas.programme import PhotoIn, SpeakerOut
from services.events.model import Speaker
from services.events.queries.programme import get_part
from services.events.queries.workshops import get_organized
from shared.foundation.identities import Role
from shared.web.context import current_session
from shared.web.etags import require_match, set_etag
from shared.web.files import file_store
from shared.web.identity import asker, enter, one_of
from shared.web.uploads import MULTIPART, UploadBlueprint, filename_of

blueprint = UploadBlueprint(
    "api_photos", __name__, url_prefix="/events/api/v1", takes_file="set_photo"
)
PATH = "/speakers/<uuid:speaker_id>/photo"


def _organized(speaker_id: UUID) -> Speaker:
    found: Speaker
    found, workshop = get_part(current_session(), Speaker, speaker_id, asker())
    get_organized(current_session(), workshop.id, asker())
    return found


@blueprint.route(PATH, methods=["PUT"])
@enter(one_of(Role.ORGANIZER))
@blueprint.arguments(PhotoIn, location="files", content_type=MULTIPART)
@blueprint.response(200, SpeakerOut)
def set_photo(body: dict[str, Any], speaker_id: UUID) -> Speaker:
    """Set the photo, of up to 5 MB; its middle is kept as a square, without any metadata."""
    found = _organized(speaker_id)
    require_match(found.version)
    file = body["file"]
    if isinstance(file, str):
        raise ValidationError({"file": ["Send this part as a file, with a filename."]})
    upload = Upload(filename_of(file), file.read())
    portraying.set_photo(found, upload, store=file_store())
    set_etag(found.version)
    return found


@blueprint.route(PATH, methods=["DELETE"])
@enter(one_of(Role.ORGANIZER))
@blueprint.response(204)
def remove_photo(speaker_id: UUID) -> None:
    """Take the photo away."""
    found = _organized(speaker_id)
    require_match(found.version)
    portraying.remove_photo(found)
