"""Project proposals, their co-sponsors, comments and steps."""

from collections.abc import Mapping
from typing import Any, Final

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.events.api.schemas.base import In, PersonOrAddressIn
from services.events.model.proposal import PROPOSAL_STATES, SECTIONS
from shared.web.exporting import ListArguments
from shared.web.fields import (
    Count,
    Currency,
    Day,
    Economy,
    EconomyOut,
    Email,
    LanguageTag,
    Line,
    Moment,
    Prose,
    Texts,
    TextsOut,
)

LARGEST_AMOUNT: Final = 1_000_000_000_000
"""In cents."""
MOST_CO_SPONSORS: Final = 50


class MoneyIn(In):
    """An amount."""

    amount_cents = Count(0, LARGEST_AMOUNT, required=True)
    currency = Currency(required=True)


class MoneyOut(Schema):
    """An amount."""

    amount_cents = fields.Integer(required=True)
    currency = fields.String(required=True)


class OverseerIn(PersonOrAddressIn):
    """The project overseer: a person, or a name with an address."""


class OverseerOut(Schema):
    """The project overseer."""

    person_id = fields.UUID(required=True, allow_none=True)
    name = fields.String(required=True)
    email = fields.String(required=True)


def _sections() -> fields.Dict:
    return fields.Dict(
        keys=fields.String(validate=validate.OneOf(SECTIONS)),
        values=Texts(is_prose=True, longest=20_000),
        metadata={"description": f"By key: {', '.join(SECTIONS)}; only what is filled"},
    )


class ProposalIn(In):
    """A project proposal as the proposer writes it."""

    titles = Texts(required=True)
    organisation_id = fields.UUID(required=True)
    economy = Economy(load_default=None, allow_none=True)
    host_id = fields.UUID(required=True)
    overseer = fields.Nested(OverseerIn, required=True)
    sections = _sections()
    priorities = fields.List(Line(), validate=validate.Length(0, 30))
    asked = fields.Nested(MoneyIn, allow_none=True)
    starts_on = Day(allow_none=True)
    ends_on = Day(allow_none=True)
    happened_on = Day(load_default=None, allow_none=True)


class ProposalChangeIn(ProposalIn):
    """Any of a proposal's fields; what is absent stays. sections, priorities: all of them."""

    titles = Texts()
    organisation_id = fields.UUID(dump_only=True)
    economy = Economy(allow_none=True)
    host_id = fields.UUID(dump_only=True)
    overseer = fields.Nested(OverseerIn)
    happened_on = Day(dump_only=True)


class StepIn(In):
    """How a step was taken. happened_on: its day, where it is entered afterwards."""

    reason = Line(load_default="", may_be_empty=True, longest=2000)
    happened_on = Day(load_default=None, allow_none=True)


class ApproveIn(StepIn):
    """By which fund, how much of it, and on what conditions."""

    fund = Line(required=True)
    amount = fields.Nested(MoneyIn, load_default=None, allow_none=True)
    conditions = Texts(is_prose=True, longest=20_000, load_default=dict)


class CompleteIn(StepIn):
    """What came of the project."""

    report = Texts(is_prose=True, longest=20_000, required=True)


class ProposalOut(Schema):
    """A project proposal."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    state = fields.String(required=True)
    titles = TextsOut(required=True)
    organisation_id = fields.UUID(required=True)
    economy = EconomyOut(required=True, allow_none=True)
    host_id = fields.UUID(required=True)
    overseer = fields.Nested(OverseerOut, required=True)
    sections = fields.Dict(keys=fields.String(), values=TextsOut(), required=True)
    priorities = fields.List(fields.String(), required=True)
    asked = fields.Nested(MoneyOut, required=True, allow_none=True)
    starts_on = fields.Date(required=True, allow_none=True)
    ends_on = fields.Date(required=True, allow_none=True)
    submitted_on = fields.Date(required=True, allow_none=True)
    fund = fields.String(required=True)
    amount = fields.Nested(MoneyOut, required=True, allow_none=True)
    approved_on = fields.Date(required=True, allow_none=True)
    conditions = TextsOut(required=True)
    report = TextsOut(required=True)
    created_at = Moment(required=True)


class ProposalArguments(ListArguments):
    """Filters of the list of proposals."""

    state = fields.String(validate=validate.OneOf(PROPOSAL_STATES))
    host_id = fields.UUID()
    organisation_id = fields.UUID()


class CoSponsorIn(In):
    """Who is asked: an organisation, or an economy; with an address they are mailed a link."""

    organisation_id = fields.UUID(load_default=None, allow_none=True)
    economy = Economy(load_default=None, allow_none=True)
    name = Line(load_default="", may_be_empty=True, longest=200)
    email = Email(load_default=None, allow_none=True)
    locale = LanguageTag(load_default="en")
    happened_on = Day(load_default=None, allow_none=True)

    @validates_schema(skip_on_field_errors=True)
    def require_one(self, values: Mapping[str, Any], **_: Any) -> None:
        """Exactly one of the two."""
        if bool(values["organisation_id"]) == bool(values["economy"]):
            raise ValidationError("Give organisation_id or economy, one of them.", "economy")


class CoSponsorOut(Schema):
    """A co-sponsorship. names: of the organisation, or else of the economy."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    proposal_id = fields.UUID(required=True)
    organisation_id = fields.UUID(required=True, allow_none=True)
    economy = EconomyOut(required=True, allow_none=True)
    names = TextsOut(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True, allow_none=True)
    state = fields.String(required=True)
    answered_on = fields.Date(required=True, allow_none=True)
    created_at = Moment(required=True)


class CommentIn(In):
    """is_internal: for the reviewers alone."""

    text = Prose(required=True, longest=10_000)
    is_internal = fields.Boolean(load_default=False)

    @validates_schema(skip_on_field_errors=True)
    def require_text(self, values: Mapping[str, Any], **_: Any) -> None:
        """Something is said."""
        if not values["text"]:
            raise ValidationError("Write something.", "text")


class CommentOut(Schema):
    """What somebody said of the proposal; author: null once they were erased."""

    id = fields.UUID(required=True)
    proposal_id = fields.UUID(required=True)
    author_id = fields.UUID(required=True, allow_none=True)
    author = fields.String(required=True, allow_none=True)
    text = fields.String(required=True)
    is_internal = fields.Boolean(required=True)
    made_at = Moment(required=True)


class ProposalStepOut(Schema):
    """A step of the proposal, or of one of its co-sponsorships."""

    number = fields.Integer(required=True)
    subject = fields.String(required=True)
    subject_id = fields.UUID(required=True)
    at = Moment(required=True, metadata={"description": "When it was entered"})
    happened_on = fields.Date(required=True, allow_none=True)
    actor = fields.String(required=True)
    before = fields.String(required=True, allow_none=True)
    after = fields.String(required=True)
    reason = fields.String(required=True)


class ProposalRulesIn(In):
    """What a host asks of those who submit to it."""

    co_sponsors_needed = Count(0, MOST_CO_SPONSORS, required=True)


class ProposalRulesOut(Schema):
    """What a host asks of those who submit to it."""

    host_id = fields.UUID(required=True)
    co_sponsors_needed = fields.Integer(required=True)
