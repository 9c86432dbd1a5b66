"""Merges of two records of one person."""

from marshmallow import Schema, fields, validate

from services.members.actions.merging import TAKEABLE
from services.members.api.schemas.base import In, reason
from shared.web.fields import Moment


class MergeIn(In):
    """Which other record becomes part of this one. take: the fields whose value is the other's."""

    other_id = fields.UUID(required=True)
    take = fields.List(
        fields.String(validate=validate.OneOf(TAKEABLE)),
        load_default=list,
        validate=validate.Length(0, len(TAKEABLE)),
    )
    reason = reason()


class MergeOut(Schema):
    """A merge. moved_count: places, offices and grants that were the other's; united_count: those
    that ended because both held them at one time."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    kept_id = fields.UUID(required=True)
    gone_id = fields.UUID(required=True)
    taken = fields.List(fields.String(), required=True)
    moved_count = fields.Integer(required=True)
    united_count = fields.Integer(required=True)
    merged_at = Moment(required=True)
    undone_at = Moment(required=True, allow_none=True)
