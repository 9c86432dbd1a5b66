"""Erasures and their receipts."""

from marshmallow import Schema, fields, validate

from services.members.queries.erasures import STATES
from shared.web.exporting import ListArguments
from shared.web.fields import Moment


class ErasurePartOut(Schema):
    """What one service has erased. is_final: messages that came late, too."""

    service = fields.String(required=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    forgotten_at = Moment(required=True)
    is_final = fields.Boolean(required=True)


class ErasureOut(Schema):
    """That somebody was erased. due_at: when every service must have said so."""

    id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    state = fields.String(required=True)
    asked_at = Moment(required=True)
    asked_by = fields.String(required=True)
    due_at = Moment(required=True)
    finished_at = Moment(required=True, allow_none=True)


class ErasureReceiptOut(ErasureOut):
    """With the proof: hash is made of the receipt before and of all that this one says."""

    parts = fields.List(fields.Nested(ErasurePartOut), required=True)
    number = fields.Integer(required=True, allow_none=True)
    hash_before = fields.String(required=True, allow_none=True)
    hash = fields.String(required=True, allow_none=True)
    is_intact = fields.Boolean(required=True, allow_none=True)


class ErasureArguments(ListArguments):
    """Filters of the list of erasures."""

    state = fields.String(validate=validate.OneOf(STATES))
