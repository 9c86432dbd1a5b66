"""Purposes that people's consent is asked for, their texts, and consents."""

from typing import Any

from marshmallow import Schema, fields, validate

from services.members.api.schemas.base import In
from services.members.model.consent import PURPOSE_KEY, WAYS
from shared.foundation.languages import LANGUAGES
from shared.web.exporting import ListArguments
from shared.web.fields import Moment, Texts, TextsOut, Whole

LONGEST = 20_000


class ConsentTextIn(In):
    """The words in which people are asked."""

    titles = Texts(required=True)
    texts = Texts(required=True, is_prose=True, longest=LONGEST)


class ConsentPurposeIn(ConsentTextIn):
    """key: by which programs know the purpose; it stays."""

    key = fields.String(
        required=True, validate=Whole(PURPOSE_KEY, error="Use a short name such as newsletter.")
    )


class ConsentTextOut(Schema):
    """One version. hash: SHA-256, in hex, of {"texts", "titles"} as JSON in UTF-8 with sorted keys
    and no blanks."""

    number = fields.Integer(required=True)
    titles = TextsOut(required=True)
    texts = TextsOut(required=True)
    hash = fields.String(required=True)
    published_at = Moment(required=True)


class ConsentPurposeOut(Schema):
    """A purpose. text_number: the version that is asked with now."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    organisation_id = fields.UUID(required=True)
    key = fields.String(required=True)
    text_number = fields.Integer(required=True)
    created_at = Moment(required=True)
    archived_at = Moment(required=True, allow_none=True)


class ConsentPurposeArguments(ListArguments):
    """Filters of an organisation's purposes."""

    with_archived = fields.Boolean(load_default=False)


class ConsentIn(In):
    """text_hash: of the words that the person was shown and agrees to."""

    purpose_id = fields.UUID(required=True)
    text_hash = fields.String(
        required=True, validate=Whole(r"^[0-9a-f]{64}$", error="Use the hash of the text.")
    )
    language = fields.String(load_default="en", validate=validate.OneOf(LANGUAGES))


class ConsentOut(Schema):
    """A consent with its evidence; where it was given from is the person's own to see."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    purpose_id = fields.UUID(required=True)
    purpose_key = fields.String(required=True)
    organisation_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    text_number = fields.Integer(required=True)
    text_hash = fields.String(required=True)
    language = fields.String(required=True)
    given_at = Moment(required=True)
    given_way = fields.String(required=True, validate=validate.OneOf(WAYS))
    withdrawn_at = Moment(required=True, allow_none=True)
    withdrawn_way = fields.String(required=True, allow_none=True, validate=validate.OneOf(WAYS))


class OwnConsentOut(ConsentOut):
    """One's own, with the addresses."""

    given_place = fields.String(required=True, allow_none=True)
    withdrawn_place = fields.String(required=True, allow_none=True)


class QuestionOut(Schema):
    """What one is asked, in its newest words. consent: what one has given that holds."""

    purpose = fields.Nested(ConsentPurposeOut, required=True)
    words = fields.Nested(ConsentTextOut, required=True)
    consent: Any = fields.Nested(OwnConsentOut, required=True, allow_none=True)


class QuestionsOut(Schema):
    """All that one is asked."""

    items = fields.List(fields.Nested(QuestionOut), required=True)
