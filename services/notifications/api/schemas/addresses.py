"""Addresses for chat, SMS and push in the API."""

from collections.abc import Mapping
from typing import Any, Final

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from services.notifications.actions.naming_addresses import KINDS, OPTIONAL_FIELDS, fields_of
from shared.web.fields import Line, Moment, Phone

LONGEST_URL: Final = 1000


class AddressIn(Schema):
    """A chat by its kind and plain fields, or by an address; or a phone.

    A chat's address is one of Apprise (`slack://…`), or its webhook's own (`https://…`).
    """

    class Meta:
        unknown = RAISE

    channel = fields.String(required=True, validate=validate.OneOf(("chat", "sms")))
    kind = fields.String(validate=validate.OneOf(tuple(KINDS)))
    url = Line(longest=LONGEST_URL)
    server = Line(longest=300)
    token = Line(longest=300)
    target = Line(longest=200)
    phone = Phone()

    @validates_schema
    def require_what_belongs(self, body: Mapping[str, Any], **_: Any) -> None:
        """A phone for SMS, an address or a kind for a chat, with its fields and no others."""
        channel = body.get("channel")
        given = {name for name in body if name != "channel"}
        if channel == "sms":
            _require({"phone"}, given, set())
        elif "url" in given:
            _require({"url"}, given, {"kind"})
        elif channel == "chat":
            if "kind" not in given:
                raise ValidationError({"kind": ["Name the kind of chat, or its url."]})
            kind = body["kind"]
            optional = set(OPTIONAL_FIELDS.get(kind, ()))
            _require(set(fields_of(kind)) - optional, given, optional | {"kind"})


def _require(needed: set[str], given: set[str], optional: set[str]) -> None:
    wrong = {name: ["Missing data for required field."] for name in needed - given}
    wrong |= {name: ["It does not belong to this."] for name in given - needed - optional}
    if wrong:
        raise ValidationError(wrong)


class AddressOut(Schema):
    """An address, without its secrets."""

    id = fields.UUID(required=True)
    channel = fields.String(required=True)
    kind = fields.String(required=True)
    label = fields.String(required=True, metadata={"description": "Enough to know it by"})
    state = fields.String(required=True, metadata={"description": "unconfirmed, active or ended"})
    reason = fields.String(required=True, metadata={"description": "Why it has ended"})
    created_at = Moment(required=True)
    confirmed_at = Moment(required=True, allow_none=True)


class CodeIn(Schema):
    """The code that came."""

    class Meta:
        unknown = RAISE

    code = Line(required=True, longest=20)


class KeysIn(Schema):
    """A browser's, in URL-safe Base64."""

    class Meta:
        unknown = RAISE

    p256dh = Line(required=True, longest=120)
    auth = Line(required=True, longest=40)


class SubscriptionIn(Schema):
    """What `PushSubscription.toJSON()` gives."""

    class Meta:
        unknown = RAISE

    endpoint = Line(required=True, longest=LONGEST_URL)
    keys = fields.Nested(KeysIn, required=True)
    expires_ms = fields.Integer(load_default=None, allow_none=True, data_key="expirationTime")
    label = Line(load_default="", may_be_empty=True, longest=100)


class PushKeyOut(Schema):
    """What a browser subscribes with: its `applicationServerKey`."""

    public_key = fields.String(required=True)
