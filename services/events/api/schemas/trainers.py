"""The pool of trainers."""

from marshmallow import Schema, fields, validate

from services.events.api.schemas.base import In
from services.events.api.schemas.courses import ids
from services.events.model.course import MOST_TRAINERS
from shared.web.exporting import ListArguments
from shared.web.fields import Moment, Texts, TextsOut
from shared.web.paging import page_schema


class TrainerIn(In):
    """Somebody of a host's pool. texts: about them."""

    host_id = fields.UUID(required=True)
    person_id = fields.UUID(load_default=None, allow_none=True)
    names = Texts(required=True)
    affiliations = Texts(load_default=dict)
    texts = Texts(is_prose=True, longest=4000, load_default=dict)


class TrainerChangeIn(In):
    """Any of these; what is absent stays."""

    person_id = fields.UUID(allow_none=True)
    names = Texts(required=True)
    affiliations = Texts()
    texts = Texts(is_prose=True, longest=4000)


class TrainerOut(Schema):
    """A trainer. course_ids: what they can teach."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    host_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True, allow_none=True)
    names = TextsOut(required=True)
    affiliations = TextsOut(required=True)
    texts = TextsOut(required=True)
    course_ids = fields.List(fields.UUID(), required=True)


TrainerPage = page_schema(TrainerOut)


class TrainerArguments(ListArguments):
    """Filters of trainers."""

    host_id = fields.UUID()


class RunTrainersIn(In):
    """Who teaches a run."""

    trainer_ids = ids(MOST_TRAINERS, required=True)


class ConflictOut(Schema):
    """Two runs at once that one trainer teaches."""

    trainer_id = fields.UUID(required=True)
    names = TextsOut(required=True)
    workshop_ids = fields.List(fields.UUID(), required=True, validate=validate.Length(2, 2))
    starts_at = Moment(required=True)


class RunTrainersOut(Schema):
    """Who teaches a run, and where somebody of them is needed elsewhere at once."""

    trainer_ids = fields.List(fields.UUID(), required=True)
    conflicts = fields.List(fields.Nested(ConflictOut), required=True)


class ConflictsOut(Schema):
    """Of one trainer."""

    items = fields.List(fields.Nested(ConflictOut), required=True)
