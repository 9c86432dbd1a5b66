"""The organizer's overview of a workshop whose time changes, and the roster once one is erased."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from services.events.model import Registration, Workshop
from tests.contract.browsing import browser_of
from tests.contract.place import Place
from tests.support.alliance import EVENTS

pytestmark = pytest.mark.usefixtures("untouched")


def with_a_session(place: Place) -> tuple[str, dict[str, str]]:
    """A published workshop with a session as long as it is, and its times."""
    workshop = place.published(capacity=3)
    path = f"{EVENTS}/workshops/{workshop}"
    found = place.ask("GET", path, by=place.organizer)
    times = {"starts_at": found["starts_at"], "ends_at": found["ends_at"]}
    place.post(f"{path}/sessions", {"titles": {"en": "Opening"}} | times, by=place.organizer)
    return workshop, times


def test_sessions_that_a_new_time_leaves_behind_are_said(place: Place) -> None:
    workshop, times = with_a_session(place)
    path = f"{EVENTS}/workshops/{workshop}"
    page = browser_of(place, place.organizer)
    before = page.get(f"/events/manage/{workshop}").text

    earlier = datetime.fromisoformat(times["ends_at"]) - timedelta(minutes=30)
    place.ask("PATCH", path, {"ends_at": earlier.isoformat()}, by=place.organizer)

    after = page.get(f"/events/manage/{workshop}").text
    assert "outside the time of the workshop" not in before
    assert "1 session lies outside the time of the workshop" in after


def test_whoever_publishes_a_new_date_sees_which(place: Place) -> None:
    workshop = place.published(capacity=3)
    path = f"{EVENTS}/workshops/{workshop}"
    place.post(f"{path}/postpone", {"reason": "A typhoon."}, by=place.organizer)
    page = browser_of(place, place.organizer)

    shown = page.get(f"/events/manage/{workshop}").text
    page.cookies.set("plenary_language", "zh-Hant")
    chinese = page.get(f"/events/workshops/{workshop}").text

    assert "is told this date" in shown
    assert "<s>" in chinese
    assert "新日期將另行公布。" in chinese
    assert "calendar.ics" not in chinese
    assert "此工作坊已延期" in chinese


def test_sessions_move_to_the_new_date_along_with_the_workshop(place: Place) -> None:
    workshop, _ = with_a_session(place)
    path = f"{EVENTS}/workshops/{workshop}"

    place.post(f"{path}/postpone", {"reason": "A typhoon."}, by=place.organizer)
    place.post(f"{path}/reschedule", {"starts_at": "2099-05-01T01:00:00Z"}, by=place.organizer)

    [moved] = place.ask("GET", f"{path}/sessions", by=place.organizer)["items"]
    now = place.ask("GET", path, by=place.organizer)
    assert moved["starts_at"] == now["starts_at"] == "2099-05-01T01:00:00Z"
    assert moved["ends_at"] == now["ends_at"]


def test_who_took_part_in_what_was_held_is_offered_no_cancelling(place: Place) -> None:
    workshop = place.published(capacity=3)
    guest = {"name": "Ann", "email": "ann@people.example"}
    made = place.post(f"{EVENTS}/workshops/{workshop}/registrations", guest)["id"]
    page = browser_of(place, place.organizer)
    before = page.get(f"/events/manage/{workshop}/people").text

    with place.apps.databases["events"].writing() as session:
        held = update(Workshop).where(Workshop.id == UUID(workshop)).values(state="held")
        session.execute(held)

    after = page.get(f"/events/manage/{workshop}/people").text
    cancelling = f"/events/manage/registrations/{made}/cancel"
    assert cancelling in before
    assert cancelling not in after


def test_an_erased_person_has_no_made_up_address_on_the_roster(place: Place) -> None:
    workshop = place.published(capacity=3)
    guest = {"name": "Ann", "email": "ann@people.example"}
    made = place.post(f"{EVENTS}/workshops/{workshop}/registrations", guest)["id"]
    blank = {"name": "erased", "email": f"{made}@erased.invalid"}
    with place.apps.databases["events"].writing() as session:
        session.execute(update(Registration).where(Registration.id == UUID(made)).values(blank))
    page = browser_of(place, place.organizer)

    shown = page.get(f"/events/manage/{workshop}/people").text
    filed = page.get(f"/events/manage/{workshop}/registrations?format=csv").text

    assert "erased person" in shown
    assert made in filed
    assert "erased.invalid" not in shown + filed
