"""Invitations to take an account."""

from marshmallow import Schema, fields, validate

from services.members.api.schemas.access import EntryIn
from services.members.api.schemas.base import In, names_in, new_password
from services.members.model.invitation import STATES
from shared.foundation.identities import Role
from shared.web.exporting import ListArguments
from shared.web.fields import Email, LanguageTag, Line, Moment


class InvitationIn(In):
    """Whom to invite. With a role a grant comes with it, which the asker must hold themselves.

    Without organisation_id: an operator's invitation to the whole site.
    """

    email = Email(required=True)
    name = Line(
        load_default="",
        may_be_empty=True,
        longest=100,
        metadata={"description": "For the greeting of the mail"},
    )
    locale = LanguageTag(load_default="en")
    organisation_id = fields.UUID(load_default=None, allow_none=True)
    role = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.OneOf([role.value for role in Role]),
    )
    subtree = fields.Boolean(load_default=True)
    grant_expires_at = Moment(load_default=None, allow_none=True)


class InvitationOut(Schema):
    """An invitation."""

    id = fields.UUID(required=True)
    email = fields.String(required=True)
    name = fields.String(required=True)
    locale = fields.String(required=True)
    organisation_id = fields.UUID(required=True, allow_none=True)
    role = fields.String(required=True, allow_none=True)
    subtree = fields.Boolean(required=True)
    grant_expires_at = Moment(required=True, allow_none=True)
    state = fields.String(required=True, metadata={"enum": list(STATES)})
    invited_by = fields.UUID(required=True)
    created_at = Moment(required=True)
    sent_at = Moment(required=True)
    expires_at = Moment(required=True)
    accepted_at = Moment(required=True, allow_none=True)


class InvitationArguments(ListArguments):
    """Filters of the list of invitations."""

    organisation_id = fields.UUID()
    state = fields.String(validate=validate.OneOf(STATES))


class AcceptanceIn(EntryIn):
    """The token of the mailed link; names of somebody who is not known here yet."""

    names = names_in(load_default=list)
    password = new_password(load_default=None, allow_none=True)
