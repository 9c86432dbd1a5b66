"""Organisations' own identity providers."""

from marshmallow import Schema, fields, validate

from services.members.api.schemas.base import In
from shared.web.exporting import ListArguments
from shared.web.fields import Line, Moment


class ProviderIn(In):
    """An OpenID Connect provider. client_secret absent: as it was, or none (a public client)."""

    issuer = Line(required=True, longest=500)
    client_id = Line(required=True, longest=500)
    client_secret = Line(load_default=None, allow_none=True, longest=1000, load_only=True)
    mail_domains = fields.List(
        Line(longest=253),
        required=True,
        validate=validate.Length(1, 50),
        metadata={"description": "Of the addresses that the provider vouches for"},
    )


class ProviderOut(Schema):
    """A provider. approved_at null: an operator has not looked at it, nobody comes in by it."""

    organisation_id = fields.UUID(required=True)
    issuer = fields.String(required=True)
    client_id = fields.String(required=True)
    has_client_secret = fields.Boolean(required=True)
    mail_domains = fields.List(fields.String(), required=True)
    redirect_uri = fields.String(
        required=True, metadata={"description": "To be registered at the provider"}
    )
    created_at = Moment(required=True)
    approved_at = Moment(required=True, allow_none=True)


class ProviderArguments(ListArguments):
    """Filters of the list of providers."""

    is_approved = fields.Boolean()
