"""The base of every body."""

from marshmallow import RAISE, Schema


class In(Schema):
    """A body: unknown fields are errors."""

    class Meta:
        unknown = RAISE
