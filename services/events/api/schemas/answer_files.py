"""Files that answer questions."""

from marshmallow import Schema, fields

from services.events.api.schemas.base import In
from shared.web.fields import Line, Moment


class UploadIn(In):
    """A file and the key of the question that it is for; parts of a form."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})
    question = Line(required=True, longest=60)


class UploadOut(Schema):
    """A file that waits for a registration. token: whoever has it can register with the file."""

    id = fields.UUID(required=True)
    workshop_id = fields.UUID(required=True)
    question = fields.String(required=True, attribute="question_key")
    token = fields.String(required=True, metadata={"description": "To give as the answer"})
    filename = fields.String(required=True)
    content_type = fields.String(required=True)
    size_bytes = fields.Integer(required=True)
    expires_at = Moment(required=True)
