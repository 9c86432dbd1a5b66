"""The service's folder of files, and sending one so that no browser takes it for a page."""

from pathlib import Path
from typing import Final

from flask import Response, send_file

from shared.files import FileStore
from shared.foundation.failures import NotFound
from shared.web.context import service

PICTURES: Final = ("image/png", "image/jpeg", "image/webp")


def file_store() -> FileStore:
    """The folder of this service."""
    return FileStore(Path(service().settings.files_folder).resolve() / service().name)


def send_content(digest: str, *, filename: str, content_type: str) -> Response:
    """The content: a picture to show, anything else to save."""
    is_shown = content_type in PICTURES
    return _send(digest, filename=filename, content_type=content_type, is_shown=is_shown)


def send_file_to_save(digest: str, *, filename: str, content_type: str) -> Response:
    """The content, whatever it is, to save."""
    return _send(digest, filename=filename, content_type=content_type, is_shown=False)


def _send(digest: str, *, filename: str, content_type: str, is_shown: bool) -> Response:
    path = file_store().path_of(digest)
    if not path.exists():
        raise NotFound("The file's content is not here. Ask the organizers to send it again.")
    response = send_file(
        path,
        mimetype=content_type,
        as_attachment=not is_shown,
        download_name=filename,
        etag=digest,
        conditional=True,
    )
    # What is for somebody alone is kept by nobody between: the app says so for each answer.
    response.headers.pop("Cache-Control", None)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
