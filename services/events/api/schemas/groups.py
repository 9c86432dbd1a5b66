"""Groups that one contact registers."""

from marshmallow import Schema, fields, validate

from services.events.actions.grouping import FEWEST, MOST
from services.events.api.schemas.base import In
from services.events.api.schemas.people import RegistrationOut
from shared.web.fields import Email, LanguageTag, Line, Moment


class ContactIn(In):
    """Who registers the others and answers for them; need not come."""

    name = Line(required=True, longest=200)
    email = Email(required=True)
    locale = LanguageTag(load_default=None, allow_none=True)


class CompanionIn(In):
    """One of the people; without an address they are told through the contact."""

    name = Line(required=True, longest=200)
    email = Email(load_default=None, allow_none=True)
    answers = fields.Dict(keys=fields.String(), load_default=dict)


class GroupIn(In):
    """together: all get seats at once, or all wait and are offered seats at once."""

    contact = fields.Nested(ContactIn, required=True)
    organisation_id = fields.UUID(load_default=None, allow_none=True)
    people = fields.List(
        fields.Nested(CompanionIn), required=True, validate=validate.Length(FEWEST, MOST)
    )
    together = fields.Boolean(load_default=True)


class ContactOut(Schema):
    """Who answers for the group."""

    name = fields.String(required=True)
    email = fields.String(required=True)
    locale = fields.String(required=True)


class ContactChangeIn(In):
    """Who answers for the group from now on, and why."""

    name = Line(longest=200)
    email = Email()
    locale = LanguageTag()
    reason = Line(required=True, longest=1000)


class GroupOut(Schema):
    """A group as it is now."""

    id = fields.UUID(required=True)
    workshop_id = fields.UUID(required=True)
    organisation_id = fields.UUID(required=True, allow_none=True)
    contact = fields.Nested(ContactOut, required=True)
    together = fields.Boolean(required=True)
    offer_expires_at = Moment(
        required=True, allow_none=True, metadata={"description": "While seats are held for it"}
    )
    registrations = fields.List(fields.Nested(RegistrationOut), required=True)
    created_at = Moment(required=True)
