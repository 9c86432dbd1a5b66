"""What people can choose: categories and channels, quiet hours, digests. Rules without tables."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Final
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from shared.foundation.names import fold_email

CATEGORIES: Final = ("workshop", "account", "membership", "news", "deadline")
MANDATORY: Final = ("workshop", "account")
"""Tickets, offers and changes of a workshop, and one's own account: told in any case, at once."""
TOLD_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "workshop": ("mail", "inbox"),
    "account": ("mail",),
}
"""Mandatory category → its channels."""
OPTIONAL: Final = tuple(name for name in CATEGORIES if name not in MANDATORY)
CHANNELS: Final = ("mail", "inbox", "push", "chat", "sms")
FOR_ALL: Final = ("mail", "inbox")
ELSEWHERE: Final = ("push", "chat", "sms")
"""Come to those who gave an address for them, beside what comes by mail and in the app."""
BY_ITSELF: Final = ("push", "chat")
"""Come without having been chosen, once there is an address; each SMS costs its sender."""
NEVER_ELSEWHERE: Final = ("account",)
"""Links that sign somebody in are for their own mailbox."""
DIGESTS: Final = ("off", "daily", "weekly")
DIGEST_HOUR: Final = time(8)
"""Local time of digests; weekly ones come on Monday."""
MONDAY: Final = 0
ADDRESSES: Final = UUID("5f1b6c1e-6f0d-5d0c-9a83-0d5b6a1c2e4f")
"""Namespace of the ids that choices of a bare address have."""
CHOSE_NOT: Final = "They chose not to be told of this."
DEFAULT_NOT: Final = "The organisation does not tell of this unless somebody asks for it."
NOT_ELSEWHERE: Final = "This comes by mail alone."
FOR_DIGEST: Final = "digest"
QUIET: Final = "quiet hours"
NIGHT: Final = "night"
NIGHT_HOURS: Final = (time(22), time(8))
"""Local times between which news that spares nights does not come."""
Wanted = Mapping[str, Mapping[str, bool]]
"""category → channel → whether it is wanted; what is not named is not chosen."""


def address_key(email: str) -> UUID:
    """The id of what was chosen for an address, which it does not tell."""
    return uuid5(ADDRESSES, fold_email(email))


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What somebody chose. quiet_from, quiet_to: local times; both or none."""

    wanted: Wanted = field(default_factory=dict)
    quiet_from: time | None = None
    quiet_to: time | None = None
    time_zone: str = "UTC"
    digest: str = "off"
    locale: str | None = None

    def quiet_until(self, now: datetime) -> datetime | None:
        """The end of the quiet hours that it is in; None outside of them.

        They go by the clock on the wall: a night is an hour longer or shorter when it changes.
        """
        if self.quiet_from is None or self.quiet_to is None:
            return None
        local = now.astimezone(ZoneInfo(self.time_zone))
        if not _is_between(local.time(), self.quiet_from, self.quiet_to):
            return None
        return _next_at(local, self.quiet_to)

    def digest_at(self, now: datetime) -> datetime | None:
        """When the next digest is due; None when each mail comes by itself."""
        if self.digest == "off":
            return None
        local = now.astimezone(ZoneInfo(self.time_zone))
        weekday = MONDAY if self.digest == "weekly" else None
        due_at = _next_at(local, DIGEST_HOUR, weekday=weekday)
        return self.quiet_until(due_at) or due_at


NOTHING_CHOSEN: Final = Choices()


def _is_between(moment: time, start: time, end: time) -> bool:
    """From start until before end, over midnight where end comes first; equal: never."""
    if start <= end:
        return start <= moment < end
    return moment >= start or moment < end


def _next_at(local: datetime, wanted: time, *, weekday: int | None = None) -> datetime:
    """The first instant after `local` when clocks there show the time, in UTC.

    A time that a change of clocks leaves out comes as much later as they go forward.
    """
    day = local.date()
    while True:
        if weekday is None or day.weekday() == weekday:
            for fold in (0, 1):
                there = datetime.combine(day, wanted, local.tzinfo).replace(fold=fold)
                found = there.astimezone(UTC)
                if found > local.astimezone(UTC):
                    return found
        day += timedelta(days=1)


@dataclass(frozen=True)
class Plan:
    """What becomes of a delivery: its state, when it is due, and why it is not queued."""

    state: str
    due_at: datetime
    reason: str = ""


def is_wanted(category: str, channel: str, choices: Choices, defaults: Wanted) -> str:
    """ "" when it is wanted, or why not: one's own choice before the organisation's default."""
    is_elsewhere = channel in ELSEWHERE
    if category in MANDATORY and not is_elsewhere:
        return ""
    if is_elsewhere and category in NEVER_ELSEWHERE:
        return NOT_ELSEWHERE
    chosen = choices.wanted.get(category, {}).get(channel)
    if chosen is not None:
        return "" if chosen else CHOSE_NOT
    if is_elsewhere and channel not in BY_ITSELF:
        return CHOSE_NOT
    # What an organisation does not show in the app by itself does not come to a phone either.
    as_channel = "inbox" if is_elsewhere else channel
    return "" if defaults.get(category, {}).get(as_channel, True) else DEFAULT_NOT


def plan_for(
    category: str, choices: Choices, defaults: Wanted, *, now: datetime, channel: str = "mail"
) -> Plan:
    """Queue it now, hold it, or leave it out.

    A mail that is told in any case comes at once; what goes to a phone waits for the morning.
    """
    refusal = is_wanted(category, channel, choices, defaults)
    if refusal:
        return Plan("opted_out", now, refusal)
    if category in MANDATORY and channel not in ELSEWHERE:
        return Plan("queued", now)
    digest_at = choices.digest_at(now) if category not in MANDATORY else None
    if digest_at is not None:
        return Plan("held", digest_at, FOR_DIGEST)
    quiet_until = choices.quiet_until(now)
    return Plan("held", quiet_until, QUIET) if quiet_until else Plan("queued", now)


def plan_for_morning(choices: Choices, time_zone: str, *, latest: datetime, now: datetime) -> Plan:
    """What is told in any case, once its reader's night and quiet hours are over.

    It comes now where they are up, and where that would be after `latest`.
    """
    start, end = NIGHT_HOURS
    night = Choices(quiet_from=start, quiet_to=end, time_zone=time_zone)
    morning = night.quiet_until(now) or now
    morning = choices.quiet_until(morning) or morning
    return Plan("held", morning, NIGHT) if now < morning <= latest else Plan("queued", now)


def can_choose(category: str, channel: str) -> bool:
    """Whether there is a choice."""
    if channel in ELSEWHERE:
        return category not in NEVER_ELSEWHERE
    return category not in MANDATORY


def effective(chosen: Wanted, offered: Collection[str] = FOR_ALL) -> dict[str, dict[str, bool]]:
    """category → channel → whether it comes, with what is so by itself. offered: channels that
    there is an address for."""
    return {
        category: {
            channel: channel in offered and _comes(category, channel, chosen)
            for channel in CHANNELS
        }
        for category in CATEGORIES
    }


def _comes(category: str, channel: str, chosen: Wanted) -> bool:
    if not can_choose(category, channel):
        return channel in TOLD_BY[category]
    by_itself = channel in (*FOR_ALL, *BY_ITSELF)
    return chosen.get(category, {}).get(channel, by_itself)
