"""Sessions, contributions and speakers."""

from marshmallow import Schema, fields

from services.events.api.schemas.base import In
from shared.web.fields import Economy, EconomyOut, Line, Moment, Texts, TextsOut


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


class ContributionIn(In):
    """One talk."""

    session_id = fields.UUID(required=True)
    speaker_id = fields.UUID(load_default=None, allow_none=True)
    titles = Texts(required=True)
    summary = Texts(is_prose=True, longest=20_000, load_default=dict)


class ContributionOut(Schema):
    """One talk."""

    id = fields.UUID(required=True)
    workshop_id = fields.UUID(required=True)
    session_id = fields.UUID(required=True)
    speaker_id = fields.UUID(required=True, allow_none=True)
    titles = TextsOut(required=True)
    summary = TextsOut(required=True)
