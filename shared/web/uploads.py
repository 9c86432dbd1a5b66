"""Routes that take a file: multipart/form-data, larger than what other routes take."""

from typing import Any, Final

from flask import Blueprint, Request, request
from marshmallow import Schema, ValidationError
from webargs.multidictproxy import MultiDictProxy
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import UnsupportedMediaType

from shared.files import LARGEST_BYTES
from shared.web.api import UNSTORABLE, StrictParser
from shared.web.api import Blueprint as ApiBlueprint
from shared.web.fields import is_storable

LARGEST_UPLOAD_BYTES: Final = LARGEST_BYTES
LARGEST_FORM_BYTES: Final = LARGEST_UPLOAD_BYTES + 1024 * 1024
"""Of a page: its files, and what is typed beside them."""
LONGEST_FILENAME: Final = 200
MULTIPART: Final = "multipart/form-data"


def filename_of(file: FileStorage) -> str:
    """The file's name without what can't be shown; the end of a long one, with its ending."""
    return "".join(filter(str.isprintable, file.filename or ""))[-LONGEST_FILENAME:]


def takes_files(blueprint: Blueprint, *names: str) -> None:
    """Let forms of these pages have files. names: of the views."""
    wanted = {f"{blueprint.name}.{name}" for name in names}

    @blueprint.url_value_preprocessor
    def take_large_forms(endpoint: str | None, _: dict[str, Any] | None) -> None:
        # Before anything reads the form.
        if endpoint in wanted and request.mimetype == MULTIPART:
            request.max_content_length = LARGEST_FORM_BYTES


class _Parser(StrictParser):
    """Takes a form's texts and its file as one body."""

    def load_files(self, req: Request, schema: Schema) -> Any:
        """The form's parts by name."""
        if not is_storable(req.form.to_dict()):
            raise ValidationError({"_schema": [UNSTORABLE]})
        parts: MultiDict[str, Any] = MultiDict(req.form)
        parts.update(req.files)
        return MultiDictProxy(parts, schema)


class UploadBlueprint(ApiBlueprint):
    """One of whose routes takes a file. takes_file: the name of that view."""

    ARGUMENTS_PARSER = _Parser()

    def __init__(self, *rest: Any, takes_file: str, **options: Any):
        super().__init__(*rest, **options)
        self._takes_file = takes_file
        self.url_value_preprocessor(self._take_large_forms)
        self.before_request(self._require_form)

    def _is_upload(self, endpoint: str | None) -> bool:
        return (endpoint or "").endswith(f".{self._takes_file}")

    def _take_large_forms(self, endpoint: str | None, _: dict[str, Any] | None) -> None:
        """Before anything reads the body."""
        if self._is_upload(endpoint) and request.mimetype == MULTIPART:
            request.max_content_length = LARGEST_UPLOAD_BYTES

    def _require_form(self) -> None:
        if self._is_upload(request.endpoint) and request.mimetype != MULTIPART:
            # What is too large is refused as such, whatever it is.
            request.get_data(cache=True)
            raise UnsupportedMediaType("Send the file in a form, as multipart/form-data.")
