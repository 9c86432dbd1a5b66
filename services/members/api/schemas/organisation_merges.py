"""Merges of two records of one organisation, and records that may be of one."""

from marshmallow import Schema, fields, validate

from services.members.actions.uniting import TAKEABLE
from services.members.api.schemas.base import In, reason
from shared.web.exporting import ListArguments
from shared.web.fields import Moment, TextsOut


class OrganisationMergeIn(In):
    """Which other record becomes part of this one. take: the fields whose value is the other's."""

    other_id = fields.UUID(required=True)
    take = fields.List(
        fields.String(validate=validate.OneOf(TAKEABLE)),
        load_default=list,
        validate=validate.Length(0, len(TAKEABLE)),
    )
    reason = reason()


class OrganisationMergeOut(Schema):
    """A merge. moved_count: what was the other's; rested_count: memberships that both had;
    united_count: what one person held at both at one time, and holds once."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    kept_id = fields.UUID(required=True)
    gone_id = fields.UUID(required=True)
    taken = fields.List(fields.String(), required=True)
    moved_count = fields.Integer(required=True)
    rested_count = fields.Integer(required=True)
    united_count = fields.Integer(required=True)
    merged_at = Moment(required=True)
    undone_at = Moment(required=True, allow_none=True)


class AlikeOut(Schema):
    """One of those that are alike."""

    id = fields.UUID(required=True)
    names = TextsOut(required=True)


class DuplicatesOut(Schema):
    """Organisations that may be one. by: `name` (without legal forms) or `identifier`."""

    by = fields.String(required=True, validate=validate.OneOf(("name", "identifier")))
    same = fields.String(required=True, metadata={"description": "What they have in common"})
    organisations = fields.List(fields.Nested(AlikeOut), required=True)


class DuplicatesArguments(ListArguments):
    """Pages of it."""
