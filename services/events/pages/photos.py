"""Photos of speakers: for everyone who sees the workshop, and for its organizer to set."""

from typing import Final
from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from services.events.actions import portraying
from services.events.actions.sharing import Upload
from services.events.model import Speaker
from services.events.model.programme import PHOTO_NAME
from services.events.pages.manage import ORGANIZER
from services.events.pages.programme import show_part
from services.events.queries.programme import get_part
from services.events.queries.workshops import get_organized
from shared.foundation.failures import Failure, Invalid, NotFound
from shared.web.context import current_session, undo
from shared.web.files import file_store, send_content
from shared.web.forms import Form
from shared.web.identity import ANYONE, asker, enter
from shared.web.pages import say
from shared.web.uploads import filename_of, takes_files

blueprint = Blueprint("photos", __name__, url_prefix="/events")
takes_files(blueprint, "change")
KEPT: Final = "public, max-age=604800, immutable"


@blueprint.get("/speakers/<uuid:speaker_id>/<digest>.webp")
@enter(ANYONE)
def show(speaker_id: UUID, digest: str) -> Response:
    """The photo; its address names its content, so whoever has it need not ask again."""
    found, workshop = get_part(current_session(), Speaker, speaker_id, asker())
    if found.photo is None or found.photo[:PHOTO_NAME] != digest:
        raise NotFound("There is no such photo.")
    response = send_content(found.photo, filename="photo.webp", content_type=portraying.KEPT_AS)
    is_public = workshop.visibility == "public" and workshop.is_visible
    response.headers["Cache-Control"] = KEPT if is_public else "private, no-store"
    return response


@blueprint.post("/manage/programme/speaker/<uuid:speaker_id>/photo")
@enter(ORGANIZER)
def change(speaker_id: UUID) -> ResponseReturnValue:
    """Set the photo, or with the other button take it away."""
    session = current_session()
    found, seen = get_part(session, Speaker, speaker_id, asker())
    workshop = get_organized(session, seen.id, asker())
    file, form = request.files.get("file"), Form()
    try:
        if "remove" in request.form:
            portraying.remove_photo(found)
            say(_("Removed."))
        elif file is None or not file.filename:
            raise Invalid.at("/file", _("Choose a file."))
        else:
            upload = Upload(filename_of(file), file.read())
            portraying.set_photo(found, upload, store=file_store())
            say(_("The photo is kept."))
    except Failure as failure:
        form.refuse(failure)
        undo()
        return show_part("speaker", workshop, found, form)
    return redirect(url_for("programme.change", kind="speaker", part_id=speaker_id), 303)
