"""Courses, their runs and figures, the curriculum, and learning paths."""

from typing import Any, Final

from marshmallow import Schema, fields, validate

from services.events.api.schemas.base import In
from services.events.api.schemas.workshops import VenueIn
from services.events.model.course import (
    CODE,
    MOST_CAPABILITIES,
    MOST_OF_A_PATH,
    MOST_PREREQUISITES,
    MOST_TRAINERS,
    PREREQUISITE_RULES,
    STATES,
)
from services.events.model.workshop import MODES, VISIBILITIES
from shared.contracts.talent_words import JOB_KINDS, STAFF_LEVELS
from shared.web.exporting import ListArguments
from shared.web.fields import (
    Count,
    Email,
    Line,
    Moment,
    Texts,
    TextsOut,
    TimeZone,
    Whole,
)
from shared.web.paging import page_schema

LONGEST_HOURS: Final = 2000
MOST_NEEDS: Final = 200
MOST_HEADS: Final = 100_000


def ids(most: int, least: int = 0, **options: Any) -> fields.List[Any]:
    """Several ids."""
    return fields.List(fields.UUID(), validate=validate.Length(least, most), **options)


def code(**options: Any) -> fields.String:
    """A course's short name within its host."""
    error = "Use capitals, digits and hyphens, such as CI-101."
    return fields.String(validate=Whole(CODE, error=error), **options)


def hours(**options: Any) -> fields.Float:
    """Of teaching."""
    bounds = validate.Range(0, LONGEST_HOURS, min_inclusive=False)
    return fields.Float(validate=bounds, **options)


def one_of(choices: Any, **options: Any) -> fields.String:
    """One of the given words."""
    return fields.String(validate=validate.OneOf(tuple(choices)), **options)


class CourseIn(In):
    """A course as organizers write it. capability_ids: of lineages."""

    host_id = fields.UUID(required=True)
    code = code(required=True)
    names = Texts(required=True)
    texts = Texts(is_prose=True, longest=20_000, load_default=dict)
    staff_level = one_of(STAFF_LEVELS, required=True)
    job_kind = one_of(JOB_KINDS, required=True)
    capability_ids = ids(MOST_CAPABILITIES, 1, required=True)
    hours = hours(required=True)
    prerequisite_ids = ids(MOST_PREREQUISITES, load_default=list)
    prerequisites_are = one_of(PREREQUISITE_RULES, load_default="advised")
    trainer_ids = ids(MOST_TRAINERS, load_default=list)
    visibility = one_of(VISIBILITIES, load_default="public")


class CourseChangeIn(In):
    """Any of a course's fields; what is absent stays."""

    code = code()
    names = Texts(required=True)
    texts = Texts(is_prose=True, longest=20_000)
    staff_level = one_of(STAFF_LEVELS)
    job_kind = one_of(JOB_KINDS)
    capability_ids = ids(MOST_CAPABILITIES, 1)
    hours = hours()
    prerequisite_ids = ids(MOST_PREREQUISITES)
    prerequisites_are = one_of(PREREQUISITE_RULES)
    trainer_ids = ids(MOST_TRAINERS)
    visibility = one_of(VISIBILITIES)


class CourseOut(Schema):
    """A course. prerequisite_ids: those that the asker may see."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    host_id = fields.UUID(required=True)
    code = fields.String(required=True)
    names = TextsOut(required=True)
    texts = TextsOut(required=True)
    staff_level = fields.String(required=True)
    job_kind = fields.String(required=True)
    capability_ids = fields.List(fields.UUID(), required=True)
    hours = fields.Float(required=True)
    prerequisite_ids = fields.List(fields.UUID(), required=True)
    prerequisites_are = fields.String(required=True)
    trainer_ids = fields.List(fields.UUID(), required=True)
    visibility = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))


CoursePage = page_schema(CourseOut)


class CourseArguments(ListArguments):
    """Filters of courses."""

    host_id = fields.UUID()
    state = one_of(STATES)
    staff_level = one_of(STAFF_LEVELS)
    job_kind = one_of(JOB_KINDS)
    capability_id = fields.UUID(metadata={"description": "Of its lineage"})


class NeedIn(In):
    """A body needs so many of its people taught."""

    organisation_id = fields.UUID(required=True)
    headcount = Count(1, MOST_HEADS, required=True)


class RunIn(In):
    """A draft run. Without a capacity it has as many seats as are needed.

    release_at: when unused seats of all bodies return to the pool.
    """

    titles = Texts(load_default=dict)
    starts_at = Moment(required=True)
    ends_at = Moment(required=True)
    time_zone = TimeZone(required=True)
    venue = fields.Nested(VenueIn, required=True)
    capacity = Count(1, 1_000_000, load_default=None, allow_none=True)
    mode = one_of(MODES, load_default="open")
    release_at = Moment(load_default=None, allow_none=True)
    trainer_ids = ids(MOST_TRAINERS, load_default=list)
    needs = fields.List(
        fields.Nested(NeedIn), load_default=list, validate=validate.Length(0, MOST_NEEDS)
    )


class CurriculumCellOut(Schema):
    """Courses for one staff level; none: a gap."""

    staff_level = fields.String(required=True)
    course_ids = fields.List(fields.UUID(), required=True)


class CurriculumRowOut(Schema):
    """A capability by its lineage."""

    capability_id = fields.UUID(required=True)
    root = fields.String(required=True)
    code = fields.String(required=True)
    names = TextsOut(required=True)
    cells = fields.List(fields.Nested(CurriculumCellOut), required=True)


class CurriculumOut(Schema):
    """Capabilities by staff levels."""

    items = fields.List(fields.Nested(CurriculumRowOut), required=True)


class CountOut(Schema):
    """People by numbers: seats allotted, seats taken, came, hold a good certificate."""

    planned = fields.Integer(required=True)
    seated = fields.Integer(required=True)
    attended = fields.Integer(required=True)
    certified = fields.Integer(required=True)


class BodyCountOut(CountOut):
    """Of those who came through one body; null: through none."""

    organisation_id = fields.UUID(required=True, allow_none=True)
    names = TextsOut(required=True)


class RunFiguresOut(Schema):
    """How a run is filled."""

    workshop_id = fields.UUID(required=True)
    course_id = fields.UUID(required=True)
    state = fields.String(required=True)
    capacity = fields.Integer(required=True, allow_none=True)
    total = fields.Nested(CountOut, required=True)
    counts = fields.List(fields.Nested(BodyCountOut), required=True)


class LearningPathIn(In):
    """Courses of a host in their order."""

    host_id = fields.UUID(required=True)
    names = Texts(required=True)
    texts = Texts(is_prose=True, longest=20_000, load_default=dict)
    course_ids = ids(MOST_OF_A_PATH, 1, required=True)


class LearningPathChangeIn(In):
    """Any of its fields; what is absent stays."""

    names = Texts(required=True)
    texts = Texts(is_prose=True, longest=20_000)
    course_ids = ids(MOST_OF_A_PATH, 1)


class LearningPathOut(Schema):
    """A path. course_ids: those that the asker may see."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    host_id = fields.UUID(required=True)
    names = TextsOut(required=True)
    texts = TextsOut(required=True)
    course_ids = fields.List(fields.UUID(), required=True)


LearningPathPage = page_schema(LearningPathOut)


class LearningPathArguments(ListArguments):
    """Filters of learning paths."""

    host_id = fields.UUID()


class PrerequisiteStandingOut(Schema):
    """Somebody of a run. lacks: courses that come first and that they have no certificate of."""

    registration_id = fields.UUID(required=True)
    name = fields.String(required=True)
    lacks = fields.List(fields.UUID(), required=True)


PrerequisiteStandingPage = page_schema(PrerequisiteStandingOut)


class WaiverIn(In):
    """Whom to let in without the earlier courses."""

    email = Email(required=True)
    reason = Line(load_default="", may_be_empty=True)


class WaiverOut(Schema):
    """Somebody who was let in."""

    id = fields.UUID(required=True)
    workshop_id = fields.UUID(required=True)
    email = fields.String(required=True)
    reason = fields.String(required=True)
    given_at = Moment(required=True)


WaiverPage = page_schema(WaiverOut)
