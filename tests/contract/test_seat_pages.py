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


def test_an_organizer_puts_somebody_first_in_line_and_says_why(place: Place) -> None:
    workshop = place.published(capacity=1)
    path, made = f"{EVENTS}/workshops/{workshop}/registrations", {}
    for name in ("Ann", "Ben", "Cho"):
        body = {"name": name, "email": f"{name.lower()}@people.example"}
        made[name] = place.post(path, body)["id"]
    page = browser_of(place, place.organizer)
    roster = f"/events/manage/{workshop}/people"
    action = f"/events/manage/registrations/{made['Cho']}/first"
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page.get(roster).text)[0]

    bare = page.post(action, data={"csrf_token": token}, follow_redirects=True)
    good = {"csrf_token": token, "reason": "Cho interprets."}
    page.post(action, data=good, follow_redirects=True)

    assert "Say why" in bare.text
    assert f"registrations/{made['Ben']}/first" in page.get(roster).text, "no longer the first"
    shown = page.get(f"/events/manage/registrations/{made['Cho']}").text
    assert "number 1 in line" in shown
    assert "put first in line: Cho interprets." in shown


def test_a_program_puts_somebody_first_only_with_a_reason(place: Place) -> None:
    workshop = place.published(capacity=1)
    path = f"{EVENTS}/workshops/{workshop}/registrations"
    made = [
        place.post(path, {"name": name, "email": f"{name}@people.example"})["id"]
        for name in ("ann", "ben", "cho")
    ]
    last = f"{EVENTS}/registrations/{made[-1]}/put-first"

    refused = place.ask("POST", last, {}, by=place.organizer, status=422)
    done = place.ask("POST", last, {"reason": "They interpret."}, by=place.organizer)

    assert refused["errors"][0]["pointer"] == "/reason"
    assert done["place"] == 1
