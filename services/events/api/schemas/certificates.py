"""Certificates: their rule, test scores, who has earned one, and what was issued."""

from marshmallow import RAISE, Schema, fields, validate

from services.events.api.schemas.base import In
from services.events.model.certificate import HIGHEST_SCORE, STATES
from shared.web.exporting import ListArguments
from shared.web.fields import Count, LanguageTag, Moment, Texts, TextsOut
from shared.web.paging import page_schema

MOST_HOURS = 10_000
LONGEST_WORDING = 2000
MOST_ISSUERS = 8
MOST_SCORES = 500
LACKS = ("not_there", "hours", "score", "survey")


class IssuerIn(In):
    """Who issues with the host. seal_id: a picture among the workshop's materials."""

    organisation_id = fields.UUID(required=True)
    seal_id = fields.UUID(load_default=None, allow_none=True)


class CertificateRuleIn(In):
    """What must be done, and what the certificate says; null asks for nothing of that kind."""

    least_hours = fields.Float(
        load_default=None,
        allow_none=True,
        validate=validate.Range(0, MOST_HOURS),
        metadata={"description": "Of attendance, by the door's scans"},
    )
    least_share = Count(
        0,
        100,
        load_default=None,
        allow_none=True,
        metadata={"description": "Percent of the scheduled hours"},
    )
    least_score = fields.Float(
        load_default=None,
        allow_none=True,
        validate=validate.Range(0, HIGHEST_SCORE),
        metadata={"description": "Of the test, out of 100"},
    )
    needs_survey = fields.Boolean(
        load_default=False,
        metadata={"description": "The survey after the workshop must be answered"},
    )
    titles = Texts(load_default=dict)
    texts = Texts(load_default=dict, is_prose=True, longest=LONGEST_WORDING)
    issuers = fields.List(
        fields.Nested(IssuerIn), load_default=list, validate=validate.Length(max=MOST_ISSUERS)
    )


class IssuerOut(Schema):
    """Who issues; the host is the first."""

    organisation_id = fields.UUID(required=True)
    names = TextsOut(required=True)
    seal_id = fields.UUID(required=True, allow_none=True)


class CertificateRuleOut(Schema):
    """The rule as it stands. needed_hours: of both its kinds of hours the higher."""

    workshop_id = fields.UUID(required=True)
    least_hours = fields.Float(required=True, allow_none=True)
    least_share = fields.Integer(required=True, allow_none=True)
    least_score = fields.Float(required=True, allow_none=True)
    needs_survey = fields.Boolean(required=True)
    needed_hours = fields.Float(required=True)
    scheduled_hours = fields.Float(required=True)
    titles = TextsOut(required=True)
    texts = TextsOut(required=True)
    issuers = fields.List(fields.Nested(IssuerOut), required=True)


class OneScoreIn(In):
    """Whose score, out of 100; null takes it away."""

    registration_id = fields.UUID(required=True)
    score = fields.Float(required=True, allow_none=True, validate=validate.Range(0, HIGHEST_SCORE))


class OneScoreOut(Schema):
    """A registration's score."""

    registration_id = fields.UUID(required=True)
    score = fields.Float(required=True, allow_none=True)


class TestScoresIn(In):
    """Several at once."""

    __test__ = False

    scores = fields.List(
        fields.Nested(OneScoreIn), required=True, validate=validate.Length(1, MOST_SCORES)
    )


class TestScoresOut(Schema):
    """As they were entered."""

    __test__ = False

    items = fields.List(fields.Nested(OneScoreOut), required=True)


class StandingOut(Schema):
    """How somebody stands by the rule. lacks: what is still missing; empty: earned."""

    registration_id = fields.UUID(required=True)
    name = fields.String(required=True)
    hours = fields.Float(required=True)
    needed_hours = fields.Float(required=True)
    score = fields.Float(required=True, allow_none=True)
    qualifies = fields.Boolean(required=True)
    lacks = fields.List(fields.String(validate=validate.OneOf(LACKS)), required=True)
    certificate_id = fields.UUID(required=True, allow_none=True)


class CertificateRunOut(Schema):
    """An issuing in bulk: done of total people looked at, so many issued."""

    id = fields.UUID(required=True)
    workshop_id = fields.UUID(required=True)
    state = fields.String(required=True, validate=validate.OneOf(("running", "done")))
    total = fields.Integer(required=True)
    done = fields.Integer(required=True)
    issued = fields.Integer(required=True)
    begun_at = Moment(required=True)
    ended_at = Moment(required=True, allow_none=True)


class SignatoryOut(Schema):
    """Who stands for a certificate, as they were called when it was issued."""

    organisation_id = fields.UUID(required=True)
    names = TextsOut(required=True)


class CertificateOut(Schema):
    """A certificate, for its holder and the organizers. reason: why it was revoked."""

    id = fields.UUID(required=True)
    workshop_id = fields.UUID(required=True)
    registration_id = fields.UUID(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    name = fields.String(required=True)
    titles = TextsOut(required=True)
    workshop_titles = TextsOut(required=True)
    hours = fields.Float(required=True)
    score = fields.Float(required=True, allow_none=True)
    issuers = fields.List(fields.Nested(SignatoryOut), required=True)
    issued_at = Moment(required=True)
    revoked_at = Moment(required=True, allow_none=True)
    reason = fields.String(required=True)
    verify_url = fields.String(required=True)


CertificatePage = page_schema(CertificateOut)


class CertificateArguments(ListArguments):
    """Filters of a workshop's certificates."""

    state = fields.String(validate=validate.OneOf(STATES))


class OwnCertificateArguments(ListArguments):
    """Query of one's own."""


class StandingArguments(ListArguments):
    """Query of who has earned one."""


class PaperArguments(Schema):
    """The language to print in; without one, the holder's."""

    class Meta:
        unknown = RAISE

    language = LanguageTag(load_default=None)


class VerdictOut(Schema):
    """What anyone may know who has a certificate's address. Of a revoked one: no name."""

    id = fields.UUID(required=True)
    state = fields.String(required=True, validate=validate.OneOf(("valid", "revoked")))
    name = fields.String(required=True, allow_none=True)
    titles = TextsOut(required=True)
    workshop_titles = TextsOut(required=True)
    hours = fields.Float(required=True, allow_none=True)
    issuers = fields.List(fields.Nested(SignatoryOut), required=True)
    issued_at = Moment(required=True)
    revoked_at = Moment(required=True, allow_none=True)


class CredentialKeyOut(Schema):
    """A public key that verifies credentials, as JWK (RFC 7517, RFC 8037)."""

    kid = fields.String(required=True)
    kty = fields.String(required=True)
    crv = fields.String(required=True)
    x = fields.String(required=True)
    alg = fields.String(required=True)
    use = fields.String(required=True)
