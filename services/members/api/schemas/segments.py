"""Segments and who is in them."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.members.api.schemas.base import In
from services.members.model.appointment import ROLES, SEAT
from services.members.model.organisation import KINDS
from services.members.model.segment import SEGMENT_KINDS
from shared.web.fields import Economy, Line, Moment, Texts, TextsOut

MOST_PICKED = 1000


class FiltersIn(In):
    """All of them hold; none is everybody at or below the organisation.

    kind and member_of: of the organisation, or where the person works or holds an office.
    role: an office. consent: a purpose that the organisation itself asks for. Of people only.
    """

    q = Line(longest=100, metadata={"description": "Words of a name, in any script"})
    kind = fields.String(validate=validate.OneOf(KINDS))
    economy = Economy()
    member_of = fields.UUID(metadata={"description": "Direct, active members of this one"})
    role = fields.String(validate=validate.OneOf((*ROLES, SEAT)))
    consent = fields.UUID(metadata={"description": "Those whose consent to this purpose holds"})


def picked() -> fields.List[Any]:
    """Who is picked by hand: people or organisations by their ids."""
    return fields.List(fields.UUID(), validate=validate.Length(0, MOST_PICKED))


class SegmentIn(In):
    """A segment: by filters, or picked by hand."""

    kind = fields.String(required=True, validate=validate.OneOf(SEGMENT_KINDS))
    names = Texts(required=True)
    filters = fields.Nested(FiltersIn)
    member_ids = picked()

    @validates_schema
    def _one_way(self, values: dict[str, Any], **_: Any) -> None:
        if ("filters" in values) == ("member_ids" in values):
            raise ValidationError("Give filters or member_ids, one of them.", "filters")


class SegmentChangeIn(In):
    """Any of its fields but the kind; what is absent stays."""

    names = Texts()
    filters = fields.Nested(FiltersIn)
    member_ids = picked()

    @validates_schema
    def _not_both_ways(self, values: dict[str, Any], **_: Any) -> None:
        if "filters" in values and "member_ids" in values:
            raise ValidationError("Give filters or member_ids, one of them.", "filters")
        if "names" in values and not any(values["names"].values()):
            raise ValidationError("Write it in one language at least.", "names")


class FiltersOut(Schema):
    """The filters that are set."""

    q = fields.String()
    kind = fields.String()
    economy = fields.String()
    member_of = fields.String()
    role = fields.String()
    consent = fields.String()


class SegmentOut(Schema):
    """A segment. filters null: picked by hand; see its members."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    organisation_id = fields.UUID(required=True)
    kind = fields.String(required=True)
    names = TextsOut(required=True)
    filters = fields.Nested(FiltersOut, required=True, allow_none=True)
    member_count = fields.Integer(required=True)
    evaluated_at = Moment(required=True, allow_none=True)


class SegmentMemberOut(Schema):
    """Somebody who was in it when it was last evaluated."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
