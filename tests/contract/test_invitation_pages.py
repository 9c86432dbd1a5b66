"""Invitations by HTTP and on their pages: pasted, looked at, sent, opened, registered."""

import re

import httpx
import pytest

from tests.contract.browsing import browser_of
from tests.contract.place import Place
from tests.contract.place_invitations import INVITEE
from tests.contract.problems import pointers, problem
from tests.support.alliance import EVENTS, bearer_of, link_of

pytestmark = pytest.mark.usefixtures("untouched")


def send(page: httpx.Client, at: str, to: str, fields: dict[str, str]) -> httpx.Response:
    """Send a form of the page at that address."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.get(at).text)
    assert found
    return page.post(to, data={"csrf_token": found[1], **fields})


def room_of(place: Place) -> str:
    return f"/events/manage/{place.ids['by_invitation']}/invitations"


def path_of_mail(place: Place, email: str) -> str:
    return link_of(place.plenary.await_mail(email, "You are invited"))


def test_an_organizer_looks_at_the_list_first_and_then_sends(place: Place) -> None:
    page, room = browser_of(place, place.organizer), room_of(place)
    people = f"{INVITEE['name']} <{INVITEE['email']}>\nBo Chen <bo@people.example>"

    looked = send(page, room, room, {"people": people, "locale": "en", "step": "look"})
    before = page.get(room).text
    sent = send(page, room, room, {"people": people, "locale": "en", "step": "send"})
    place.apps.settle()

    assert "will be invited" in looked.text
    assert "invited already" in looked.text
    assert "Invite 1 person" in looked.text
    assert "bo@people.example" not in before
    assert sent.status_code == 303
    assert "bo@people.example" in page.get(room).text
    assert path_of_mail(place, "bo@people.example").startswith("/events/invited/")


def test_a_line_that_names_nobody_is_said_and_kept(place: Place) -> None:
    page, room = browser_of(place, place.organizer), room_of(place)

    answer = send(page, room, room, {"people": "nobody here", "step": "send"})
    past = {"people": "Bo <bo@people.example>", "expires_at": "2020-01-01T00:00", "step": "send"}
    early = send(page, room, room, past)

    assert answer.status_code == early.status_code == 422
    assert answer.text.count("nobody here") >= 2
    assert "It can&#39;t end before it is sent." in early.text


def test_the_invited_person_opens_the_link_and_registers_without_an_account(place: Place) -> None:
    path, page = path_of_mail(place, INVITEE["email"]), browser_of(place)
    public = page.get(f"/events/workshops/{place.ids['by_invitation']}").text

    shown = page.get(path).text
    opened = send(page, path, f"{path}/open", {})
    form = page.get(f"{path}/register").text
    bad = send(page, f"{path}/register", f"{path}/register", {"locale": "en"})
    done = send(
        page, f"{path}/register", f"{path}/register", {"name": INVITEE["name"], "locale": "en"}
    )

    assert "the organizer invites who takes part" in public
    assert "you are invited" in shown
    assert opened.headers["Location"] == f"{path}/register"
    assert f'value="{INVITEE["name"]}"' in form
    assert bad.status_code == 422
    assert "you have a seat" in page.get(done.headers["Location"]).text
    assert page.get(path).headers["Location"] == done.headers["Location"]
    listed = browser_of(place, place.organizer).get(room_of(place)).text
    assert "registered" in listed


def test_opening_the_link_changes_nothing_and_declining_does(place: Place) -> None:
    path, page = path_of_mail(place, INVITEE["email"]), browser_of(place)
    one = f"{EVENTS}/workshop-invitations/{place.ids['workshop_invitation_id']}"
    page.get(path)
    page.get(f"{path}/register")
    assert place.get(one, by=place.organizer)["state"] == "sent"

    send(page, path, f"{path}/decline", {})

    assert place.get(one, by=place.organizer)["state"] == "declined"
    assert "This invitation was declined." in page.get(path).text


def test_what_was_taken_back_opens_no_form(place: Place) -> None:
    path, room = path_of_mail(place, INVITEE["email"]), room_of(place)
    page = browser_of(place, place.organizer)
    one = f"/events/manage/invitations/{place.ids['workshop_invitation_id']}"
    send(page, room, f"{one}/resend", {})

    send(page, room, f"{one}/revoke", {})

    shown = browser_of(place).get(f"{path}/register").text
    assert "taken this invitation back" in shown
    assert "csrf_token" not in shown.partition("<main")[2].partition("</main")[0]


def test_by_the_link_one_registers_with_the_api_once(place: Place) -> None:
    mail = place.plenary.await_mail(INVITEE["email"], "You are invited")
    bearer = bearer_of(mail)
    one = f"{EVENTS}/workshop-invitations/{place.ids['workshop_invitation_id']}"

    first = place.plenary.api.post(f"{one}/register", json={}, headers=bearer)
    again = place.plenary.api.post(f"{one}/register", json={"name": "Other"}, headers=bearer)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert "ticket" in first.json()
    refused = place.plenary.api.post(f"{one}/revoke", json={}, headers=place.organizer)
    assert problem(refused, 409)["code"] == "wrong_state"


def test_bad_lists_are_refused_with_what_is_wrong(place: Place) -> None:
    path, by = f"{EVENTS}/workshops/{place.ids['by_invitation']}/invitations", place.organizer
    for body, pointer in (
        ({"people": []}, "/people"),
        ({"people": [{"name": "Ada"}]}, "/people/0/person_id"),
        ({"people": [{"person_id": place.ids["a"]}]}, "/people"),
        ({"people": [INVITEE], "expires_at": "2020-01-01T00:00:00Z"}, "/expires_at"),
    ):
        answer = place.plenary.api.post(path, json=body, headers=by)
        assert pointers(problem(answer, 422)) == [pointer]
    guest = place.plenary.api.post(
        f"{EVENTS}/workshops/{place.ids['by_invitation']}/registrations", json=INVITEE
    )
    assert problem(guest, 409)["code"] == "registration_closed"


def test_invitations_go_out_as_files(place: Place) -> None:
    page, room = browser_of(place, place.organizer), room_of(place)

    assert INVITEE["email"] in page.get(f"{room}/file?format=csv").text
    assert page.get(f"{room}/file?format=xlsx").content.startswith(b"PK")
