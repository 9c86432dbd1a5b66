"""Organisations and memberships."""

from typing import Any

from marshmallow import Schema, fields, validate

from services.members.api.schemas.base import In
from services.members.api.schemas.people import day
from services.members.model.custom_field import MOST_FIELDS
from services.members.model.identifier_schemes import SCHEME
from services.members.model.membership import STATES
from services.members.model.organisation import KINDS
from shared.web.exporting import ListArguments
from shared.web.fields import (
    Count,
    Economy,
    EconomyOut,
    Email,
    Line,
    Phone,
    Prose,
    Texts,
    TextsOut,
    Web,
    Whole,
)

MOST_STAFF = 100_000_000


def custom_in(**options: Any) -> fields.Dict:
    """Values of custom fields: by the field's key, or its id where several have the key."""
    return fields.Dict(
        keys=fields.String(validate=validate.Length(1, 40)),
        values=fields.Raw(allow_none=True),
        validate=validate.Length(0, MOST_FIELDS),
        metadata={
            "description": "Key of a custom field → its value, or null; what is absent stays"
        },
        **options,
    )


class IdentifierIn(In):
    """What others know it by; schemes of states and ISO (tw-ubn, jp-cn, kr-brn, lei …) are checked,
    and no two organisations share their numbers; other schemes are free."""

    scheme = fields.String(
        required=True, validate=Whole(SCHEME, error="Use a name such as tw-ubn.")
    )
    value = Line(required=True, longest=100)


class OrganisationIn(In):
    """An organisation as those who manage it write it."""

    names = Texts(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    economy = Economy(load_default=None, allow_none=True)
    identifiers = fields.List(
        fields.Nested(IdentifierIn), load_default=list, validate=validate.Length(0, 20)
    )
    sector = Line(longest=200, load_default=None, allow_none=True)
    staff_count = Count(0, MOST_STAFF, load_default=None, allow_none=True)
    email = Email(load_default=None, allow_none=True)
    phone = Phone(load_default=None, allow_none=True)
    url = Web(load_default=None, allow_none=True)
    address = Prose(longest=1000, load_default=None, allow_none=True)
    custom = custom_in(load_default=dict)


class OrganisationChangeIn(In):
    """Any of an organisation's fields; what is absent stays."""

    names = Texts(required=True)
    kind = fields.String(validate=validate.OneOf(KINDS))
    economy = Economy(allow_none=True)
    identifiers = fields.List(fields.Nested(IdentifierIn), validate=validate.Length(0, 20))
    sector = Line(longest=200, allow_none=True)
    staff_count = Count(0, MOST_STAFF, allow_none=True)
    email = Email(allow_none=True)
    phone = Phone(allow_none=True)
    url = Web(allow_none=True)
    address = Prose(longest=1000, allow_none=True)
    custom = custom_in()


class IdentifierOut(Schema):
    """What others know it by."""

    scheme = fields.String(required=True)
    value = fields.String(required=True)


class OrganisationOut(Schema):
    """What is public of it; the rest is there for those who manage or may read it."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    names = TextsOut(required=True)
    kind = fields.String(required=True)
    economy = EconomyOut(required=True, allow_none=True)
    sector = fields.String(required=True, allow_none=True)
    identifiers = fields.List(fields.Nested(IdentifierOut))
    staff_count = fields.Integer(allow_none=True)
    email = fields.String(allow_none=True)
    phone = fields.String(allow_none=True)
    url = fields.String(allow_none=True)
    address = fields.String(allow_none=True)
    custom = fields.Dict(
        keys=fields.String(),
        values=fields.Raw(allow_none=True),
        required=True,
        metadata={"description": "Key of a custom field → its value, of those that the asker sees"},
    )


class OrganisationArguments(ListArguments):
    """Filters of the list of organisations."""

    kind = fields.String(validate=validate.OneOf(KINDS))
    economy = Economy()
    member_of = fields.UUID(metadata={"description": "Direct, active members of this one"})
    q = Line(longest=100, metadata={"description": "Words of a name, in any script"})
    custom = fields.List(
        Line(longest=400),
        load_default=list,
        validate=validate.Length(0, 10),
        metadata={
            "description": "KEY:VALUE of a custom field, all of which hold. Texts contain every "
            "word; numbers and days may be a range, as 10..20 or ..2026-12-31"
        },
    )
    sort = fields.String(load_default="name", validate=validate.OneOf(("name", "-name")))


class MembershipIn(In):
    """Who would belong to whom; from today unless said otherwise."""

    member_id = fields.UUID(required=True)
    host_id = fields.UUID(required=True)
    type = Line(longest=60, load_default="member")
    starts_on = day(load_default=None, allow_none=True)
    ends_on = day(load_default=None, allow_none=True)


class MembershipOut(Schema):
    """Who belongs to whom."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    member_id = fields.UUID(required=True)
    host_id = fields.UUID(required=True)
    type = fields.String(required=True)
    state = fields.String(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True, allow_none=True)
    lapses_on = fields.Date(
        required=True, allow_none=True, metadata={"description": "The last day of grace"}
    )


class MembershipArguments(ListArguments):
    """Filters of the list of memberships."""

    member_id = fields.UUID()
    host_id = fields.UUID()
    state = fields.String(validate=validate.OneOf(STATES))
