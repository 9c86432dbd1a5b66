"""Whoever changes a workshop says whether those who have night may sleep: by the API, on pages."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from services.notifications.model import Delivery, Notification
from tests.contract.browsing import browser_of
from tests.contract.place import Place
from tests.contract.test_seen_versions import form_at
from tests.support.alliance import EVENTS, address_of

pytestmark = pytest.mark.usefixtures("untouched")
STARTS = datetime(2026, 3, 28, 2, 0, tzinfo=UTC)
NAME = "Ann Night"


@pytest.fixture
def workshop(place: Place) -> str:
    """One with a guest, where it is noon in Taipei; its place is where it is night."""
    times = {"starts_at": STARTS, "ends_at": STARTS + timedelta(hours=6)}
    plain = {name: moment.isoformat() for name, moment in times.items()}
    made = place.published(capacity=9, time_zone="America/Lima", **plain)
    place.register(made, NAME)
    place.apps.mails_to(address_of(NAME))
    return made


def how_it_is_told(place: Place, kind: str) -> list[str]:
    place.apps.settle()
    query = select(Delivery.state).join(Delivery.notification)
    query = query.where(Notification.kind == kind, Notification.name == NAME)
    with place.apps.databases["notifications"].reading() as session:
        return list(session.scalars(query.where(Delivery.channel == "mail")))


@pytest.mark.parametrize(("wish", "state"), [({}, "queued"), ({"spares_nights": True}, "held")])
def test_a_change_by_the_api_spares_nights_where_it_says_so(
    place: Place, workshop: str, wish: dict[str, bool], state: str
) -> None:
    moved = {"titles": {"en": "Another title"}}

    place.ask("PATCH", f"{EVENTS}/workshops/{workshop}", moved | wish, by=place.organizer)

    assert how_it_is_told(place, "workshop_changed") == [state]


@pytest.mark.parametrize(("box", "state"), [({}, "queued"), ({"spares_nights": "true"}, "held")])
def test_a_change_on_the_page_spares_nights_where_the_box_is_ticked(
    place: Place, workshop: str, box: dict[str, str], state: str
) -> None:
    page = browser_of(place, place.organizer)
    path = f"/events/manage/{workshop}/edit"

    saved = page.post(path, data=form_at(page, path) | {"titles.en": "Another title"} | box)

    assert saved.status_code == 303, saved.text
    assert how_it_is_told(place, "workshop_changed") == [state]


@pytest.mark.parametrize("way", ["by the API", "on the page"])
def test_a_new_date_spares_nights_too(place: Place, workshop: str, way: str) -> None:
    place.post(f"{EVENTS}/workshops/{workshop}/postpone", by=place.organizer)
    if way == "by the API":
        body = {"starts_at": (STARTS + timedelta(days=9)).isoformat(), "spares_nights": True}
        place.post(f"{EVENTS}/workshops/{workshop}/reschedule", body, by=place.organizer)
    else:
        page = browser_of(place, place.organizer)
        base = f"/events/manage/{workshop}"
        token = form_at(page, f"{base}/edit")["csrf_token"]
        page.post(f"{base}/reschedule", data={"csrf_token": token, "spares_nights": "on"})

    assert how_it_is_told(place, "workshop_rescheduled") == ["held"]
