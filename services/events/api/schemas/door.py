"""Tickets, check-in lists, scans and attendance."""

from marshmallow import Schema, fields, validate

from services.events.api.schemas.base import In
from services.events.model.door import DIRECTIONS, VERDICTS
from shared.web.exporting import ListArguments
from shared.web.fields import Email, LanguageTag, Line, Moment, Texts, TextsOut

LONGEST_CODE = 300


class TicketOut(Schema):
    """A ticket: what its QR code says, and what to type where no scanner is."""

    registration_id = fields.UUID(required=True)
    workshop_id = fields.UUID(required=True)
    name = fields.String(required=True)
    state = fields.String(required=True)
    code = fields.String(required=True, metadata={"description": "Signed; in the QR code"})
    short_code = fields.String(required=True)


class TicketKeyOut(Schema):
    """A public key that verifies tickets offline (RFC 8037)."""

    kid = fields.String(required=True)
    kty = fields.String(required=True)
    crv = fields.String(required=True)
    x = fields.String(required=True)
    alg = fields.String(required=True)
    use = fields.String(required=True)


class TicketKeysOut(Schema):
    """All of them (RFC 7517)."""

    keys = fields.List(fields.Nested(TicketKeyOut), required=True)


class CheckInListIn(In):
    """Who may enter where."""

    titles = Texts(required=True)
    session_id = fields.UUID(load_default=None, allow_none=True)


class CheckInListChangeIn(In):
    """Any of a list's fields."""

    titles = Texts()
    session_id = fields.UUID(allow_none=True)
    is_open = fields.Boolean()


class CheckInListOut(Schema):
    """Who may enter where; the token is the door's bearer, for the organizers to hand on."""

    id = fields.UUID(required=True)
    workshop_id = fields.UUID(required=True)
    session_id = fields.UUID(required=True, allow_none=True)
    titles = TextsOut(required=True)
    is_open = fields.Boolean(required=True)
    link_token = fields.String(required=True)


class ScanIn(In):
    """One scan. scan_id: the scanner's own; the same again is the same scan."""

    code = Line(required=True, longest=LONGEST_CODE)
    list_id = fields.UUID(load_default=None, allow_none=True)
    scanned_at = Moment(required=True)
    scan_id = Line(required=True, longest=100)
    direction = fields.String(load_default="in", validate=validate.OneOf(DIRECTIONS))


class ScansIn(In):
    """Scans that were made offline, in any order."""

    scans = fields.List(
        fields.Nested(ScanIn), required=True, validate=validate.Length(min=1, max=500)
    )


class WalkInIn(In):
    """Somebody who comes without a registration."""

    name = Line(required=True, longest=200)
    email = Email(required=True)
    locale = LanguageTag(load_default="en")
    organisation_id = fields.UUID(load_default=None, allow_none=True)
    list_id = fields.UUID(load_default=None, allow_none=True)
    scan_id = Line(required=True, longest=100)
    scanned_at = Moment(required=True)


class ScannedPersonOut(Schema):
    """Whose ticket it is."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    state = fields.String(required=True)
    organisation_id = fields.UUID(required=True, allow_none=True)


class CheckInOut(Schema):
    """A scan as it was kept. reason: why refused, or what it repeats."""

    id = fields.UUID(required=True)
    workshop_id = fields.UUID(required=True)
    list_id = fields.UUID(required=True, allow_none=True)
    scan_id = fields.String(required=True)
    direction = fields.String(required=True)
    verdict = fields.String(required=True, validate=validate.OneOf(VERDICTS))
    reason = fields.String(required=True)
    scanned_at = Moment(required=True)
    counts_at = Moment(required=True)
    received_at = Moment(required=True)
    registration = fields.Nested(ScannedPersonOut, required=True, allow_none=True)


class ScansOut(Schema):
    """As many as were sent, in their order."""

    items = fields.List(fields.Nested(CheckInOut), required=True)


class CheckInArguments(ListArguments):
    """Filters of a workshop's scans."""

    verdict = fields.String(validate=validate.OneOf(VERDICTS))
    list_id = fields.UUID()
    registration_id = fields.UUID()


class AttendanceOut(Schema):
    """Who was there, from when to when, and for how long."""

    registration_id = fields.UUID(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True)
    organisation_id = fields.UUID(required=True, allow_none=True)
    state = fields.String(required=True)
    first_in = Moment(required=True, allow_none=True)
    last_out = Moment(required=True, allow_none=True)
    hours = fields.Float(required=True)
    is_in = fields.Boolean(required=True)
    scans = fields.Integer(required=True)


class AttendanceArguments(ListArguments):
    """Query of the attendance."""


class DoorPersonOut(Schema):
    """Somebody whom the door lets in."""

    registration_id = fields.UUID(required=True)
    short_code = fields.String(required=True)
    name = fields.String(required=True)
    organisation = fields.String(required=True)
    is_in = fields.Boolean(required=True)


class DoorOut(Schema):
    """All that a phone needs to check people in without a connection."""

    workshop_id = fields.UUID(required=True)
    list_id = fields.UUID(required=True)
    titles = TextsOut(required=True)
    workshop_titles = TextsOut(required=True)
    as_of = Moment(required=True)
    keys = fields.List(fields.Nested(TicketKeyOut), required=True)
    people = fields.List(fields.Nested(DoorPersonOut), required=True)
