"""Webhooks in the API: what is posted where, and what came of each post."""

from collections.abc import Mapping
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from services.notifications.queries.webhook_scopes import PATTERNS, TYPES
from shared.web.api import ActionSchema
from shared.web.exporting import ListArguments
from shared.web.fields import Line, Moment

LONGEST_URL = 1000
ORDER = "The span ends before it begins."


class MessageTypes(fields.List[Any]):
    """Types of messages, or all that one service tells: `plenary.events.*`."""

    def __init__(self, **rest: Any):
        one = fields.String(validate=validate.OneOf([*PATTERNS, *TYPES]))
        super().__init__(one, validate=validate.Length(1, len(TYPES)), **rest)


class WebhookIn(Schema):
    """What is posted, and where to."""

    class Meta:
        unknown = RAISE

    organisation_id = fields.UUID(required=True)
    url = Line(required=True, longest=LONGEST_URL, metadata={"description": "https://…"})
    types = MessageTypes(required=True)
    subtree = fields.Boolean(
        load_default=False, metadata={"description": "Also of all organisations below"}
    )
    description = Line(load_default="", may_be_empty=True)


class WebhookChangeIn(Schema):
    """What changes of it."""

    class Meta:
        unknown = RAISE

    url = Line(longest=LONGEST_URL)
    types = MessageTypes()
    subtree = fields.Boolean()
    description = Line(may_be_empty=True)


class WebhookOut(Schema):
    """A webhook and how it goes. reason: why it is disabled."""

    id = fields.UUID(required=True)
    organisation_id = fields.UUID(required=True)
    url = fields.String(required=True)
    types = fields.List(fields.String(), required=True)
    subtree = fields.Boolean(required=True)
    description = fields.String(required=True)
    state = fields.String(required=True)
    reason = fields.String(required=True)
    failing_since = Moment(required=True, allow_none=True)
    old_secret_until = Moment(required=True, allow_none=True)
    created_at = Moment(required=True)


class NewWebhookOut(WebhookOut):
    """A webhook with its secret, which is shown this once."""

    secret = fields.String(required=True, metadata={"description": "whsec_…"})


class TestedOut(Schema):
    """The message that is posted to try the webhook."""

    message_id = fields.UUID(required=True)


class AttemptArguments(ListArguments):
    """Filters of the log."""

    message_id = fields.UUID()
    outcome = fields.String(validate=validate.OneOf(["sent", "failed"]))


class WebhookAttemptOut(Schema):
    """One post. status: HTTP's, null where none came; answer: its first 1,024 bytes."""

    number = fields.Integer(required=True)
    message_id = fields.UUID(required=True)
    type = fields.String(required=True)
    at = Moment(required=True)
    outcome = fields.String(required=True)
    status = fields.Integer(required=True, allow_none=True)
    duration_ms = fields.Integer(required=True)
    answer = fields.String(required=True)
    detail = fields.String(required=True)
    state = fields.String(required=True, metadata={"description": "Of the message now"})
    due_at = Moment(required=True, allow_none=True, metadata={"description": "The next try"})


class ReplayIn(ActionSchema):
    """One message, or what was told in a span; without either all that it did not get."""

    class Meta:
        unknown = RAISE

    message_id = fields.UUID()
    since = Moment()
    until = Moment()
    only_failed = fields.Boolean(
        load_default=True,
        metadata={"description": "false: also what it has got already; for spans"},
    )

    @validates_schema
    def require_one_way(self, body: Mapping[str, Any], **_: Any) -> None:
        """A message or a span, and the span from earlier to later."""
        if "message_id" in body and ("since" in body or "until" in body):
            raise ValidationError({"message_id": ["Name a message or a span, not both."]})
        if "since" in body and "until" in body and body["until"] <= body["since"]:
            raise ValidationError({"until": [ORDER]})


class ReplayedOut(Schema):
    """How many messages are posted once more."""

    queued = fields.Integer(required=True)
