"""Findings and recommendations."""

from marshmallow import Schema, fields, validate

from services.events.api.schemas.base import In
from services.events.model.finding import FINDING_STATES, KINDS
from shared.web.exporting import ListArguments
from shared.web.fields import Day, Line, Moment, Texts, TextsOut

LONGEST = 5000


class FindingIn(In):
    """What a workshop concluded. A recommendation has one of organisation_id, person_id and
    addressed_to (a text, such as "governments of the region"), who follows it up, and when its
    progress is reviewed.
    """

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    texts = Texts(required=True, is_prose=True, longest=LONGEST)
    session_id = fields.UUID(allow_none=True)
    organisation_id = fields.UUID(allow_none=True)
    person_id = fields.UUID(allow_none=True)
    addressed_to = Texts()
    owner_id = fields.UUID(allow_none=True)
    review_on = Day(allow_none=True)


class FindingChangeIn(FindingIn):
    """Any of its fields; what is absent stays. Words only of a draft."""

    kind = fields.String(validate=validate.OneOf(KINDS))
    texts = Texts(is_prose=True, longest=LONGEST)


class FindingOut(Schema):
    """A finding or recommendation. person_id, owner_id: for those who follow it up."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    workshop_id = fields.UUID(required=True)
    session_id = fields.UUID(required=True, allow_none=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    state = fields.String(required=True, validate=validate.OneOf(FINDING_STATES))
    texts = TextsOut(required=True)
    organisation_id = fields.UUID(required=True, allow_none=True)
    person_id = fields.UUID(required=True, allow_none=True)
    addressed_to = TextsOut(required=True)
    owner_id = fields.UUID(required=True, allow_none=True)
    review_on = fields.Date(required=True, allow_none=True)
    created_at = Moment(required=True)


class RecommendationOut(FindingOut):
    """A recommendation to the asker, their bodies, or theirs to follow up."""


class FindingStepIn(In):
    """reason: the note on its progress, kept in the history."""

    reason = Line(load_default="", may_be_empty=True, longest=2000)


class FindingStepOut(Schema):
    """What happened to it."""

    number = fields.Integer(required=True)
    at = Moment(required=True)
    actor = fields.String(required=True)
    before = fields.String(required=True, allow_none=True)
    after = fields.String(required=True)
    reason = fields.String(required=True)


class FindingArguments(ListArguments):
    """Filters of a workshop's findings."""

    kind = fields.String(validate=validate.OneOf(KINDS))
    state = fields.String(validate=validate.OneOf(FINDING_STATES))


class RecommendationArguments(ListArguments):
    """Filters of the recommendations to the asker's bodies; without a state, the open ones."""

    state = fields.String(validate=validate.OneOf(FINDING_STATES))
    organisation_id = fields.UUID()
