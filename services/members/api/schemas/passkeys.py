"""Passkeys."""

from marshmallow import Schema, fields

from services.members.api.schemas.base import In
from shared.web.fields import Line, Moment


def credential() -> fields.Dict:
    """What the browser made."""
    return fields.Dict(
        keys=fields.String(),
        required=True,
        metadata={"description": "PublicKeyCredential.toJSON() of WebAuthn level 3"},
    )


class PasskeyIn(In):
    """A new passkey."""

    name = Line(required=True, longest=100)
    credential = credential()


class PasskeyEntryIn(In):
    """A passkey to sign in by."""

    credential = credential()


class OptionsOut(Schema):
    """publicKey: for navigator.credentials, in WebAuthn level 3's JSON form; for ten minutes."""

    public_key = fields.Dict(keys=fields.String(), required=True)


class PasskeyOut(Schema):
    """A passkey. is_synced: it is in a keychain that more devices have."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    is_synced = fields.Boolean(required=True)
    created_at = Moment(required=True)
    used_at = Moment(required=True, allow_none=True)
