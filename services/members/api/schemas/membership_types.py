"""Membership types, and the history of memberships."""

from typing import Any

from marshmallow import Schema, fields, validate

from services.members.api.schemas.base import In
from services.members.model.membership_type import KEY, MOST_DAYS, MOST_MONTHS, TERMS
from services.members.model.organisation import KINDS
from shared.web.exporting import ListArguments
from shared.web.fields import Count, Moment, Texts, TextsOut, Whole
from shared.web.paging import page_schema


def _kinds(**options: Any) -> fields.List[Any]:
    kind = fields.String(validate=validate.OneOf(KINDS))
    return fields.List(
        kind,
        validate=validate.Length(0, len(KINDS)),
        metadata={"description": "Whom it is for; none: any kind of organisation"},
        **options,
    )


class MembershipTypeChangeIn(In):
    """Any of its fields; what is absent stays. Terms that have begun keep their end."""

    names = Texts(required=True)
    term = fields.String(validate=validate.OneOf(TERMS))
    months = Count(1, MOST_MONTHS, allow_none=True)
    year_starts_month = Count(1, 12, allow_none=True)
    grace_days = Count(0, MOST_DAYS)
    notice_days = Count(0, MOST_DAYS)
    kinds = _kinds()


class MembershipTypeIn(In):
    """term: open (no end), rolling (`months` each) or fixed_year (from `year_starts_month`)."""

    key = fields.String(
        required=True, validate=Whole(KEY, error="Use a short name such as full or student-1.")
    )
    names = Texts(required=True)
    term = fields.String(required=True, validate=validate.OneOf(TERMS))
    months = Count(1, MOST_MONTHS, load_default=None, allow_none=True)
    year_starts_month = Count(1, 12, load_default=None, allow_none=True)
    grace_days = Count(0, MOST_DAYS, load_default=30)
    notice_days = Count(0, MOST_DAYS, load_default=30)
    kinds = _kinds(load_default=list)


class MembershipTypeOut(Schema):
    """What a host offers. grace_days: after a term; notice_days: before its end."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    host_id = fields.UUID(required=True)
    key = fields.String(required=True)
    names = TextsOut(required=True)
    term = fields.String(required=True)
    months = fields.Integer(required=True, allow_none=True)
    year_starts_month = fields.Integer(required=True, allow_none=True)
    grace_days = fields.Integer(required=True)
    notice_days = fields.Integer(required=True)
    kinds = fields.List(fields.String(), required=True)
    retired_at = Moment(required=True, allow_none=True)


class MembershipTypeArguments(ListArguments):
    """Filters of a host's types."""

    with_retired = fields.Boolean(load_default=False)


class StepOut(Schema):
    """One step of a history. actor: a person's id, timer, command or the like."""

    at = Moment(required=True)
    actor = fields.String(required=True)
    before = fields.String(required=True, allow_none=True)
    after = fields.String(required=True)
    reason = fields.String(required=True)


StepPage = page_schema(StepOut)
