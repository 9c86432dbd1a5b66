"""Rounds of demand, and answers."""

from typing import Any

from marshmallow import Schema, fields, validate

from services.members.api.schemas.base import In
from services.members.model.capability import JOB_KINDS, STAFF_LEVELS
from services.members.model.demand import (
    ANSWER_STATES,
    MOST_DAYS_BEFORE,
    MOST_HEADS,
    MOST_LINES,
    MOST_QUARTERS,
)
from shared.web.exporting import ListArguments
from shared.web.fields import Count, Line, Moment, Texts, TextsOut


class DemandRoundIn(In):
    """A round. capability_ids: of the edition that holds now. reminder_days: before the end."""

    organisation_id = fields.UUID(required=True)
    titles = Texts(required=True)
    texts = Texts(is_prose=True, longest=4000, load_default=dict)
    capability_ids = fields.List(fields.UUID(), required=True, validate=validate.Length(1, 100))
    quarters = Count(1, MOST_QUARTERS, load_default=4)
    closes_at = Moment(required=True)
    reminder_days = fields.List(
        Count(1, MOST_DAYS_BEFORE),
        validate=validate.Length(0, 10),
        load_default=lambda: [7, 1],
    )


class AnswerCountsOut(Schema):
    """How many companies' answers are in each state."""

    asked = fields.Integer(required=True)
    answered = fields.Integer(required=True)
    returned = fields.Integer(required=True)
    accepted = fields.Integer(required=True)


class DemandRoundOut(Schema):
    """A round. is_asked: every company has been asked by now."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    organisation_id = fields.UUID(required=True)
    framework_id = fields.UUID(required=True)
    state = fields.String(required=True)
    titles = TextsOut(required=True)
    texts = TextsOut(required=True)
    capability_ids = fields.List(fields.UUID(), required=True)
    quarters = fields.Integer(required=True)
    closes_at = Moment(required=True)
    reminder_days = fields.List(fields.Integer(), required=True)
    is_asked = fields.Boolean(required=True)
    created_at = Moment(required=True)


class DemandRoundAndCountsOut(DemandRoundOut):
    """A round, and how many have answered."""

    counts = fields.Nested(AnswerCountsOut, required=True)


class DemandLineIn(In):
    """So many people. quarter: 1 is that in which the round was opened."""

    capability_id = fields.UUID(required=True)
    staff_level = fields.String(required=True, validate=validate.OneOf(tuple(STAFF_LEVELS)))
    job_kind = fields.String(required=True, validate=validate.OneOf(tuple(JOB_KINDS)))
    quarter = Count(1, MOST_QUARTERS, required=True)
    headcount = Count(0, MOST_HEADS, required=True)


class DemandAnswerIn(In):
    """The whole answer, in place of any before; no lines: no demand."""

    lines = fields.List(
        fields.Nested(DemandLineIn), required=True, validate=validate.Length(0, MOST_LINES)
    )


class DemandReturnIn(In):
    """Why it comes back; the company reads it."""

    reason = Line(load_default="", may_be_empty=True)


class DemandLineOut(Schema):
    """So many people."""

    capability_id = fields.UUID(required=True)
    staff_level = fields.String(required=True)
    job_kind = fields.String(required=True)
    quarter = fields.Integer(required=True)
    headcount = fields.Integer(required=True)


class DemandAnswerOut(Schema):
    """Where a company's answer is."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    round_id = fields.UUID(required=True)
    company_id = fields.UUID(required=True)
    state = fields.String(required=True)
    reason = fields.String(required=True)
    asked_at = Moment(required=True)
    answered_at = Moment(required=True, allow_none=True)


class DemandAnswerAndLinesOut(DemandAnswerOut):
    """With what was answered, and what it was last time, to start from."""

    lines = fields.List(fields.Nested(DemandLineOut), required=True)
    lines_before = fields.List(fields.Nested(DemandLineOut), required=True)


class DemandRoundArguments(ListArguments):
    """Filters of rounds."""

    organisation_id = fields.UUID()


class DemandAnswerArguments(ListArguments):
    """Filters of answers."""

    state = fields.String(validate=validate.OneOf(ANSWER_STATES))


def whole(answer: Any, lines: Any, before: Any) -> dict[str, Any]:
    """An answer as it is shown with its lines."""
    names = DemandAnswerOut().fields
    return {name: getattr(answer, name) for name in names} | {
        "lines": lines,
        "lines_before": before,
    }
