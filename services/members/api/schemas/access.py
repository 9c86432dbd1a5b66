"""Signing in and up, sessions, grants and the person's own page."""

from marshmallow import RAISE, Schema, fields, validate

from services.members.api.schemas.base import In, names_in, new_password
from services.members.api.schemas.people import PersonOut
from shared.foundation.identities import Role
from shared.web.exporting import ListArguments
from shared.web.fields import Economy, Email, LanguageTag, Line, Moment, Phone, Prose, TimeZone

LONGEST_TYPED = 1000


def entry_code() -> Line:
    """Of the second step."""
    return Line(
        load_default=None,
        allow_none=True,
        longest=40,
        metadata={"description": "After `second_factor_required`: of the app, or a recovery code"},
    )


class SignInIn(In):
    """An address and its password."""

    email = Email(required=True)
    password = fields.String(
        required=True, validate=validate.Length(0, LONGEST_TYPED), load_only=True
    )
    code = entry_code()


class SignedInOut(Schema):
    """expires_in: seconds."""

    access_token = fields.String(required=True)
    expires_in = fields.Integer(required=True)
    person = fields.Nested(PersonOut, required=True)


class AddressIn(In):
    """Where to mail a link."""

    email = Email(required=True)


class TokenIn(In):
    """The token of a mailed link."""

    token = Line(required=True, longest=100)


class EntryIn(TokenIn):
    """The token of a mailed link that signs in."""

    code = entry_code()


class PasswordResetIn(TokenIn):
    """The token of a mailed link, and the new password."""

    password = new_password(required=True)


class SignUpIn(In):
    """Who wants an account; without a password they sign in by mailed links."""

    names = names_in(required=True)
    email = Email(required=True)
    password = new_password(load_default=None, allow_none=True)
    locale = LanguageTag(load_default="en")


class NothingOut(Schema):
    """An empty object."""


class KeyOut(Schema):
    """A public key (RFC 8037)."""

    kty = fields.String(required=True)
    crv = fields.String(required=True)
    x = fields.String(required=True)
    kid = fields.String(required=True)
    alg = fields.String(required=True)
    use = fields.String(required=True)


class KeySetOut(Schema):
    """Public keys (RFC 7517)."""

    keys = fields.List(fields.Nested(KeyOut), required=True)


class GrantIn(In):
    """What a person may do. Without organisation_id: everywhere."""

    person_id = fields.UUID(required=True)
    role = fields.String(required=True, validate=validate.OneOf([role.value for role in Role]))
    organisation_id = fields.UUID(load_default=None, allow_none=True)
    subtree = fields.Boolean(load_default=True)
    expires_at = Moment(load_default=None, allow_none=True)


class GrantOut(Schema):
    """What a person may do."""

    id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    role = fields.String(required=True)
    organisation_id = fields.UUID(required=True, allow_none=True)
    subtree = fields.Boolean(required=True)
    expires_at = Moment(required=True, allow_none=True)


class GrantArguments(ListArguments):
    """Filters of the list of grants."""

    person_id = fields.UUID()
    organisation_id = fields.UUID()
    role = fields.String(validate=validate.OneOf([role.value for role in Role]))


class RevokeArguments(Schema):
    """at_once: the person is signed out, so that no token of theirs outlives the grant."""

    class Meta:
        unknown = RAISE

    at_once = fields.Boolean(load_default=False)


class MeIn(In):
    """Any of one's own fields; what is absent stays."""

    names = names_in()
    phone = Phone(allow_none=True)
    economy = Economy(allow_none=True)
    locale = LanguageTag()
    time_zone = TimeZone()
    accessibility_needs = Prose(longest=2000, allow_none=True)
    gender = Line(longest=60, allow_none=True)


class MeOut(Schema):
    """Oneself. email: what one signs in with."""

    person = fields.Nested(PersonOut, required=True)
    email = fields.String(required=True)
    locale = fields.String(required=True)
    time_zone = fields.String(required=True)
    grants = fields.List(fields.Nested(GrantOut), required=True)
