"""Sessions, contributions and speakers."""

from typing import Any

from marshmallow import Schema, fields, validate

from services.events.api.schemas.base import In
from services.events.model.material import SHOWN_TO
from shared.web.fields import Economy, EconomyOut, LanguageTag, Line, Moment, Texts, TextsOut


class Id(fields.UUID):
    """Kept as a text among others, in a column of plain values."""

    def _deserialize(self, value: Any, *rest: Any, **more: Any) -> str:  # type: ignore[override]
        return str(super()._deserialize(value, *rest, **more))


class SessionIn(In):
    """A dated part of the workshop."""

    titles = Texts(required=True)
    starts_at = Moment(required=True)
    ends_at = Moment(required=True)
    room = Line(load_default="", may_be_empty=True)


class SessionOut(Schema):
    """A dated part of the workshop."""

    id = fields.UUID(required=True)
    workshop_id = fields.UUID(required=True)
    titles = TextsOut(required=True)
    starts_at = Moment(required=True)
    ends_at = Moment(required=True)
    room = fields.String(required=True)


class SpeakerIn(In):
    """Who speaks."""

    names = Texts(required=True)
    titles = Texts(load_default=dict)
    affiliations = Texts(load_default=dict)
    economy = Economy(load_default=None, allow_none=True)
    topics = Texts(load_default=dict, longest=1000)
    person_id = fields.UUID(load_default=None, allow_none=True)


class SpeakerOut(Schema):
    """Who speaks."""

    id = fields.UUID(required=True)
    workshop_id = fields.UUID(required=True)
    names = TextsOut(required=True)
    titles = TextsOut(required=True)
    affiliations = TextsOut(required=True)
    economy = EconomyOut(required=True, allow_none=True)
    topics = TextsOut(required=True)
    person_id = fields.UUID(required=True, allow_none=True)
    photo_path = fields.String(
        required=True, allow_none=True, metadata={"description": "256 × 256, WebP"}
    )


class PhotoIn(In):
    """A picture, as part of a form."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


class ContributionIn(In):
    """One talk."""

    session_id = fields.UUID(required=True)
    speaker_id = fields.UUID(load_default=None, allow_none=True)
    co_speaker_ids = fields.List(Id(), load_default=list, validate=validate.Length(0, 20))
    titles = Texts(required=True)
    summary = Texts(is_prose=True, longest=20_000, load_default=dict)


class ContributionOut(Schema):
    """One talk."""

    id = fields.UUID(required=True)
    workshop_id = fields.UUID(required=True)
    session_id = fields.UUID(required=True)
    speaker_id = fields.UUID(required=True, allow_none=True)
    co_speaker_ids = fields.List(fields.UUID(), required=True)
    titles = TextsOut(required=True)
    summary = TextsOut(required=True)


class SessionChangeIn(SessionIn):
    """Any of a session's fields."""

    titles = Texts()
    starts_at = Moment()
    ends_at = Moment()
    room = Line(may_be_empty=True)


class SpeakerChangeIn(SpeakerIn):
    """Any of a speaker's fields."""

    names = Texts()
    titles = Texts()
    affiliations = Texts()
    economy = Economy(allow_none=True)
    topics = Texts(longest=1000)
    person_id = fields.UUID(allow_none=True)


class ContributionChangeIn(ContributionIn):
    """Any of a contribution's fields."""

    session_id = fields.UUID()
    speaker_id = fields.UUID(allow_none=True)
    co_speaker_ids = fields.List(Id(), validate=validate.Length(0, 20))
    titles = Texts()
    summary = Texts(is_prose=True, longest=20_000)


class ClashOut(Schema):
    """Two sessions at one time that need the same room or the same speaker."""

    kind = fields.String(required=True, validate=validate.OneOf(("room", "speaker")))
    what = fields.String(required=True)
    session_ids = fields.List(fields.UUID(), required=True)


class ClashesOut(Schema):
    """All of a workshop."""

    items = fields.List(fields.Nested(ClashOut), required=True)


class MaterialIn(In):
    """A file and what it is; parts of a form. titles: a JSON object, or one text."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})
    title = Line(load_default="", may_be_empty=True)
    language = LanguageTag(load_default="en")
    shown_to = fields.String(load_default="everyone", validate=validate.OneOf(SHOWN_TO))
    session_id = fields.UUID(load_default=None)
    contribution_id = fields.UUID(load_default=None)
    speaker_id = fields.UUID(load_default=None)


class MaterialChangeIn(In):
    """Any of a material's fields."""

    titles = Texts()
    shown_to = fields.String(validate=validate.OneOf(SHOWN_TO))
    session_id = fields.UUID(allow_none=True)
    contribution_id = fields.UUID(allow_none=True)
    speaker_id = fields.UUID(allow_none=True)


class MaterialOut(Schema):
    """A file of a workshop; the content is at /materials/{id}/file."""

    id = fields.UUID(required=True)
    workshop_id = fields.UUID(required=True)
    session_id = fields.UUID(required=True, allow_none=True)
    contribution_id = fields.UUID(required=True, allow_none=True)
    speaker_id = fields.UUID(required=True, allow_none=True)
    titles = TextsOut(required=True)
    shown_to = fields.String(required=True)
    filename = fields.String(required=True)
    content_type = fields.String(required=True)
    size_bytes = fields.Integer(required=True)
    digest = fields.String(required=True, metadata={"description": "SHA-256 of the content"})
    created_at = Moment(required=True)
