"""When what can wait is sent: quiet hours and digests, right when clocks change."""

from datetime import UTC, datetime, time

import pytest

from services.notifications.model.choices import CHOSE_NOT, DEFAULT_NOT, Choices, Plan, plan_for

NIGHT = {"quiet_from": time(22), "quiet_to": time(7)}


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "now", "until"),
    [
        # A plain night, before and after midnight, and the day beside it.
        ("Asia/Taipei", "2026-03-02T14:00", "2026-03-02T23:00"),
        ("Asia/Taipei", "2026-03-02T16:30", "2026-03-02T23:00"),
        ("Asia/Taipei", "2026-03-02T23:00", None),
        ("Asia/Taipei", "2026-03-02T13:59", None),
        # Berlin's clocks go forward on 29 March 2026 and back on 25 October.
        ("Europe/Berlin", "2026-03-28T22:00", "2026-03-29T05:00"),
        ("Europe/Berlin", "2026-10-24T21:00", "2026-10-25T06:00"),
    ],
)
def test_quiet_hours_go_by_the_clock_on_the_wall(zone, now, until):
    found = Choices(**NIGHT, time_zone=zone).quiet_until(utc(now))

    assert found == (utc(until) if until else None)


def test_an_end_that_the_change_of_clocks_leaves_out_comes_an_hour_later():
    choices = Choices(quiet_from=time(22), quiet_to=time(2, 30), time_zone="Europe/Berlin")

    assert choices.quiet_until(utc("2026-03-28T23:00")) == utc("2026-03-29T01:30")


def test_an_end_that_comes_twice_ends_the_hour_that_it_is_in():
    choices = Choices(quiet_from=time(2), quiet_to=time(2, 30), time_zone="Europe/Berlin")

    assert choices.quiet_until(utc("2026-10-25T00:10")) == utc("2026-10-25T00:30")
    assert choices.quiet_until(utc("2026-10-25T01:10")) == utc("2026-10-25T01:30")


@pytest.mark.parametrize(
    ("digest", "now", "due"),
    [
        ("daily", "2026-03-02T04:00", "2026-03-03T00:00"),
        ("daily", "2026-03-01T23:59", "2026-03-02T00:00"),
        ("weekly", "2026-03-02T04:00", "2026-03-09T00:00"),
        ("weekly", "2026-03-01T12:00", "2026-03-02T00:00"),
    ],
)
def test_a_digest_comes_at_eight_in_the_morning(digest, now, due):
    choices = Choices(digest=digest, time_zone="Asia/Taipei")

    assert choices.digest_at(utc(now)) == utc(due)


def test_a_digest_waits_for_the_end_of_quiet_hours():
    choices = Choices(
        digest="daily", quiet_from=time(22), quiet_to=time(9), time_zone="Asia/Taipei"
    )

    assert choices.digest_at(utc("2026-03-02T04:00")) == utc("2026-03-03T01:00")


def test_what_is_mandatory_is_queued_whatever_was_chosen(now):
    choices = Choices(
        wanted={"workshop": {"mail": False}}, digest="daily", quiet_from=time(0), quiet_to=time(23)
    )

    assert plan_for("workshop", choices, {}, now=now) == Plan("queued", now)


def test_ones_own_choice_goes_before_the_organisations_default(now):
    defaults = {"news": {"mail": False}}
    asked_for = Choices(wanted={"news": {"mail": True}})
    refused = Choices(wanted={"news": {"mail": False}})

    assert plan_for("news", Choices(), defaults, now=now) == Plan("opted_out", now, DEFAULT_NOT)
    assert plan_for("news", asked_for, defaults, now=now) == Plan("queued", now)
    assert plan_for("news", refused, {}, now=now) == Plan("opted_out", now, CHOSE_NOT)
