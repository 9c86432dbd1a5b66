"""Needs of trainees, matches, and referrals."""

from marshmallow import Schema, fields, validate

from services.members.api.schemas.base import In
from services.members.api.schemas.cases import capabilities_in
from services.members.api.schemas.catalogue import CatalogueEntryOut
from services.members.model.catalogue import ENTRY_KINDS
from services.members.model.referral import (
    CIRCLES,
    LONGEST_TEXT,
    MOST_DAYS,
    NEED_STATES,
    OUTCOMES,
    REFERRAL_STATES,
)
from shared.web.exporting import ListArguments
from shared.web.fields import Count, LanguageTag, Line, Moment, Prose


class NeedConsentIn(In):
    """Whom the trainee lets see the need."""

    shown_to = fields.List(
        fields.String(validate=validate.OneOf(CIRCLES)),
        required=True,
        validate=validate.Length(1, len(CIRCLES)),
    )


class NeedIn(NeedConsentIn):
    """What a trainee needs. organisation_id: the association that shall help."""

    organisation_id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(ENTRY_KINDS))
    text = Prose(required=True, longest=LONGEST_TEXT)
    language = LanguageTag(load_default="en")
    capability_ids = capabilities_in()
    sector = Line(longest=100, load_default=None)


class NeedOut(Schema):
    """A need. due_at: when somebody has met the trainee, as the alliance promises."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    person_id = fields.UUID(required=True, allow_none=True)
    person_name = fields.String(required=True)
    organisation_id = fields.UUID(required=True)
    alliance_id = fields.UUID(required=True)
    company_id = fields.UUID(required=True, allow_none=True)
    kind = fields.String(required=True)
    state = fields.String(required=True)
    text = fields.String(required=True)
    language = fields.String(required=True)
    capability_ids = fields.List(fields.UUID(), required=True)
    sector = fields.String(required=True, allow_none=True)
    shown_to = fields.List(fields.String(), required=True)
    consented_at = Moment(required=True)
    due_at = Moment(required=True)
    created_at = Moment(required=True)


class MatchOut(Schema):
    """An entry of a catalogue, and why it fits."""

    entry = fields.Nested(CatalogueEntryOut, required=True)
    score = fields.Integer(required=True)
    capability_ids = fields.List(fields.UUID(), required=True)
    same_sector = fields.Boolean(required=True)
    same_language = fields.Boolean(required=True)
    same_association = fields.Boolean(required=True)
    free = fields.Integer(required=True)


class NeedAndMatchesOut(NeedOut):
    """A need with what fits best, for those who help; for the trainee without."""

    matches = fields.List(fields.Nested(MatchOut), required=True)


class ReferralIn(In):
    """The entry that is offered."""

    entry_id = fields.UUID(required=True)


class OutcomeIn(In):
    """What came of it."""

    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))
    text = Prose(longest=LONGEST_TEXT, load_default="")


class ReferralOut(Schema):
    """A referral. need_text, person_name: empty for an expert's side that may not see the need."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    need_id = fields.UUID(required=True)
    entry_id = fields.UUID(required=True)
    organisation_id = fields.UUID(required=True)
    provider_id = fields.UUID(required=True)
    case_id = fields.UUID(required=True, allow_none=True)
    state = fields.String(required=True)
    reasons = fields.Dict(required=True)
    reason = fields.String(required=True)
    need_text = fields.String(required=True)
    person_name = fields.String(required=True)
    outcome = fields.String(required=True, allow_none=True)
    outcome_text = fields.String(required=True)
    due_at = Moment(required=True)
    offered_at = Moment(required=True)
    trainee_accepted_at = Moment(required=True, allow_none=True)
    provider_accepted_at = Moment(required=True, allow_none=True)
    met_at = Moment(required=True, allow_none=True)
    closed_at = Moment(required=True, allow_none=True)


class ReferralTermsIn(In):
    """What the alliance promises."""

    days = Count(1, MOST_DAYS, required=True)


class ReferralTermsOut(Schema):
    """Within how many days somebody has met the trainee."""

    days = fields.Integer(required=True)


class NeedArguments(ListArguments):
    """Filters of needs."""

    state = fields.String(validate=validate.OneOf(NEED_STATES))


class ReferralArguments(ListArguments):
    """Filters of referrals."""

    need_id = fields.UUID()
    state = fields.String(validate=validate.OneOf(REFERRAL_STATES))
