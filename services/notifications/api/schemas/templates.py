"""Organisations' own words in the API."""

from collections.abc import Mapping
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from services.notifications.actions.own_words import EDITABLE
from shared.web.exporting import ListArguments
from shared.web.fields import LANGUAGE_TAG, LanguageTag, Line, Moment, Prose, Whole

MOST_LANGUAGES = 20
LONGEST_BODY = 20_000


class TextIn(Schema):
    """One language: Markdown with `{{ variables }}`."""

    class Meta:
        unknown = RAISE

    subject = Line(required=True)
    button = Line(required=True, longest=100)
    body = Prose(required=True, longest=LONGEST_BODY)

    @validates_schema
    def require_body(self, text: Mapping[str, Any], **_: Any) -> None:
        """Something is said."""
        if "body" in text and not text["body"]:
            raise ValidationError({"body": ["Write a text."]})


class WordsByLanguage(fields.Dict):
    """`{"en": {"subject", "button", "body"}, …}` (BCP 47 tags)."""

    def __init__(self, lowest: int = 1, **rest: Any):
        tag = fields.String(validate=Whole(f"^{LANGUAGE_TAG}$", error="Use a BCP 47 tag."))
        length = validate.Length(lowest, MOST_LANGUAGES)
        super().__init__(keys=tag, values=fields.Nested(TextIn), validate=length, **rest)


class TemplateIn(Schema):
    """A kind, and the words; without any it begins as the built-in ones."""

    class Meta:
        unknown = RAISE

    organisation_id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(EDITABLE))
    texts = WordsByLanguage(lowest=0, load_default=dict)


class TemplateChangeIn(Schema):
    """The languages that get a new version."""

    class Meta:
        unknown = RAISE

    texts = WordsByLanguage(required=True)


class PreviewIn(Schema):
    """texts: looked at instead of what is kept. Nothing is changed."""

    class Meta:
        unknown = RAISE

    locale = LanguageTag(load_default=None, allow_none=True)
    texts = WordsByLanguage(lowest=0, load_default=dict)


class TextOut(Schema):
    """One language."""

    subject = fields.String(required=True)
    button = fields.String(required=True)
    body = fields.String(required=True)


class WordsOut(fields.Dict):
    """language → its words."""

    def __init__(self, **rest: Any):
        super().__init__(keys=fields.String(), values=fields.Nested(TextOut), **rest)


class TemplateOut(Schema):
    """An organisation's own words. fault: why the built-in ones are sent instead."""

    id = fields.UUID(required=True)
    organisation_id = fields.UUID(required=True)
    kind = fields.String(required=True)
    version = fields.Integer(required=True)
    texts = WordsOut(required=True)
    variables = fields.List(fields.String(), required=True)
    fault = fields.String(required=True)
    changed_at = Moment(required=True)


class TemplateArguments(ListArguments):
    """Filters of the list."""

    organisation_id = fields.UUID()


class TemplateKindOut(Schema):
    """A kind of mail that organisations can word, with the built-in words."""

    kind = fields.String(required=True)
    category = fields.String(required=True)
    variables = fields.List(fields.String(), required=True)
    texts = WordsOut(required=True)


class TemplateVersionOut(TextOut):
    """One language as it was written once; author: a person's id, or `built in`."""

    locale = fields.String(required=True)
    number = fields.Integer(required=True)
    author = fields.String(required=True)
    created_at = Moment(required=True)


class TemplatePreviewOut(Schema):
    """As a mail of it reads."""

    language = fields.String(required=True)
    subject = fields.String(required=True)
    text = fields.String(required=True)
    html = fields.String(required=True)
