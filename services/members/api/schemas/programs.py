"""Personal tokens and sessions: what asks in a person's name."""

from marshmallow import Schema, fields, validate

from services.members.api.schemas.base import In
from shared.foundation.identities import SCOPES
from shared.web.exporting import ListArguments
from shared.web.fields import Line, Moment

LONGEST_NAME = 100


class PersonalTokenIn(In):
    """A token for a program. Without expires_at it is good for 90 days."""

    name = Line(required=True, longest=LONGEST_NAME)
    scopes = fields.List(
        fields.String(validate=validate.OneOf(SCOPES)),
        required=True,
        validate=validate.Length(1, len(SCOPES)),
        metadata={"description": "To write is to read too"},
    )
    expires_at = Moment(load_default=None, allow_none=True)


class PersonalTokenOut(Schema):
    """A token; its text was shown when it was made. used_at: at any service, to some minutes."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    scopes = fields.List(fields.String(), required=True)
    created_at = Moment(required=True)
    expires_at = Moment(required=True)
    used_at = Moment(required=True, allow_none=True)


class NewTokenOut(PersonalTokenOut):
    """A token with its text, which is shown now and never again."""

    token = fields.String(
        required=True, metadata={"description": "For `Authorization: Bearer`, at every service"}
    )


class SessionOut(Schema):
    """Where one is signed in. agent: browser or program. is_this_one: the one that asks."""

    id = fields.UUID(required=True)
    agent = fields.String(required=True)
    address = fields.String(required=True)
    opened_at = Moment(required=True)
    renewed_at = Moment(required=True)
    expires_at = Moment(required=True)
    is_this_one = fields.Boolean(required=True)


class OwnArguments(ListArguments):
    """Of lists of one's own."""
