"""People, affiliations and appointments."""

from datetime import date
from typing import Any

from marshmallow import Schema, fields, validate

from services.members.api.schemas.base import In, NameOut, names_in, reason
from services.members.model.appointment import ROLES, SEAT
from shared.web.exporting import ListArguments
from shared.web.fields import (
    Economy,
    EconomyOut,
    Email,
    LanguageTag,
    Line,
    Moment,
    Phone,
    Prose,
    Texts,
    TextsOut,
    TimeZone,
)

FIRST_YEAR, LAST_YEAR = 1900, 2200


def day(**options: Any) -> fields.Date:
    """A date in a sane century."""
    bounds = validate.Range(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31))
    return fields.Date(validate=bounds, **options)


class PersonIn(In):
    """A person as those who know them write it.

    titles: what stands with the name, by language. sort_as: what lists sort by, when not by
    the family name.
    """

    names = names_in(required=True)
    email = Email(load_default=None, allow_none=True)
    phone = Phone(load_default=None, allow_none=True)
    economy = Economy(load_default=None, allow_none=True)
    locale = LanguageTag(load_default="en")
    time_zone = TimeZone(load_default=None, allow_none=True)
    accessibility_needs = Prose(longest=2000, load_default=None, allow_none=True)
    gender = Line(longest=60, load_default=None, allow_none=True)
    titles = Texts(longest=60, load_default=dict)
    sort_as = Line(longest=200, load_default=None, allow_none=True)


class PersonChangeIn(In):
    """Any of a person's fields; what is absent stays."""

    names = names_in()
    email = Email(allow_none=True)
    phone = Phone(allow_none=True)
    economy = Economy(allow_none=True)
    locale = LanguageTag()
    time_zone = TimeZone()
    accessibility_needs = Prose(longest=2000, allow_none=True)
    gender = Line(longest=60, allow_none=True)
    titles = Texts(longest=60)
    sort_as = Line(longest=200, allow_none=True)


class PersonOut(Schema):
    """A person. is_bouncing: mail to the address comes back."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    names = fields.List(fields.Nested(NameOut), required=True)
    name = fields.String(required=True)
    email = fields.String(required=True, allow_none=True)
    is_bouncing = fields.Boolean(required=True)
    phone = fields.String(required=True, allow_none=True)
    economy = EconomyOut(required=True, allow_none=True)
    locale = fields.String(required=True)
    time_zone = fields.String(required=True)
    accessibility_needs = fields.String(required=True, allow_none=True)
    gender = fields.String(required=True, allow_none=True)
    titles = TextsOut(required=True)
    sort_as = fields.String(required=True, allow_none=True)
    has_account = fields.Boolean(required=True)


class ErasedOut(PersonOut):
    """Somebody who was erased, and where the proof of it is."""

    erasure_id = fields.UUID(required=True)
    receipt = fields.String(
        required=True, metadata={"description": "Its address opens without an account"}
    )


class ExportOut(Schema):
    """All that members keeps about a person: columns as they are kept."""

    person = fields.Dict(keys=fields.String(), required=True)
    accounts = fields.List(fields.Dict(keys=fields.String()), required=True)
    affiliations = fields.List(fields.Dict(keys=fields.String()), required=True)
    appointments = fields.List(fields.Dict(keys=fields.String()), required=True)
    grants = fields.List(fields.Dict(keys=fields.String()), required=True)
    sessions = fields.List(fields.Dict(keys=fields.String()), required=True)
    personal_tokens = fields.List(fields.Dict(keys=fields.String()), required=True)
    passkeys = fields.List(fields.Dict(keys=fields.String()), required=True)
    linked_identities = fields.List(fields.Dict(keys=fields.String()), required=True)
    consents = fields.List(fields.Dict(keys=fields.String()), required=True)
    invitations = fields.List(fields.Dict(keys=fields.String()), required=True)
    import_rows = fields.List(fields.Dict(keys=fields.String()), required=True)
    audit = fields.List(fields.Dict(keys=fields.String()), required=True)
    history = fields.List(fields.Dict(keys=fields.String()), required=True)


class PeopleArguments(ListArguments):
    """Filters of the list of people."""

    q = Line(longest=100, metadata={"description": "Words of a name, in any script"})
    email = Email()
    economy = Economy()
    organisation_id = fields.UUID(metadata={"description": "Who works or holds an office there"})
    role = fields.String(
        validate=validate.OneOf((*ROLES, SEAT)), metadata={"description": "The office they hold"}
    )
    former = fields.Boolean(
        load_default=False,
        metadata={
            "description": "Those instead who left one's organisations within 90 days, have no "
            "account and are nowhere now"
        },
    )
    sort = fields.String(load_default="name", validate=validate.OneOf(("name", "-name")))


class AffiliationIn(In):
    """Who works there."""

    person_id = fields.UUID(required=True)
    title = Line(load_default="", may_be_empty=True)
    starts_on = day(data_key="from", load_default=None, allow_none=True)
    ends_on = day(data_key="to", load_default=None, allow_none=True)


class AffiliationChangeIn(In):
    """Any of these; what is absent stays. A last day still to come, or none, makes an ended one
    go on."""

    title = Line(may_be_empty=True)
    starts_on = day(data_key="from", allow_none=True)
    ends_on = day(data_key="to", allow_none=True)


class AffiliationOut(Schema):
    """Who works there; to: the last day, None while it lasts."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    person_id = fields.UUID(required=True)
    organisation_id = fields.UUID(required=True)
    title = fields.String(required=True)
    starts_on = fields.Date(data_key="from", required=True, allow_none=True)
    ends_on = fields.Date(data_key="to", required=True, allow_none=True)
    ended_at = Moment(required=True, allow_none=True)


class AppointmentIn(In):
    """Who holds an office; from today unless said otherwise."""

    person_id = fields.UUID(required=True)
    role = fields.String(required=True, validate=validate.OneOf(ROLES))
    starts_on = day(data_key="from", load_default=None, allow_none=True)
    ends_on = day(data_key="to", load_default=None, allow_none=True)


class AppointmentOut(Schema):
    """Who holds an office; to: the last day, None while it lasts."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    person_id = fields.UUID(required=True)
    organisation_id = fields.UUID(required=True)
    role = fields.String(required=True)
    starts_on = fields.Date(data_key="from", required=True)
    ends_on = fields.Date(data_key="to", required=True, allow_none=True)
    ended_at = Moment(required=True, allow_none=True)
    substituted_by = fields.UUID(required=True, allow_none=True)
    substitutes_for = fields.UUID(required=True, allow_none=True)
    seat_id = fields.UUID(required=True, allow_none=True)
    grant_id = fields.UUID(required=True, allow_none=True)


class SubstituteIn(In):
    """Who holds the office instead: for the rest of its term, or until `to` beside its holder."""

    person_id = fields.UUID(required=True)
    starts_on = day(data_key="from", load_default=None, allow_none=True)
    ends_on = day(data_key="to", load_default=None, allow_none=True)
    reason = reason()


class PlaceArguments(ListArguments):
    """Filters of an organisation's affiliations."""

    person_id = fields.UUID()


class AppointmentArguments(PlaceArguments):
    """Filters of an organisation's appointments."""

    role = fields.String(validate=validate.OneOf((*ROLES, SEAT)))
