"""Times on pages are those of the reader's own zone."""

import re

import httpx
import pytest

from tests.contract.browsing import browser_of
from tests.contract.place import Place
from tests.support.alliance import MEMBERS, PASSWORD, address_of

pytestmark = pytest.mark.usefixtures("untouched")

THERE = "America/Lima"


def somebody_in_lima(place: Place) -> httpx.Client:
    """The organizer, who has moved."""
    place.ask("PATCH", f"{MEMBERS}/me", {"time_zone": THERE}, by=place.organizer)
    email = place.get(f"{MEMBERS}/me", by=place.organizer)["email"]
    return browser_of(place, place.plenary.sign_in(email, PASSWORD))


def zones_in(page: str) -> set[str]:
    return set(re.findall(r'<span class="zone">([^<]+)</span>', page))


def test_what_was_sent_when_is_said_in_the_zone_of_who_reads(place: Place) -> None:
    workshop = place.published(capacity=3)
    place.register(workshop, "Ann Ao")
    place.plenary.await_mail(address_of("Ann Ao"), "You have a seat")
    page, guest = somebody_in_lima(place), place.plenary.browser()

    listed = page.get(f"/notifications/deliveries?subject_id={workshop}").text
    delivery = re.search(r"/notifications/deliveries/[0-9a-f-]{36}", listed)
    assert delivery
    shown = {
        path: zones_in(page.get(path).text)
        for path in (
            delivery[0],
            f"/notifications/deliveries?subject_id={workshop}",
            f"/notifications/webhooks/{place.ids['webhook_id']}",
            "/mailbox",
            f"/members/memberships/{place.ids['membership_id']}",
        )
    }

    assert zones_in(guest.get("/mailbox").text) == {"UTC"}
    assert {path: zones for path, zones in shown.items() if zones - {THERE}} == {}
    assert [len(zones) for zones in shown.values()] == [1] * 5
