"""Custom fields of organisations, and what one has in them."""

from typing import Any

from marshmallow import Schema, fields, validate

from services.members.api.schemas.base import In
from services.members.api.schemas.people import day
from services.members.model.custom_field import (
    AUDIENCES,
    CHOICE_KEY,
    FIELD_KEY,
    MOST_CHOICES,
    TYPES,
)
from services.members.model.organisation import KINDS
from shared.web.exporting import ListArguments
from shared.web.fields import Count, Moment, Texts, TextsOut, Whole

LARGEST = 10**15


class LimitsIn(In):
    """least, most: of numbers; longest: characters; earliest, latest: days."""

    least = fields.Float(allow_nan=False, validate=validate.Range(-LARGEST, LARGEST))
    most = fields.Float(allow_nan=False, validate=validate.Range(-LARGEST, LARGEST))
    longest = Count(1, 10_000)
    earliest = day()
    latest = day()


class ChoiceIn(In):
    """One of the values to choose from; the key stays, the labels are shown."""

    key = fields.String(
        required=True, validate=Whole(CHOICE_KEY, error="Use a short name such as iso-14001.")
    )
    labels = Texts(required=True)


def _choices(**options: Any) -> fields.List[Any]:
    inner = fields.Nested(ChoiceIn)
    return fields.List(inner, validate=validate.Length(0, MOST_CHOICES), **options)


class CustomFieldChangeIn(In):
    """Any of its parts; what is absent stays. Values must fit afterwards too."""

    labels = Texts(required=True)
    hints = Texts()
    type = fields.String(validate=validate.OneOf(TYPES))
    is_required = fields.Boolean()
    limits = fields.Nested(LimitsIn)
    choices = _choices()
    audience = fields.String(validate=validate.OneOf(AUDIENCES))
    position = Count(1, 10_000)


class CustomFieldIn(In):
    """kind: of the organisations below that have the field. audience: who sees its values."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    key = fields.String(
        required=True, validate=Whole(FIELD_KEY, error="Use a short name such as green_jobs.")
    )
    labels = Texts(required=True)
    hints = Texts(load_default=dict)
    type = fields.String(required=True, validate=validate.OneOf(TYPES))
    is_required = fields.Boolean(load_default=False)
    limits = fields.Nested(LimitsIn, load_default=dict)
    choices = _choices(load_default=list)
    audience = fields.String(load_default="managers", validate=validate.OneOf(AUDIENCES))
    position = Count(1, 10_000, load_default=None, allow_none=True)


class LimitsOut(Schema):
    """As they were set."""

    least = fields.Float()
    most = fields.Float()
    longest = fields.Integer()
    earliest = fields.String()
    latest = fields.String()


class ChoiceOut(Schema):
    """One of the values to choose from."""

    key = fields.String(required=True)
    labels = TextsOut(required=True)


class CustomFieldOut(Schema):
    """A field. organisation_id: whose it is."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    organisation_id = fields.UUID(required=True)
    kind = fields.String(required=True)
    key = fields.String(required=True)
    labels = TextsOut(required=True)
    hints = TextsOut(required=True)
    type = fields.String(required=True)
    is_required = fields.Boolean(required=True)
    limits = fields.Nested(LimitsOut, required=True)
    choices = fields.List(fields.Nested(ChoiceOut), required=True)
    audience = fields.String(required=True)
    position = fields.Integer(required=True)
    created_at = Moment(required=True)
    archived_at = Moment(required=True, allow_none=True)


class CustomFieldArguments(ListArguments):
    """Filters of an organisation's fields."""

    with_archived = fields.Boolean(load_default=False)


class FilledOut(Schema):
    """A field to fill in for an organisation. name: what `custom` of its body calls the field."""

    name = fields.String(required=True)
    field = fields.Nested(CustomFieldOut, required=True)
    value = fields.Raw(
        required=True, allow_none=True, metadata={"description": "As the field's type has it"}
    )


class FilledListOut(Schema):
    """What one fills in for an organisation, in the order of a form."""

    items = fields.List(fields.Nested(FilledOut), required=True)
