"""What people choose and what organisations set, in the API and in forms."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from marshmallow import (
    RAISE,
    Schema,
    ValidationError,
    fields,
    post_load,
    validate,
    validates_schema,
)

from services.notifications.model import OrganisationRules, Preference
from services.notifications.model.choices import (
    DIGESTS,
    ELSEWHERE,
    FOR_ALL,
    NEVER_ELSEWHERE,
    NOT_ELSEWHERE,
    TOLD_BY,
    effective,
)
from services.notifications.model.reminder import (
    CONFIRM,
    DEFAULTS,
    MOST_DAYS,
    MOST_HOURS,
    MOST_REMINDERS,
    START,
    plain_reminders,
)
from shared.web.fields import ClockTime, Count, LanguageTag, TimeZone

MOST_MAILS_PER_MINUTE: Final = 1_000_000
ALWAYS_TOLD: Final = "This is told in any case, by mail and in the app; it can't be turned off."
THEIR_OWN: Final = "Everybody turns this on for themselves; set mail and inbox."


class ChannelsSchema(Schema):
    """channel → whether it is wanted."""

    class Meta:
        unknown = RAISE

    mail = fields.Boolean()
    inbox = fields.Boolean()
    push = fields.Boolean()
    chat = fields.Boolean()
    sms = fields.Boolean()


class CategoriesSchema(Schema):
    """category → channels."""

    class Meta:
        unknown = RAISE

    workshop = fields.Nested(ChannelsSchema)
    account = fields.Nested(ChannelsSchema)
    membership = fields.Nested(ChannelsSchema)
    news = fields.Nested(ChannelsSchema)
    deadline = fields.Nested(ChannelsSchema)

    @validates_schema
    def refuse_leaving_out_the_mandatory(
        self, chosen: Mapping[str, Mapping[str, bool]], **_: Any
    ) -> None:
        """Tickets, offers and one's own account are told in any case."""
        wrong: dict[str, dict[str, list[str]]] = {
            category: {name: [ALWAYS_TOLD] for name in off}
            for category, told in TOLD_BY.items()
            if (off := [name for name in told if chosen.get(category, {}).get(name) is False])
        }
        for category in NEVER_ELSEWHERE:
            for name in (each for each in ELSEWHERE if chosen.get(category, {}).get(each)):
                wrong.setdefault(category, {})[name] = [NOT_ELSEWHERE]
        if wrong:
            raise ValidationError(wrong)


class QuietHoursSchema(Schema):
    """From when until when nothing is sent, by the clock on the wall there."""

    class Meta:
        unknown = RAISE

    start = ClockTime(required=True, data_key="from")
    end = ClockTime(required=True, data_key="to")

    @validates_schema
    def refuse_none(self, hours: Mapping[str, str], **_: Any) -> None:
        """They last from a moment to another one."""
        if hours.get("start") and hours.get("start") == hours.get("end"):
            raise ValidationError({"to": ["Choose another time than the one it begins at."]})


class PreferencesIn(Schema):
    """All that somebody chooses; what is left out goes back to its default."""

    class Meta:
        unknown = RAISE

    categories = fields.Nested(CategoriesSchema, load_default=dict)
    quiet_hours = fields.Nested(QuietHoursSchema, load_default=None, allow_none=True)
    digest = fields.String(load_default="off", validate=validate.OneOf(DIGESTS))
    locale = LanguageTag(load_default=None, allow_none=True)
    time_zone = TimeZone(load_default=None, allow_none=True)

    @post_load
    def as_columns(self, body: dict[str, Any], **_: Any) -> dict[str, Any]:
        """As Preference keeps it."""
        hours = body.pop("quiet_hours") or {}
        return body | {
            "channels": body.pop("categories"),
            "quiet_from": hours.get("start"),
            "quiet_to": hours.get("end"),
        }


class QuietHoursOut(Schema):
    """From when until when nothing is sent."""

    start = fields.String(required=True, data_key="from")
    end = fields.String(required=True, data_key="to")


class PreferencesOut(Schema):
    """What holds now. time_zone and locale: null as long as the account's hold."""

    categories = fields.Dict(
        keys=fields.String(),
        values=fields.Dict(keys=fields.String(), values=fields.Boolean()),
        required=True,
    )
    quiet_hours = fields.Nested(QuietHoursOut, required=True, allow_none=True)
    digest = fields.String(required=True)
    locale = fields.String(required=True, allow_none=True)
    time_zone = fields.String(required=True, allow_none=True)


class UnsubscribeOut(Schema):
    """What a mail's token is about, and whether its categories come by mail."""

    categories = fields.List(fields.String(), required=True)
    is_subscribed = fields.Boolean(required=True)


def _days(default: Sequence[int]) -> "fields.List[int]":
    return fields.List(
        Count(0, MOST_DAYS), validate=validate.Length(0, MOST_REMINDERS), load_default=list(default)
    )


class RemindersIn(Schema):
    """How many days before; 0 is the morning of the day, an empty list no reminder.

    start_hours: how many hours before the start, beside the days.
    """

    class Meta:
        unknown = RAISE

    start = _days(DEFAULTS[START])
    start_hours = fields.List(
        Count(1, MOST_HOURS), validate=validate.Length(0, MOST_REMINDERS), load_default=list
    )
    confirm = _days(DEFAULTS[CONFIRM])

    @post_load
    def in_order(self, body: dict[str, list[int]], **_: Any) -> dict[str, list[int]]:
        """Each once, the earliest first."""
        return {name: sorted(set(days), reverse=True) for name, days in body.items()}


class RemindersOut(Schema):
    """How many days before the start, and before the day by which nominees confirm."""

    start = fields.List(fields.Integer(), required=True)
    start_hours = fields.List(fields.Integer(), required=True)
    confirm = fields.List(fields.Integer(), required=True)


class RulesIn(Schema):
    """How an organisation tells those who chose nothing, and who approves."""

    class Meta:
        unknown = RAISE

    categories = fields.Nested(CategoriesSchema, load_default=dict)
    needs_second_person = fields.Boolean(load_default=False)
    mails_per_minute = Count(1, MOST_MAILS_PER_MINUTE, load_default=None, allow_none=True)
    reminders = fields.Nested(RemindersIn, load_default=lambda: plain_reminders(None))

    @validates_schema
    def refuse_what_is_everybody_s_own(self, body: Mapping[str, Any], **_: Any) -> None:
        """Nobody's phone rings because an organisation would like it to."""
        wrong = {
            category: {name: [THEIR_OWN] for name in on}
            for category, channels in body.get("categories", {}).items()
            if (on := [name for name in ELSEWHERE if channels.get(name)])
        }
        if wrong:
            raise ValidationError({"categories": wrong})

    @post_load
    def as_columns(self, body: dict[str, Any], **_: Any) -> dict[str, Any]:
        """As OrganisationRules keeps it."""
        return body | {
            "channels": {
                category: {name: is_on for name, is_on in channels.items() if name in FOR_ALL}
                for category, channels in body.pop("categories").items()
            }
        }


class RulesOut(Schema):
    """An organisation's rules."""

    categories = fields.Dict(
        keys=fields.String(),
        values=fields.Dict(keys=fields.String(), values=fields.Boolean()),
        required=True,
    )
    needs_second_person = fields.Boolean(required=True)
    mails_per_minute = fields.Integer(required=True, allow_none=True)
    reminders = fields.Nested(RemindersOut, required=True)


def preferences_out(found: Preference | None, offered: Collection[str]) -> dict[str, Any]:
    """For PreferencesOut. None: nothing was chosen. offered: channels with an address."""
    chosen = found.channels if found is not None else {}
    hours = None
    if found is not None and found.quiet_from:
        hours = {"start": found.quiet_from, "end": found.quiet_to}
    return {
        "categories": effective(chosen, offered),
        "quiet_hours": hours,
        "digest": found.digest if found is not None else "off",
        "locale": found.locale if found is not None else None,
        "time_zone": found.time_zone if found is not None else None,
    }


def rules_out(found: OrganisationRules | None) -> dict[str, Any]:
    """For RulesOut. None: nothing was set."""
    return {
        "categories": effective(found.channels if found is not None else {}),
        "needs_second_person": found is not None and found.needs_second_person,
        "mails_per_minute": found.mails_per_minute if found is not None else None,
        "reminders": plain_reminders(found.reminders if found is not None else None),
    }
