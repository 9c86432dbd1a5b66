"""Committees, working groups and their seats."""

from marshmallow import Schema, fields, validate

from services.members.api.schemas.base import In
from services.members.api.schemas.people import AppointmentOut, day
from services.members.model.body import BODY_KINDS, SEAT_ROLES
from shared.web.exporting import ListArguments
from shared.web.fields import Moment, Texts, TextsOut


class BodyIn(In):
    """A committee or working group."""

    kind = fields.String(required=True, validate=validate.OneOf(BODY_KINDS))
    names = Texts(required=True)


class BodyChangeIn(In):
    """Its names."""

    names = Texts(required=True)


class BodyOut(Schema):
    """A committee or working group of an organisation."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    organisation_id = fields.UUID(required=True)
    kind = fields.String(required=True)
    names = TextsOut(required=True)
    dissolved_at = Moment(required=True, allow_none=True)


class BodyArguments(ListArguments):
    """Filters of an organisation's bodies."""

    with_dissolved = fields.Boolean(load_default=False)


class SeatIn(In):
    """organisation_id: whose seat it is, which fills it; without one the body's organisation."""

    role = fields.String(required=True, validate=validate.OneOf(SEAT_ROLES))
    organisation_id = fields.UUID(load_default=None, allow_none=True)


class SeatOut(Schema):
    """A seat. holders: for those who may know; who sits there or will, and who stands in."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    body_id = fields.UUID(required=True)
    role = fields.String(required=True)
    organisation_id = fields.UUID(required=True, allow_none=True)
    removed_at = Moment(required=True, allow_none=True)
    holders = fields.List(fields.Nested(AppointmentOut))


class FillIn(In):
    """Who sits there; from today unless said otherwise."""

    person_id = fields.UUID(required=True)
    starts_on = day(data_key="from", load_default=None, allow_none=True)
    ends_on = day(data_key="to", load_default=None, allow_none=True)
