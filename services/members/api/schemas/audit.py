"""The audit."""

from marshmallow import Schema, fields, validate

from services.members.api.schemas.people import day
from services.members.model.audit import SUBJECTS
from shared.web.exporting import ListArguments
from shared.web.fields import Line, Moment


class ChangeOut(Schema):
    """One field: what it was and what it became. Secrets are masked."""

    field = fields.String(required=True)
    before = fields.Raw(required=True, allow_none=True)
    after = fields.Raw(required=True, allow_none=True)


class AuditEntryOut(Schema):
    """Who did what for whom, what it was before and after, and from where.

    acting_role, acting_for, grant_id: by which grant, for which organisation. is_forgotten: the
    person whom it is about was erased. address: for operators only.
    """

    number = fields.Integer(required=True)
    at = Moment(required=True)
    actor = fields.String(required=True)
    acting_role = fields.String(required=True, allow_none=True)
    acting_for = fields.UUID(required=True, allow_none=True)
    grant_id = fields.UUID(required=True, allow_none=True)
    act = fields.String(required=True)
    subject = fields.String(required=True)
    subject_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True, allow_none=True)
    organisation_id = fields.UUID(required=True, allow_none=True)
    counterpart_id = fields.UUID(required=True, allow_none=True)
    reason = fields.String(required=True)
    changes = fields.List(fields.Nested(ChangeOut), required=True)
    is_forgotten = fields.Boolean(required=True)
    request_id = fields.String(required=True)
    address = fields.String(allow_none=True)
    chain = fields.Integer(required=True)
    position = fields.Integer(required=True)
    hash = fields.String(required=True)


class AuditArguments(ListArguments):
    """Filters of the audit."""

    actor = Line(longest=60, metadata={"description": "A person's id, timer, command or guest"})
    subject = fields.String(
        validate=validate.OneOf(SUBJECTS), metadata={"description": "Such as memberships"}
    )
    subject_id = fields.UUID()
    organisation_id = fields.UUID(
        metadata={"description": "Done to it, for it, or to a membership in it"}
    )
    from_day = day(data_key="from", metadata={"description": "First day, by the alliance's clock"})
    to_day = day(data_key="to", metadata={"description": "Last day, by the alliance's clock"})
