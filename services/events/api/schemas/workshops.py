"""Workshops, their allotments and seats."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.events.api.schemas.base import In
from services.events.api.schemas.questions import QuestionIn, QuestionOut
from services.events.model.workshop import KINDS, MODES, STATES, VENUE_MODES, VISIBILITIES
from shared.web.exporting import ListArguments
from shared.web.fields import (
    Count,
    LanguageTag,
    Line,
    Moment,
    Texts,
    TextsOut,
    TimeZone,
    Web,
)
from shared.web.paging import page_schema


def spares_nights() -> fields.Boolean:
    """Whether those who have night are told of a change in the morning."""
    return fields.Boolean(
        load_default=False,
        metadata={
            "description": "Tell those for whom it is night (22:00 to 08:00) in their morning, "
            "where that is 12 hours or more before the start; without it all are told at once"
        },
    )


class VenueIn(In):
    """Where. Each mode needs its own fields only."""

    mode = fields.String(required=True, validate=validate.OneOf(VENUE_MODES))
    name = Line(may_be_empty=True)
    address = Line(may_be_empty=True)
    url = Web(allow_none=True)

    @validates_schema(skip_on_field_errors=True)
    def require_fields_of_mode(self, values: Mapping[str, Any], **_: Any) -> None:
        """An onsite venue has a name or an address, an online one may get its link later."""
        is_named = values.get("name") or values.get("address")
        if values["mode"] in ("onsite", "hybrid") and not is_named:
            raise ValidationError("An onsite or hybrid venue needs a name or an address.", "name")


class RegistrationRulesIn(In):
    """When and how people register."""

    opens_at = Moment(allow_none=True)
    closes_at = Moment(allow_none=True)
    nominate_by = Moment(allow_none=True)
    confirm_by = Moment(allow_none=True)
    substitute_by = Moment(allow_none=True)
    mode = fields.String(validate=validate.OneOf(MODES))
    form = fields.List(fields.Nested(QuestionIn), validate=validate.Length(0, 50))


class WorkshopIn(In):
    """A workshop as organizers write it."""

    titles = Texts(required=True)
    summary = Texts(is_prose=True, longest=20_000, load_default=dict)
    kind = fields.String(load_default="workshop", validate=validate.OneOf(KINDS))
    host_id = fields.UUID(required=True)
    course_id = fields.UUID(allow_none=True, load_default=None)
    proposal_id = fields.UUID(
        allow_none=True,
        load_default=None,
        metadata={"description": "Of the approved project proposal that it comes of"},
    )
    starts_at = Moment(required=True)
    ends_at = Moment(required=True)
    time_zone = TimeZone(required=True)
    venue = fields.Nested(VenueIn, required=True)
    capacity = Count(1, 1_000_000, allow_none=True, load_default=None)
    registration = fields.Nested(RegistrationRulesIn, load_default=dict)
    languages = fields.List(LanguageTag(), load_default=list, validate=validate.Length(0, 20))
    visibility = fields.String(load_default="public", validate=validate.OneOf(VISIBILITIES))


# What a new workshop can't do without and a change can; `partial=True` would let the objects
# within a workshop go without what they need too.
WORKSHOP_NEEDS = ("titles", "starts_at", "ends_at", "time_zone", "venue")


class WorkshopChangeIn(WorkshopIn):
    """Any of a workshop's fields, with partial=WORKSHOP_NEEDS; what is absent stays."""

    host_id = fields.UUID(dump_only=True)
    summary = Texts(is_prose=True, longest=20_000)
    kind = fields.String(validate=validate.OneOf(KINDS))
    course_id = fields.UUID(allow_none=True)
    proposal_id = fields.UUID(allow_none=True)
    capacity = Count(1, 1_000_000, allow_none=True)
    registration = fields.Nested(RegistrationRulesIn)
    languages = fields.List(LanguageTag(), validate=validate.Length(0, 20))
    visibility = fields.String(validate=validate.OneOf(VISIBILITIES))
    spares_nights = spares_nights()


class RescheduleIn(In):
    """The new time; without it, the one that the workshop was changed to."""

    reason = Line(load_default="", may_be_empty=True)
    starts_at = Moment(load_default=None)
    ends_at = Moment(load_default=None)
    spares_nights = spares_nights()


class CloneIn(In):
    """When the copy begins; without it, when the workshop does."""

    reason = Line(load_default="", may_be_empty=True)
    starts_at = Moment(load_default=None, allow_none=True)
    with_programme = fields.Boolean(load_default=True)
    with_people = fields.Boolean(
        load_default=False,
        metadata={
            "description": "Bodies keep their seats, and whoever had a seat is invited once the "
            "copy is published"
        },
    )


class SeriesIn(In):
    """How many more, and how many days apart."""

    every_days = Count(1, 366, required=True)
    times = Count(1, 52, required=True)


class VenueOut(Schema):
    """Where."""

    mode = fields.String(required=True)
    name = fields.String()
    address = fields.String()
    url = fields.String(allow_none=True)


class RegistrationRulesOut(Schema):
    """When and how people register."""

    opens_at = Moment(allow_none=True)
    closes_at = Moment(allow_none=True)
    nominate_by = Moment(allow_none=True)
    confirm_by = Moment(allow_none=True)
    substitute_by = Moment(allow_none=True)
    mode = fields.String(required=True)
    form = fields.List(fields.Nested(QuestionOut))


class WorkshopOut(Schema):
    """A workshop."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    state = fields.String(required=True)
    titles = TextsOut(required=True)
    summary = TextsOut(required=True)
    kind = fields.String(required=True)
    host_id = fields.UUID(required=True)
    course_id = fields.UUID(allow_none=True)
    proposal_id = fields.UUID(required=True, allow_none=True)
    starts_at = Moment(required=True)
    ends_at = Moment(required=True)
    time_zone = fields.String(required=True)
    venue = fields.Nested(VenueOut, required=True)
    capacity = fields.Integer(required=True, allow_none=True)
    registration = fields.Nested(RegistrationRulesOut, required=True)
    languages = fields.List(fields.String(), required=True)
    visibility = fields.String(required=True)


WorkshopPage = page_schema(WorkshopOut)


class SeriesOut(Schema):
    """The drafts, in their order."""

    items = fields.List(fields.Nested(WorkshopOut), required=True)


class WorkshopArguments(ListArguments):
    """Filters of the list of workshops."""

    kind = fields.String(validate=validate.OneOf(KINDS))
    host_id = fields.UUID()
    state = fields.String(validate=validate.OneOf(STATES))
    starts_after = Moment()
    starts_before = Moment()
    q = Line(longest=100, metadata={"description": "Words of a title, in any language"})
    sort = fields.String(
        load_default="starts_at", validate=validate.OneOf(("starts_at", "-starts_at"))
    )


class AllotmentIn(In):
    """Seats of one body."""

    seats = Count(0, 1_000_000, required=True)
    alternates = Count(0, 1_000_000, load_default=0)
    release_at = Moment(allow_none=True, load_default=None)


class TransferIn(In):
    """Unused seats for another body."""

    to_organisation_id = fields.UUID(required=True)
    seats = Count(1, 1_000_000, required=True)
    reason = Line(load_default="", may_be_empty=True)


class AllotmentOut(Schema):
    """Seats of one body, and how many are used."""

    workshop_id = fields.UUID(required=True)
    organisation_id = fields.UUID(required=True)
    seats = fields.Integer(required=True)
    alternates = fields.Integer(required=True)
    used = fields.Integer(required=True)
    release_at = Moment(required=True, allow_none=True)
    released_at = Moment(required=True, allow_none=True)
    state = fields.String(required=True)


class SeatsOut(Schema):
    """The ledger; free is null without a capacity."""

    capacity = fields.Integer(required=True, allow_none=True)
    confirmed = fields.Integer(required=True)
    held = fields.Integer(required=True)
    offered = fields.Integer(required=True)
    allotted = fields.Integer(required=True)
    free = fields.Integer(required=True, allow_none=True)
    waiting = fields.Integer(required=True)
