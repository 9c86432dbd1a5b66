"""Cases of the library."""

from typing import Any

from marshmallow import Schema, fields, validate

from services.members.api.schemas.base import In
from services.members.model.case import CASE_STATES, LONGEST_TEXT, MOST_FOLLOWERS
from shared.web.exporting import ListArguments
from shared.web.fields import Line, Moment, Texts, TextsOut

LONGEST_WORDS = 100


def sectors_in() -> fields.List[Any]:
    """Sectors, as free texts."""
    return fields.List(Line(longest=100), validate=validate.Length(0, 20))


def capabilities_in() -> fields.List[Any]:
    """Lineages of capabilities of the alliance's edition that holds now."""
    return fields.List(fields.UUID(), validate=validate.Length(0, 50))


class CaseChangeIn(In):
    """Fields of a draft. capability_ids: lineages. mentor_id: the company that led."""

    titles = Texts(longest=200)
    summaries = Texts(is_prose=True, longest=1000)
    texts = Texts(is_prose=True, longest=LONGEST_TEXT)
    capability_ids = capabilities_in()
    sectors = sectors_in()
    mentor_id = fields.UUID(allow_none=True)
    follower_ids = fields.List(fields.UUID(), validate=validate.Length(0, MOST_FOLLOWERS))


class CaseIn(CaseChangeIn):
    """A draft of a company, to be reviewed by one of its associations."""

    organisation_id = fields.UUID(required=True)
    association_id = fields.UUID(required=True)
    titles = Texts(required=True, longest=200)


class CaseAttachmentOut(Schema):
    """A file of a case; its content is at /case-attachments/{id}/file."""

    id = fields.UUID(required=True)
    filename = fields.String(required=True)
    content_type = fields.String(required=True)
    size_bytes = fields.Integer(required=True)
    created_at = Moment(required=True)


class CaseOut(Schema):
    """A case. reason: why it came back, was declined or withdrawn."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    organisation_id = fields.UUID(required=True)
    association_id = fields.UUID(required=True)
    alliance_id = fields.UUID(required=True)
    state = fields.String(required=True)
    reason = fields.String(required=True)
    titles = TextsOut(required=True)
    summaries = TextsOut(required=True)
    texts = TextsOut(required=True)
    capability_ids = fields.List(fields.UUID(), required=True)
    sectors = fields.List(fields.String(), required=True)
    mentor_id = fields.UUID(required=True, allow_none=True)
    follower_ids = fields.List(fields.UUID(), required=True)
    attachments = fields.List(fields.Nested(CaseAttachmentOut), required=True)
    created_at = Moment(required=True)
    published_at = Moment(required=True, allow_none=True)


class CaseFileIn(In):
    """A file, in a form."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


class CaseArguments(ListArguments):
    """Filters. q: words in any script. organisation_id: company, association or alliance."""

    q = Line(longest=LONGEST_WORDS, may_be_empty=True)
    capability_id = fields.UUID()
    sector = Line(longest=LONGEST_WORDS)
    state = fields.String(validate=validate.OneOf(CASE_STATES))
    organisation_id = fields.UUID()
