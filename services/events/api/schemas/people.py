"""Nominations, registrations and offers."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.events.api.schemas.base import In
from services.events.model.nomination import CAPACITIES, ROLES
from services.events.model.nomination import STATES as NOMINATION_STATES
from services.events.model.registration import STATES
from shared.web.exporting import ListArguments
from shared.web.fields import Email, LanguageTag, Line, Moment, Phone


class NameIn(In):
    """One form of a person's name."""

    kind = fields.String(required=True, validate=validate.OneOf(("native", "romanised")))
    given = Line(required=True, may_be_empty=True, longest=100)
    family = Line(required=True, longest=100)
    order = fields.String(
        load_default="family_first", validate=validate.OneOf(("family_first", "given_first"))
    )


class NomineeIn(In):
    """A person who is named without an account."""

    names = fields.List(fields.Nested(NameIn), required=True, validate=validate.Length(1, 4))
    email = Email(required=True)
    phone = Phone(allow_none=True, load_default=None)
    locale = LanguageTag(load_default="en")


class NamedIn(In):
    """One of several who are named. Either person_id, or person."""

    person_id = fields.UUID(load_default=None, allow_none=True)
    person = fields.Nested(NomineeIn, load_default=None, allow_none=True)
    role = fields.String(load_default="member", validate=validate.OneOf(ROLES))
    capacity = fields.String(load_default="delegate", validate=validate.OneOf(CAPACITIES))

    @validates_schema(skip_on_field_errors=True)
    def require_one_person(self, values: Mapping[str, Any], **_: Any) -> None:
        """Exactly one way of naming."""
        if bool(values.get("person_id")) == bool(values.get("person")):
            raise ValidationError("Give person_id or person, one of them.", "person")


class NominationIn(NamedIn):
    """Whom a body names. Either person_id, or person."""

    organisation_id = fields.UUID(required=True)


class NominationsIn(In):
    """Several at once. dry_run: say what would come of it, and do nothing."""

    organisation_id = fields.UUID(required=True)
    people = fields.List(fields.Nested(NamedIn), required=True, validate=validate.Length(1, 500))
    dry_run = fields.Boolean(load_default=False)


class SubstituteIn(In):
    """Who comes instead; nobody named: the first alternate who has confirmed."""

    reason = Line(load_default="", may_be_empty=True)
    person_id = fields.UUID(load_default=None, allow_none=True)
    person = fields.Nested(NomineeIn, load_default=None, allow_none=True)


class NominationOut(Schema):
    """A nomination."""

    id = fields.UUID(required=True)
    workshop_id = fields.UUID(required=True)
    organisation_id = fields.UUID(required=True)
    person_id = fields.UUID(required=True, allow_none=True)
    name = fields.String(required=True)
    email = fields.String(required=True)
    role = fields.String(required=True)
    capacity = fields.String(required=True)
    state = fields.String(required=True)
    confirm_by = Moment(required=True, allow_none=True)
    substituted_by = fields.UUID(required=True, allow_none=True)
    nominated_by = fields.UUID(required=True, allow_none=True)


class NamedOut(Schema):
    """What came of one of several."""

    verdict = fields.String(required=True, validate=validate.OneOf(("new", "duplicate", "error")))
    name = fields.String(required=True)
    email = fields.String(required=True)
    reason = fields.String(required=True)
    nomination = fields.Nested(NominationOut, required=True, allow_none=True)


class CountsOfNamed(Schema):
    """How many of each verdict."""

    new = fields.Integer(required=True)
    duplicate = fields.Integer(required=True)
    error = fields.Integer(required=True)


class NominationsOut(Schema):
    """In the order in which they were sent."""

    items = fields.List(fields.Nested(NamedOut), required=True)
    counts = fields.Nested(CountsOfNamed, required=True)


class RegistrationIn(In):
    """Who registers; guests too."""

    name = Line(required=True, longest=200)
    email = Email(required=True)
    locale = LanguageTag(load_default=None, allow_none=True)
    organisation_id = fields.UUID(load_default=None, allow_none=True)
    answers = fields.Dict(keys=fields.String(), load_default=dict)


class RegistrationChangeIn(In):
    """What may be changed of a registration."""

    name = Line(longest=200)
    locale = LanguageTag()
    answers = fields.Dict(keys=fields.String())


class WantedOut(Schema):
    """What somebody wants to change."""

    name = fields.String()
    locale = fields.String()
    answers = fields.Dict(keys=fields.String())


class RegistrationChangeOut(Schema):
    """A change that was asked for after registration had closed."""

    id = fields.UUID(required=True)
    registration_id = fields.UUID(required=True)
    workshop_id = fields.UUID(required=True)
    wanted = fields.Nested(WantedOut, required=True)
    state = fields.String(required=True)
    asked_at = Moment(required=True)


class OfferOut(Schema):
    """A seat that is held for a waiting registration."""

    id = fields.UUID(required=True)
    expires_at = Moment(required=True)


class RegistrationOut(Schema):
    """A registration as it is now."""

    id = fields.UUID(required=True)
    workshop_id = fields.UUID(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True)
    locale = fields.String(required=True)
    organisation_id = fields.UUID(required=True, allow_none=True)
    person_id = fields.UUID(required=True, allow_none=True)
    nomination_id = fields.UUID(required=True, allow_none=True)
    state = fields.String(required=True)
    place = fields.Integer(metadata={"description": "In line, from 1; only while waiting"})
    offer = fields.Nested(OfferOut)
    ticket = fields.String(metadata={"description": "Signed code; only with a seat, to its own"})
    answers = fields.Dict(keys=fields.String(), required=True)
    created_at = Moment(required=True)


def called() -> Line:
    """The filter by what somebody is called."""
    told = "Words of the name, in any script and order; or an address"
    return Line(longest=200, metadata={"description": told})


class RosterArguments(ListArguments):
    """Filters of a workshop's registrations."""

    q = called()
    state = fields.String(validate=validate.OneOf(STATES))
    organisation_id = fields.UUID()
    answer = Line(
        longest=300,
        metadata={"description": "KEY:VALUE, such as diet:vegan: who answered this question so"},
    )


class NominationArguments(ListArguments):
    """Filters of a workshop's nominations."""

    q = called()
    state = fields.String(validate=validate.OneOf(NOMINATION_STATES))
    organisation_id = fields.UUID()
