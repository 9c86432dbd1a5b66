"""The base of every body."""

from typing import Any

from marshmallow import RAISE, Schema, fields, validate

from shared.web.fields import Line

SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 256


class In(Schema):
    """A body: unknown fields are errors."""

    class Meta:
        unknown = RAISE


class NameIn(In):
    """One form of a person's name."""

    kind = fields.String(required=True, validate=validate.OneOf(("native", "romanised")))
    given = Line(required=True, may_be_empty=True, longest=100)
    family = Line(required=True, longest=100)
    order = fields.String(
        load_default="family_first", validate=validate.OneOf(("family_first", "given_first"))
    )


class NameOut(Schema):
    """One form of a person's name."""

    kind = fields.String(required=True)
    given = fields.String(required=True)
    family = fields.String(required=True)
    order = fields.String(required=True)


def names_in(**options: Any) -> fields.List[Any]:
    """A person's names: one form at least, four at most."""
    return fields.List(fields.Nested(NameIn), validate=validate.Length(1, 4), **options)


def new_password(**options: Any) -> fields.String:
    """A password to be kept; its length is what matters (NIST SP 800-63B-4)."""
    length = validate.Length(SHORTEST_PASSWORD, LONGEST_PASSWORD)
    return fields.String(validate=length, load_only=True, **options)


def reason() -> Line:
    """Why; kept in the history."""
    return Line(load_default="", may_be_empty=True)
