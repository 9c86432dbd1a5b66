"""Deliveries, the inbox and suppressions in the API."""

from marshmallow import RAISE, Schema, fields, validate

from services.notifications.model.suppression import ALL, SCOPES
from services.notifications.queries.deliveries import STATES
from shared.web.exporting import ListArguments
from shared.web.fields import Email, Line, Moment


class In(Schema):
    """A body: unknown fields are errors."""

    class Meta:
        unknown = RAISE


class InboxItemOut(Schema):
    """Something that the signed-in person was told."""

    id = fields.UUID(required=True)
    subject = fields.String(required=True)
    body = fields.String(required=True)
    path = fields.String(required=True)
    created_at = Moment(required=True)
    read_at = Moment(required=True, allow_none=True)


class InboxPage(Schema):
    """A page of the inbox, and how many are unread in all."""

    items = fields.List(fields.Nested(InboxItemOut), required=True)
    next = fields.String(required=True, allow_none=True)
    unread = fields.Integer(required=True)


class ReadAllOut(Schema):
    """How many became read."""

    read = fields.Integer(required=True)


class AttemptOut(Schema):
    """One try."""

    at = Moment(required=True)
    outcome = fields.String(required=True)
    detail = fields.String(required=True)


class DeliveryOut(Schema):
    """One notification on its way by one channel."""

    id = fields.UUID(required=True)
    notification_id = fields.UUID(required=True)
    kind = fields.String(required=True)
    category = fields.String(required=True)
    subject_id = fields.UUID(required=True)
    workshop_id = fields.UUID(required=True, allow_none=True)
    channel = fields.String(required=True)
    recipient = fields.String(required=True)
    state = fields.String(required=True)
    reason = fields.String(required=True)
    message_id = fields.String(required=True)
    tries = fields.Integer(required=True)
    created_at = Moment(required=True)
    due_at = Moment(required=True)
    sent_at = Moment(required=True, allow_none=True)


class DeliveryTimelineOut(DeliveryOut):
    """A delivery with its tries."""

    attempts = fields.List(fields.Nested(AttemptOut), required=True)


class DeliveryArguments(ListArguments):
    """Filters of the list of deliveries."""

    recipient = Line(
        metadata={"description": "A whole address, or words of a name in any script and order"}
    )
    person_id = fields.UUID()
    subject_id = fields.UUID(metadata={"description": "A registration, nomination or workshop"})
    state = fields.String(
        validate=validate.OneOf(STATES),
        metadata={"description": "Or not_told: suppressed, opted out, bounced, failed, cancelled"},
    )


class SuppressionIn(In):
    """An address to send nothing to."""

    email = Email(required=True)
    reason = Line(required=True)
    scope = fields.String(
        load_default=ALL,
        validate=validate.OneOf(SCOPES),
        metadata={"description": "optional: tickets, offers and the like are sent still"},
    )
    expires_at = Moment(load_default=None, allow_none=True)


class SuppressionOut(Schema):
    """An address that nothing is sent to."""

    id = fields.UUID(required=True)
    email = fields.String(required=True)
    reason = fields.String(required=True)
    scope = fields.String(required=True)
    created_at = Moment(required=True)
    expires_at = Moment(required=True, allow_none=True)
