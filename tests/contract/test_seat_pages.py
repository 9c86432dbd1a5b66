"""The page of a workshop's seats: whose ministry it is where several economies have one."""

import re

import httpx
import pytest

from tests.contract.browsing import browser_of
from tests.contract.place import Place
from tests.support.alliance import EVENTS, MEMBERS

pytestmark = pytest.mark.usefixtures("untouched")
NAME = "Ministry of Labour"


@pytest.fixture
def ministries(place: Place) -> dict[str, str]:
    """Economy → a body of that name."""
    made = {}
    for economy in ("PE", "KR"):
        body = {"names": {"en": NAME}, "kind": "agency", "economy": economy}
        path = f"{MEMBERS}/organisations"
        made[economy] = place.post(path, body, by=place.operator)["id"]
    return made


def test_bodies_are_told_apart_by_their_economies(place: Place, ministries: dict[str, str]) -> None:
    workshop = place.published(capacity=9)
    page: httpx.Client = browser_of(place, place.organizer)
    for body in ministries.values():
        seats = {"seats": 2}
        place.apps.settle()
        path = f"{EVENTS}/workshops/{workshop}/allotments/{body}"
        place.ask("PUT", path, seats, by=place.organizer)

    shown = page.get(f"/events/manage/{workshop}/seats").text

    rows = re.findall(rf">{NAME}</a><br><span class=\"soft\">([^<]+)</span>", shown)
    assert rows == ["Korea", "Peru"], "in APEC's order"
    assert f">{NAME} (Korea)</option>" in shown
    assert f">{NAME} (Peru)</option>" in shown
