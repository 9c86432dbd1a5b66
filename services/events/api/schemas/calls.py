"""Calls for contributions, submissions to them, and reviews."""

from typing import Final

from marshmallow import Schema, fields, validate

from services.events.api.schemas.base import In
from services.events.model.call import BEST_SCORE, LONGEST_ABSTRACT
from shared.web.fields import (
    Count,
    Economy,
    Email,
    Keyed,
    LanguageTag,
    Line,
    Moment,
    Prose,
    Texts,
    TextsOut,
    Whole,
)

KEY: Final = Whole(r"[\w-]{1,60}", error="Use letters, digits, - and _ for a key.")
MOST_CHOICES: Final = 30


class ChoiceIn(In):
    """A topic or a criterion."""

    key = fields.String(required=True, validate=KEY)
    labels = Texts(required=True)


class KindIn(ChoiceIn):
    """A kind of contribution and its length."""

    minutes = Count(1, 1440, load_default=None, allow_none=True)


class CallIn(In):
    """The whole call. is_blind: reviewers see neither submitters nor speakers."""

    is_published = fields.Boolean(load_default=False)
    texts = Texts(required=True, is_prose=True, longest=20_000)
    opens_at = Moment(required=True)
    closes_at = Moment(required=True)
    topics = fields.List(
        fields.Nested(ChoiceIn), load_default=list, validate=validate.Length(0, MOST_CHOICES)
    )
    kinds = fields.List(
        fields.Nested(KindIn), load_default=list, validate=validate.Length(0, MOST_CHOICES)
    )
    criteria = fields.List(fields.Nested(ChoiceIn), required=True, validate=validate.Length(1, 10))
    is_blind = fields.Boolean(load_default=False)
    takes_file = fields.Boolean(load_default=False)


class ChoiceOut(Schema):
    """A topic, a kind or a criterion."""

    key = fields.String(required=True)
    labels = TextsOut(required=True)
    minutes = fields.Integer(allow_none=True)


class CallOut(Schema):
    """A call."""

    workshop_id = fields.UUID(required=True)
    is_published = fields.Boolean(required=True)
    texts = TextsOut(required=True)
    opens_at = Moment(required=True)
    closes_at = Moment(required=True)
    topics = fields.List(fields.Nested(ChoiceOut), required=True)
    kinds = fields.List(fields.Nested(ChoiceOut), required=True)
    criteria = fields.List(fields.Nested(ChoiceOut), required=True)
    is_blind = fields.Boolean(required=True)
    takes_file = fields.Boolean(required=True)


class ReviewersIn(In):
    """All who review."""

    person_ids = fields.List(fields.UUID(), required=True, validate=validate.Length(0, 200))


class ReviewersOut(Schema):
    """All who review."""

    person_ids = fields.List(fields.UUID(), required=True)


class SubmittedSpeakerIn(In):
    """Who would speak."""

    name = Line(required=True, longest=200)
    title = Line(load_default="", may_be_empty=True, longest=200)
    affiliation = Line(load_default="", may_be_empty=True, longest=200)
    economy = Economy(load_default=None, allow_none=True)
    email = Email(load_default=None, allow_none=True)


class SubmissionIn(In):
    """A contribution that somebody offers. abstract: Markdown."""

    name = Line(required=True, longest=200)
    email = Email(required=True)
    locale = LanguageTag(load_default="en")
    title = Line(required=True, longest=200)
    abstract = Prose(required=True, longest=LONGEST_ABSTRACT)
    topic = Line(load_default=None, allow_none=True, longest=60)
    kind = Line(load_default=None, allow_none=True, longest=60)
    speakers = fields.List(
        fields.Nested(SubmittedSpeakerIn), required=True, validate=validate.Length(1, 10)
    )


class SubmissionChangeIn(In):
    """Any of a submission's fields but the address."""

    name = Line(longest=200)
    locale = LanguageTag()
    title = Line(longest=200)
    abstract = Prose(longest=LONGEST_ABSTRACT)
    topic = Line(allow_none=True, longest=60)
    kind = Line(allow_none=True, longest=60)
    speakers = fields.List(fields.Nested(SubmittedSpeakerIn), validate=validate.Length(1, 10))


class SubmittedSpeakerOut(Schema):
    """Who would speak."""

    name = fields.String(required=True)
    title = fields.String()
    affiliation = fields.String()
    economy = fields.String(allow_none=True)
    email = fields.String(allow_none=True)


class SubmissionOut(Schema):
    """A submission; of a blind call, to reviewers without whose it is."""

    id = fields.UUID(required=True)
    workshop_id = fields.UUID(required=True)
    name = fields.String()
    email = fields.String()
    locale = fields.String(required=True)
    title = fields.String(required=True)
    abstract = fields.String(required=True)
    topic = fields.String(required=True, allow_none=True)
    kind = fields.String(required=True, allow_none=True)
    speakers = fields.List(fields.Nested(SubmittedSpeakerOut))
    filename = fields.String(required=True, allow_none=True)
    state = fields.String(required=True)
    contribution_id = fields.UUID(required=True, allow_none=True)
    created_at = Moment(required=True)


class RankedOut(SubmissionOut):
    """With what its reviews come to."""

    score = fields.Float(required=True, allow_none=True)
    spread = fields.Float(required=True, allow_none=True)
    reviews = fields.Integer(required=True)
    conflicts = fields.Integer(required=True)


class ReviewIn(In):
    """scores: criterion → 1 to 5. has_conflict: nothing else counts then."""

    scores = Keyed(
        keys=fields.String(validate=KEY),
        values=fields.Integer(strict=True, validate=validate.Range(1, BEST_SCORE)),
        load_default=dict,
    )
    comment = Prose(load_default="", longest=LONGEST_ABSTRACT)
    has_conflict = fields.Boolean(load_default=False)


class ReviewOut(Schema):
    """What a reviewer says."""

    submission_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    scores = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    comment = fields.String(required=True)
    has_conflict = fields.Boolean(required=True)
    written_at = Moment(required=True)


class ReviewsOut(Schema):
    """All of one submission."""

    items = fields.List(fields.Nested(ReviewOut), required=True)


class ScheduleIn(In):
    """Into which session of the workshop."""

    session_id = fields.UUID(required=True)


class SubmissionFileIn(In):
    """A file, as part of a form."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})
