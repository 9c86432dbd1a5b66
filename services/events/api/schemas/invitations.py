"""Invitations to register for a workshop."""

from typing import Final

from marshmallow import Schema, fields, validate

from services.events.api.schemas.base import In, PersonOrAddressIn
from services.events.model.workshop_invitation import INVITATION_STATES
from shared.web.exporting import ListArguments
from shared.web.fields import LanguageTag, Line, Moment

MOST: Final = 500
VERDICTS: Final = ("new", "invited", "registered")


class InviteeIn(PersonOrAddressIn):
    """Whom to invite: a person, or a name with an address."""


class InvitationsIn(In):
    """Several at once. dry_run: say what would come of it, and do nothing."""

    people = fields.List(fields.Nested(InviteeIn), required=True, validate=validate.Length(1, MOST))
    expires_at = Moment(load_default=None, allow_none=True)
    dry_run = fields.Boolean(load_default=False)


class WorkshopInvitationOut(Schema):
    """An invitation. registration_id: what came of it."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    workshop_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True, allow_none=True)
    name = fields.String(required=True)
    email = fields.String(required=True)
    locale = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(INVITATION_STATES))
    expires_at = Moment(required=True, allow_none=True)
    registration_id = fields.UUID(required=True, allow_none=True)
    created_at = Moment(required=True)


class InvitedOut(Schema):
    """What came of one of several; invited, registered: before."""

    verdict = fields.String(required=True, validate=validate.OneOf(VERDICTS))
    name = fields.String(required=True)
    email = fields.String(required=True)
    invitation = fields.Nested(WorkshopInvitationOut, required=True, allow_none=True)


class CountsOfInvited(Schema):
    """How many of each verdict."""

    new = fields.Integer(required=True)
    invited = fields.Integer(required=True)
    registered = fields.Integer(required=True)


class InvitationsOut(Schema):
    """In the order in which they were sent."""

    items = fields.List(fields.Nested(InvitedOut), required=True)
    counts = fields.Nested(CountsOfInvited, required=True)


class InvitationArguments(ListArguments):
    """Filters of a workshop's invitations."""

    state = fields.String(validate=validate.OneOf(INVITATION_STATES))


class InvitedRegistrationIn(In):
    """How the invited person registers; absent, name and language are those of the invitation."""

    name = Line(load_default=None, allow_none=True, longest=200)
    locale = LanguageTag(load_default=None, allow_none=True)
    organisation_id = fields.UUID(load_default=None, allow_none=True)
    answers = fields.Dict(keys=fields.String(), load_default=dict)
