"""The base of every body, and of those that name somebody."""

from collections.abc import Mapping
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validates_schema

from shared.web.fields import Email, LanguageTag, Line


class In(Schema):
    """A body: unknown fields are errors."""

    class Meta:
        unknown = RAISE


class PersonOrAddressIn(In):
    """Whom to write to: a person, or a name with an address."""

    person_id = fields.UUID(load_default=None, allow_none=True)
    name = Line(load_default=None, allow_none=True, longest=200)
    email = Email(load_default=None, allow_none=True)
    locale = LanguageTag(load_default="en")

    @validates_schema(skip_on_field_errors=True)
    def require_one(self, values: Mapping[str, Any], **_: Any) -> None:
        """Exactly one way of naming."""
        has_both = bool(values["name"]) and bool(values["email"])
        has_any = bool(values["name"]) or bool(values["email"])
        if has_any if values["person_id"] else not has_both:
            raise ValidationError("Give person_id, or a name with an email.", "person_id")
