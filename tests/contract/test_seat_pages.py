"""The page of a workshop's seats: whose ministry it is where several economies have one."""

import io
import re

import httpx
import pytest
from PIL import Image

from tests.contract.browsing import browser_of
from tests.contract.place import Place
from tests.support.alliance import EVENTS, MEMBERS, link_of

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


def test_at_a_cancelled_workshop_the_pages_of_links_offer_nothing_to_take(place: Place) -> None:
    workshop = place.published(capacity=9)
    path, body, mail = f"{EVENTS}/workshops/{workshop}", place.ids["a"], "jun@bodies.example"
    place.ask("PUT", f"{path}/allotments/{body}", {"seats": 1}, by=place.organizer)
    name = {"kind": "romanised", "given": "Jun", "family": "Seo"}
    person = {"organisation_id": body, "person": {"names": [name], "email": mail}}
    made = place.post(f"{path}/nominations", person, by=place.focal_a)["id"]
    place.post(f"{EVENTS}/nominations/{made}/submit", by=place.focal_a)
    link = link_of(place.plenary.await_mail(mail, ""))
    page = browser_of(place)
    before = page.get(link).text

    place.post(f"{path}/cancel", {"reason": "A typhoon."}, by=place.organizer)

    after = page.get(link).text
    assert "Confirm: I will take part" in before
    assert "Confirm: I will take part" not in after
    assert "This workshop is cancelled." in after


def test_an_offer_at_a_cancelled_workshop_is_no_longer_shown_to_be_taken(place: Place) -> None:
    workshop = place.published(capacity=1)
    path, mail = f"{EVENTS}/workshops/{workshop}", "gus@people.example"
    first = {"name": "Fay", "email": "fay@people.example"}
    seat = place.post(f"{path}/registrations", first)["id"]
    place.post(f"{path}/registrations", {"name": "Gus", "email": mail})
    link = link_of(place.plenary.await_mail(mail, ""))
    place.post(f"{EVENTS}/registrations/{seat}/cancel", by=place.organizer)
    page = browser_of(place)
    before = page.get(link).text

    place.post(f"{path}/cancel", {"reason": "A typhoon."}, by=place.organizer)

    after = page.get(link).text
    assert "Take the seat" in before
    assert "Take the seat" not in after
    assert "This workshop is cancelled." in after


def test_a_focal_point_substitutes_a_nominee_and_chooses_the_head(place: Place) -> None:
    workshop = place.published(capacity=9)
    base, body = f"{EVENTS}/workshops/{workshop}", place.ids["a"]
    seats = {"seats": 3, "alternates": 1}
    place.ask("PUT", f"{base}/allotments/{body}", seats, by=place.organizer)
    made = {}
    for name, role in (("Min", "head"), ("Jun", "member")):
        person = {
            "names": [{"kind": "romanised", "given": name, "family": "Lee"}],
            "email": f"{name}@b.example",
        }
        nominee = {"organisation_id": body, "person": person, "role": role}
        found = place.post(f"{base}/nominations", nominee, by=place.organizer)
        made[name] = place.ask(
            "POST", f"{EVENTS}/nominations/{found['id']}/submit", {}, by=place.organizer
        )
    page, ours = browser_of(place, place.focal_a), f"/events/delegation/{workshop}/{body}"
    act = "/events/delegation/nominations/"
    second = {"name": "Sol", "email": "sol@b.example", "role": "head", "capacity": "delegate"}
    second |= {"csrf_token": token_of(page, ours), "locale": "en"}

    refused = page.post(ours, data=second)
    page.post(f"{act}{made['Jun']['id']}/head", data={"csrf_token": second["csrf_token"]})
    instead = {"name": "Ida", "email": "ida@b.example", "locale": "en"}
    instead["csrf_token"] = second["csrf_token"]
    page.post(f"{act}{made['Jun']['id']}/somebody-else", data=instead)

    assert refused.status_code == 409
    assert f"{made['Min']['name']} is the head of this delegation" in refused.text
    rows = place.ask("GET", f"{base}/nominations", by=place.organizer)["items"]
    found = {each["name"]: (each["role"], each["state"]) for each in rows}
    assert found == {
        "Lee Min": ("member", "submitted"),
        "Lee Jun": ("head", "substituted"),
        "Ida": ("head", "submitted"),
    }
    withdraw = {"csrf_token": second["csrf_token"]}
    ida = next(each["id"] for each in rows if each["name"] == "Ida")
    page.post(f"{act}{ida}/withdraw", data=withdraw)
    assert "This delegation has no head" in page.get(ours).text


def token_of(page: httpx.Client, path: str) -> str:
    return re.findall(r'name="csrf_token" value="([^"]+)"', page.get(path).text)[0]


def test_a_nominee_who_confirms_has_the_ticket_before_them_and_finds_it_again(place: Place) -> None:
    workshop = place.published(capacity=9)
    path, body, mail = f"{EVENTS}/workshops/{workshop}", place.ids["a"], "ine@bodies.example"
    place.ask("PUT", f"{path}/allotments/{body}", {"seats": 1}, by=place.organizer)
    name = {"kind": "romanised", "given": "Ine", "family": "Seo"}
    person = {"organisation_id": body, "person": {"names": [name], "email": mail}}
    made = place.post(f"{path}/nominations", person, by=place.focal_a)["id"]
    place.post(f"{EVENTS}/nominations/{made}/submit", by=place.focal_a)
    link = link_of(place.plenary.await_mail(mail, "nominates you"))
    page = browser_of(place)
    token = {"csrf_token": token_of(page, link)}

    confirmed = page.post(f"{link}/confirm", data=token)

    ticket = confirmed.headers["Location"]
    assert "Ticket to print (PDF)" in page.get(ticket).text
    assert f'href="{ticket}"' in page.get(link).text
    page.post(f"{ticket}/cancel", data=token)
    assert "Add to my calendar" not in page.get(ticket).text


def test_a_speaker_is_added_with_their_photo_or_not_at_all(place: Place) -> None:
    workshop = place.published(capacity=9)
    page, path = browser_of(place, place.organizer), f"/events/manage/{workshop}/add-speaker"
    form = {"csrf_token": token_of(page, path), "names.en": "Ada Lovelace"}
    drawn = io.BytesIO()
    Image.new("RGB", (300, 200)).save(drawn, "PNG")
    good, wrong = ("ada.png", drawn.getvalue(), "image/png"), ("ada.jpg", b"<svg/>", "image/jpeg")

    refused = page.post(path, data=form, files={"file": wrong})
    added = page.post(path, data=form, files={"file": good})

    assert (refused.status_code, added.status_code) == (422, 303)
    (row,) = place.get(f"{EVENTS}/workshops/{workshop}/speakers", by=place.organizer)["items"]
    shown = page.get(f"/events/manage/{workshop}/programme").text
    assert f'src="/events/speakers/{row["id"]}/' in shown
