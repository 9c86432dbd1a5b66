"""A workshop is moved by a day, and 500 people in five time zones are told while they are up."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path

import pytest

from services.notifications.reactions import release_held
from tests.journeys.calendars import entry_of
from tests.support.alliance import EVENTS, MEMBERS, Alliance, found_alliance
from tests.support.apps import Apps, Standing
from tests.support.databases import Templates

EACH = 100
STARTS = datetime(2026, 4, 10, 1, 0, tzinfo=UTC)
MOVED_AT = datetime(2026, 3, 27, 22, 0, tzinfo=UTC)
TOLD_AT = {
    "America/Lima": MOVED_AT,
    "America/New_York": MOVED_AT,
    "Pacific/Auckland": MOVED_AT,
    "Asia/Taipei": datetime(2026, 3, 28, 0, 0, tzinfo=UTC),
    "Europe/London": datetime(2026, 3, 28, 8, 0, tzinfo=UTC),
}
"""Where they are → when they are told. It is 17, 18 and 11 o'clock where they are up."""
A_DAY = timedelta(days=1)


@pytest.fixture
def apps(tmp_path: Path) -> Iterator[Apps]:
    made = Apps(Templates(tmp_path), clock=Standing(MOVED_AT - timedelta(minutes=5)))
    made.start()
    yield made
    made.close()


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
def test_everybody_gets_the_right_calendar_update_at_a_decent_hour(apps: Apps) -> None:
    alliance = found_alliance(apps)
    workshop = _workshop(alliance)
    people = {zone: [_person(alliance, zone, n) for n in range(EACH)] for zone in TOLD_AT}
    apps.settle()
    for email in chain(*people.values()):
        _nominate(alliance, workshop, email)
    looked_at = list(chain(*people.values()))[::20]
    before = {each: entry_of(apps.mails_to(each)[-1]) for each in looked_at}

    apps.clock.now = MOVED_AT
    moved = {
        "starts_at": (STARTS + A_DAY).isoformat(),
        "ends_at": (STARTS + A_DAY + timedelta(hours=6)).isoformat(),
        "spares_nights": True,
    }
    alliance.ask("PATCH", f"{EVENTS}/workshops/{workshop}", moved, by=alliance.organizer)

    for moment in sorted(set(TOLD_AT.values())):
        if moment > MOVED_AT:
            _pass_the_time_to(apps, moment - timedelta(seconds=1))
            assert _told(apps, people) == {zone for zone, at in TOLD_AT.items() if at < moment}
        _pass_the_time_to(apps, moment)
        assert _told(apps, people) == {zone for zone, at in TOLD_AT.items() if at <= moment}
    for address, entry in before.items():
        update = entry_of(apps.mails_to(address)[-1])
        assert (update.uid, update.attendee) == (entry.uid, address)
        assert (entry.starts_at, update.starts_at) == (STARTS, STARTS + A_DAY)
        assert (update.method, update.sequence > entry.sequence) == ("REQUEST", True)


def _workshop(alliance: Alliance) -> str:
    times = {
        "starts_at": STARTS.isoformat(),
        "ends_at": (STARTS + timedelta(hours=6)).isoformat(),
    }
    made = alliance.published(capacity=5 * EACH, **times)
    allotted = f"{EVENTS}/workshops/{made}/allotments/{alliance.ids['a']}"
    alliance.ask("PUT", allotted, {"seats": 5 * EACH}, by=alliance.organizer)
    return made


def _person(alliance: Alliance, zone: str, number: int) -> str:
    """Somebody who lives in the zone. Answers their address."""
    email = f"{zone.rpartition('/')[2].lower()}.{number}@people.example"
    names = [{"kind": "romanised", "given": f"N{number}", "family": zone, "order": "given_first"}]
    body = {"names": names, "email": email, "time_zone": zone}
    made = alliance.post(f"{MEMBERS}/people", body, by=alliance.operator)
    alliance.ids[email] = made["id"]
    return email


def _nominate(alliance: Alliance, workshop: str, email: str) -> None:
    named = {"organisation_id": alliance.ids["a"], "person_id": alliance.ids[email]}
    made = alliance.post(f"{EVENTS}/workshops/{workshop}/nominations", named, by=alliance.focal_a)
    alliance.post(f"{EVENTS}/nominations/{made['id']}/submit", by=alliance.focal_a)


def _pass_the_time_to(apps: Apps, moment: datetime) -> None:
    apps.clock.now = moment
    release_held(apps.databases["notifications"], moment)


def _told(apps: Apps, people: dict[str, list[str]]) -> set[str]:
    """The zones where everybody has the second mail; in the others nobody has."""
    apps.send()
    mails = Counter[str]()
    page = "/mailbox/api/v1/messages?limit=500"
    while page:
        answer = apps.api.get(page).raise_for_status().json()
        mails.update(each["to"] for each in answer["items"])
        page = answer["next"]
    found = {zone: {mails[each] for each in addresses} for zone, addresses in people.items()}
    assert all(counts in ({1}, {2}) for counts in found.values()), found
    return {zone for zone, counts in found.items() if counts == {2}}
