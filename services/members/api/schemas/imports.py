"""Imports: a file, its mapping, its rows with verdicts."""

import json
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from services.members.actions.imports.reasons import sentence
from services.members.api.schemas.base import In
from services.members.model import ImportRow
from services.members.model.imports import KINDS, STATES, VERDICTS
from shared.web.exporting import ListArguments
from shared.web.fields import Moment, is_storable

MOST_COLUMNS = 200


class MappingField(fields.Dict):
    """column → field, or null for a column that is left out."""

    def __init__(self, **rest: Any):
        super().__init__(
            keys=fields.String(validate=validate.Length(1, 300)),
            values=fields.String(allow_none=True, validate=validate.Length(1, 60)),
            validate=validate.Length(0, MOST_COLUMNS),
            **rest,
        )


class MappingText(fields.String):
    """A mapping as the text of a JSON object, for a part of a form."""

    def _deserialize(self, value: Any, *rest: Any, **options: Any) -> Any:
        text = super()._deserialize(value, *rest, **options)
        try:
            found = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ValidationError("This is not a JSON object.") from error
        if not is_storable(found):
            raise ValidationError("A text holds a NUL or half a character; no text may.")
        return MappingField().deserialize(found)


class ImportIn(In):
    """A form with a file: CSV (UTF-8, UTF-16, Big5) or XLSX, 20 MiB at most."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    organisation_id = fields.UUID(
        required=True, metadata={"description": "Whose members or people they become"}
    )
    mapping = MappingText(
        load_default=None, metadata={"description": "A JSON object: column → field"}
    )


class ImportChangeIn(In):
    """The mapping of its columns: column → field, or null."""

    mapping = MappingField(required=True)


class CountsOut(Schema):
    """verdict → rows."""

    new = fields.Integer(required=True)
    update = fields.Integer(required=True)
    duplicate = fields.Integer(required=True)
    error = fields.Integer(required=True)


class ProgressOut(Schema):
    """Rows written or undone so far, and how many there are to be; left: not undone."""

    task = fields.String(
        required=True, allow_none=True, validate=validate.OneOf(("apply", "revert"))
    )
    done = fields.Integer(required=True)
    total = fields.Integer(required=True)
    left = fields.Integer(required=True)


class ImportOut(Schema):
    """An import. columns: of the file; fields: what each can be mapped to."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    kind = fields.String(required=True)
    organisation_id = fields.UUID(required=True)
    filename = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    columns = fields.List(fields.String(), required=True)
    fields_ = fields.List(fields.String(), data_key="fields", attribute="fields", required=True)
    mapping = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    row_count = fields.Integer(required=True)
    counts = fields.Nested(CountsOut, required=True)
    progress = fields.Nested(ProgressOut, required=True)
    created_at = Moment(required=True)


def _reason(row: ImportRow) -> str | None:
    return sentence(row.reasons) or None


class ImportRowOut(Schema):
    """number: as a spreadsheet counts. values: field → value, as it would be written."""

    number = fields.Integer(required=True)
    verdict = fields.String(required=True, allow_none=True, validate=validate.OneOf(VERDICTS))
    reason = fields.Function(_reason, required=True, metadata={"type": ["string", "null"]})
    values = fields.Dict(keys=fields.String(), required=True)
    target_id = fields.UUID(
        required=True,
        allow_none=True,
        metadata={"description": "The organisation or person, where there is one"},
    )


class ImportArguments(ListArguments):
    """Filters of the list of imports."""

    organisation_id = fields.UUID()
    kind = fields.String(validate=validate.OneOf(KINDS))
    state = fields.String(validate=validate.OneOf(STATES))


class ImportRowArguments(ListArguments):
    """Filters of an import's rows."""

    verdict = fields.String(validate=validate.OneOf(VERDICTS))
