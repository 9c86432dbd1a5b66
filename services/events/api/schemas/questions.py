"""Questions of registration forms and surveys."""

from typing import Any, Final

from marshmallow import Schema, fields, validate

from services.events.api.schemas.base import In
from services.events.model.form import BALANCES, FILE_KINDS, MOST_BYTES, QUESTION_KINDS
from shared.web.fields import Count, Line, Texts, TextsOut, Whole


class OptionIn(fields.Field[dict[str, Any]]):
    """One option of a choice: a text, or {"value", "labels"}; kept as the latter."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> dict[str, Any]:
        found = {"value": value} if isinstance(value, str) else value
        loaded: dict[str, Any] = OPTION.load(found)
        return loaded


class OptionObjectIn(In):
    """An option; without labels its value is shown."""

    value = Line(required=True, longest=200)
    labels = Texts(load_default=dict)


OPTION: Final = OptionObjectIn()


class ConditionIn(In):
    """Ask only when that question, further up, is answered by one of these."""

    key = Line(required=True, longest=60)
    is_one_of = fields.List(Line(), required=True, validate=validate.Length(1, 100))


class QuestionIn(In):
    """One question of the registration form."""

    key = fields.String(
        required=True,
        validate=Whole(r"[\w-]{1,60}", error="Use letters, digits, - and _ for a key."),
    )
    kind = fields.String(required=True, validate=validate.OneOf(QUESTION_KINDS))
    labels = Texts(required=True)
    hints = Texts(load_default=dict)
    options = fields.List(OptionIn(), load_default=list, validate=validate.Length(0, 100))
    is_required = fields.Boolean(load_default=False)
    shown_if = fields.Nested(ConditionIn, load_default=None, allow_none=True)
    counts_as = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.OneOf(BALANCES),
        metadata={"description": "Of the balance: answers are shown in totals alone"},
    )
    accepts = fields.List(
        fields.String(validate=validate.OneOf(FILE_KINDS)),
        validate=validate.Length(1, len(FILE_KINDS)),
        metadata={"description": "Of a file: its kinds; all of them where nothing is said"},
    )
    most_bytes = Count(
        1, MOST_BYTES, metadata={"description": "Of a file; 20 MiB for all files of a form"}
    )


class OptionOut(Schema):
    """One option of a choice."""

    value = fields.String(required=True)
    labels = TextsOut(required=True)


class ConditionOut(Schema):
    """When a question is asked."""

    key = fields.String(required=True)
    is_one_of = fields.List(fields.String(), required=True)


class QuestionOut(Schema):
    """One question of the registration form."""

    key = fields.String(required=True)
    kind = fields.String(required=True)
    labels = TextsOut(required=True)
    hints = TextsOut()
    options = fields.List(fields.Nested(OptionOut))
    is_required = fields.Boolean()
    shown_if = fields.Nested(ConditionOut, allow_none=True)
    counts_as = fields.String(allow_none=True)
    accepts = fields.List(fields.String())
    most_bytes = fields.Integer()
