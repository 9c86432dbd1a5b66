"""Snapshots of the talent gap, and their cells."""

from marshmallow import Schema, fields, validate

from services.members.api.schemas.base import In
from services.members.model.capability import JOB_KINDS, STAFF_LEVELS
from services.members.model.gap import DIMENSIONS
from shared.web.exporting import ListArguments
from shared.web.fields import Line, Moment


class GapSnapshotIn(In):
    """Whose gap is taken inventory of: an alliance."""

    organisation_id = fields.UUID(required=True)


class GapSnapshotOut(Schema):
    """A snapshot. held_back: organisations whose newer figures wait for others'."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    organisation_id = fields.UUID(required=True)
    framework_id = fields.UUID(required=True)
    number = fields.Integer(required=True)
    made_at = Moment(required=True)
    made_by = fields.String(required=True)
    held_back = fields.Integer(required=True)


class GapSnapshotArguments(ListArguments):
    """Filters of snapshots."""

    organisation_id = fields.UUID()


class GapCellArguments(ListArguments):
    """What cells are told apart by, and filters. What is filtered is told apart as well."""

    by = fields.String(
        load_default="capability,staff_level",
        validate=validate.Regexp(rf"^(({'|'.join(DIMENSIONS)})(,|$))*$"),
        metadata={"description": f"By comma, any of {', '.join(DIMENSIONS)}"},
    )
    association_id = fields.UUID()
    sector = Line()
    capability_id = fields.UUID(metadata={"description": "The lineage's id"})
    staff_level = fields.String(validate=validate.OneOf(tuple(STAFF_LEVELS)))
    job_kind = fields.String(validate=validate.OneOf(tuple(JOB_KINDS)))
    quarter = fields.String(validate=validate.Regexp(r"^\d{4}Q[1-4]$"))


class GapCellOut(Schema):
    """One cell. null: what it isn't told apart by, and what is hidden. gap: demand − supply −
    pipeline. capability_id: of the lineage."""

    number = fields.Integer(required=True)
    association_id = fields.UUID(required=True, allow_none=True)
    sector = fields.String(required=True, allow_none=True)
    capability_id = fields.UUID(required=True, allow_none=True, attribute="lineage_id")
    staff_level = fields.String(required=True, allow_none=True)
    job_kind = fields.String(required=True, allow_none=True)
    quarter = fields.String(required=True, allow_none=True)
    demand = fields.Integer(required=True, allow_none=True)
    supply = fields.Integer(required=True, allow_none=True)
    pipeline = fields.Integer(required=True, allow_none=True)
    gap = fields.Integer(required=True, allow_none=True)
    planned = fields.Integer(required=True, allow_none=True)
    seated = fields.Integer(required=True, allow_none=True)
    attended = fields.Integer(required=True, allow_none=True)
    certified = fields.Integer(required=True, allow_none=True)
