"""Calendar feeds."""

from marshmallow import Schema, fields


class CalendarFeedOut(Schema):
    """The address that calendar programs ask; whoever has it reads the calendar."""

    url = fields.String(required=True)
