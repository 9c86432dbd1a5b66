"""The second step of signing in."""

from marshmallow import Schema, fields

from services.members.api.schemas.base import In
from shared.web.fields import Line, Moment


class CodeIn(In):
    """A code of the app, or a recovery code."""

    code = Line(required=True, longest=40)


class StandingOut(Schema):
    """Whether a code is asked for after the password."""

    is_on = fields.Boolean(required=True)
    since = Moment(required=True, allow_none=True)
    recovery_codes_left = fields.Integer(required=True)


class SetUpOut(Schema):
    """What to give to the app; nothing is asked for until its first code was confirmed."""

    secret = fields.String(required=True, metadata={"description": "Base32, for typing"})
    uri = fields.String(required=True, metadata={"description": "otpauth://, for a QR code"})


class RecoveryCodesOut(Schema):
    """Each signs in once without the app. Shown now and never again."""

    recovery_codes = fields.List(fields.String(), required=True)
