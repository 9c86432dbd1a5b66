"""Contributions on their pages: called for, submitted, reviewed, decided on, taken home."""

import csv
import io
import re

import httpx
import pytest

from tests.contract.browsing import browser_of
from tests.contract.place import Place
from tests.contract.place_calls import SUBMISSION
from tests.support.alliance import EVENTS, link_of

pytestmark = pytest.mark.usefixtures("untouched")

CALL = {
    "is_published": "on",
    "texts.en": "Tell us.",
    "opens_at": "2020-01-01T09:00",
    "closes_at": "2036-01-01T09:00",
    "topics.0.key": "skills",
    "topics.0.labels.en": "Skills",
    "topics.0.labels.zh-Hant": "技能",
    "criteria.0.key": "fit",
    "criteria.0.labels.en": "Fit",
    "criteria.1.key": "new",
    "criteria.1.labels.en": "New",
    "takes_file": "on",
}
FORM = {
    "name": "Ann Lee",
    "email": "ann.lee@people.example",
    "locale": "en",
    "title": "=Bridges",
    "abstract": "How bridges help.",
}
MAIN = re.compile("<main.*</main>", re.DOTALL)


def opened(page: httpx.Client, at: str) -> dict[str, str]:
    """What the page's first form says of itself: its token, and the version that it shows."""
    found = MAIN.search(page.get(at).text)
    assert found
    names = ("csrf_token", "seen_version")
    values = {name: re.search(f'name="{name}" value="([^"]+)"', found[0]) for name in names}
    return {name: value[1] for name, value in values.items() if value}


def send(
    page: httpx.Client,
    at: str,
    to: str,
    fields: dict[str, str],
    files: dict[str, tuple[str, bytes]] | None = None,
) -> httpx.Response:
    """Send a form of the page at that address."""
    return page.post(to, data=opened(page, at) | fields, files=files)


def room_of(place: Place) -> str:
    return f"/events/manage/{place.ids['workshop_id']}/call"


def one_of(place: Place) -> str:
    return f"/events/manage/submissions/{place.ids['submission_id']}"


def public_page(place: Place) -> str:
    return f"/events/workshops/{place.ids['workshop_id']}/call"


def state_of(place: Place) -> str:
    found = place.get(f"{EVENTS}/submissions/{place.ids['submission_id']}", by=place.organizer)
    return str(found["state"])


def own_page(place: Place) -> str:
    mail = place.plenary.await_mail(str(SUBMISSION["email"]), "We have your contribution")
    return link_of(mail)


def test_a_reviewer_is_named_by_address_and_told_the_way_to_what_they_review(
    place: Place,
) -> None:
    page, room = browser_of(place, place.organizer), room_of(place)
    attendee = "attendee@people.example"

    unknown = send(page, room, room, CALL | {"reviewers": f"{attendee}\nnobody@people.example"})
    for _ in range(2):
        assert send(page, room, room, CALL | {"reviewers": attendee}).status_code == 303
    place.apps.settle()

    assert unknown.status_code == 422
    assert "has this address: nobody@people.example" in unknown.text
    assert attendee in unknown.text
    mail = place.plenary.await_mail(attendee, "Please review contributions")
    assert "/events/reviewing\n" in mail.text
    told = [each for each in place.plenary.mails_to(attendee) if "review" in each.subject]
    assert len(told) == 1
    listed = browser_of(place, place.people["attendee"]).get("/events/reviewing").text
    assert str(SUBMISSION["title"]) in listed


def test_a_call_that_somebody_else_wrote_meanwhile_is_not_overwritten(place: Place) -> None:
    page, room = browser_of(place, place.organizer), room_of(place)
    before = opened(page, room)
    send(page, room, room, CALL | {"texts.en": "Theirs."})

    late = page.post(room, data=before | CALL | {"texts.en": "Mine."})

    assert late.status_code == 422
    assert "Somebody changed this while you were writing" in late.text
    assert "Mine." in late.text
    assert "Theirs." in page.get(public_page(place)).text


def test_a_guest_submits_changes_and_withdraws_without_an_account(place: Place) -> None:
    page, call = browser_of(place), public_page(place)

    made = send(page, call, call, FORM, files={"file": ("a.pdf", b"%PDF-1.7 a")})
    own = made.headers["Location"]
    shown = page.get(own).text
    changed = send(page, own, f"{own}/change", FORM | {"title": "Better", "email": ""})
    after = page.get(own).text
    send(page, own, f"{own}/withdraw", {})

    assert (made.status_code, changed.status_code) == (303, 303)
    assert "=Bridges" in shown
    assert "a.pdf" in shown
    assert page.get(f"{own}/file").content == b"%PDF-1.7 a"
    assert "Better" in after
    assert "Your contribution is withdrawn." in page.get(own).text


def test_a_file_that_is_not_what_it_says_is_refused_and_nothing_is_submitted(
    place: Place,
) -> None:
    page, call = browser_of(place), public_page(place)

    answer = send(page, call, call, FORM, files={"file": ("a.pdf", b"<html>")})

    assert answer.status_code == 422
    assert "its content is not what its name says" in answer.text
    assert "How bridges help." in answer.text
    assert "=Bridges" not in browser_of(place, place.organizer).get(room_of(place)).text


def test_a_change_in_an_older_tab_does_not_undo_a_newer_one(place: Place) -> None:
    page, own = browser_of(place), own_page(place)
    fields = {name: str(SUBMISSION[name]) for name in ("name", "title", "abstract")}
    before = opened(page, own)
    send(page, own, f"{own}/change", fields | {"title": "Newer"})

    late = page.post(f"{own}/change", data=before | fields | {"title": "Older"})

    assert late.status_code == 422
    assert "Somebody changed this while you were writing" in late.text
    assert '<h1 lang="en">Newer' in page.get(own).text


def test_a_link_that_is_cut_or_of_something_else_opens_nothing(place: Place) -> None:
    page, own = browser_of(place), own_page(place)

    for wrong in (own[:-3], own.replace("link_s_", "link_r_"), f"{own[:-3]}abc"):
        assert page.get(wrong).status_code == 404


def test_a_reviewer_scores_every_criterion_or_declares_a_conflict(place: Place) -> None:
    page = browser_of(place, place.people["delegate of A"])
    one = f"/events/reviewing/submissions/{place.ids['submission_id']}"

    none = send(page, one, one, {"comment": "Well said"})
    scored = send(page, one, one, {"scores.fit": "4", "comment": "Well said"})
    kept = page.get(one).text
    declared = send(page, one, one, {"has_conflict": "on"})
    after = page.get(one).text

    assert (none.status_code, scored.status_code, declared.status_code) == (422, 303, 303)
    assert "Well said" in none.text
    assert "Well said" in kept
    assert str(SUBMISSION["abstract"]) in kept
    assert "You have declared a conflict of interest" in after
    assert str(SUBMISSION["abstract"]) not in after
    assert page.get(f"{one}/file").status_code == 404


def test_whoever_reviews_nothing_sees_nothing(place: Place) -> None:
    page = browser_of(place, place.people["other organizer"])

    assert "You review for no call." in page.get("/events/reviewing").text
    for path in (
        f"/events/reviewing/submissions/{place.ids['submission_id']}",
        one_of(place),
        f"{one_of(place)}/file",
    ):
        assert page.get(path).status_code == 404


def test_asking_for_a_revision_needs_a_note_and_the_note_is_mailed(place: Place) -> None:
    page, one = browser_of(place, place.organizer), one_of(place)

    bare = send(page, one, f"{one}/decide", {"verb": "return"})
    nonsense = send(page, one, f"{one}/decide", {"verb": "burn", "reason": "Kept words"})
    sent = send(page, one, f"{one}/decide", {"verb": "return", "reason": "Shorter, please."})
    place.apps.settle()

    assert (bare.status_code, nonsense.status_code, sent.status_code) == (422, 422, 303)
    assert "Say what should be revised." in bare.text
    assert "Kept words" in nonsense.text
    mail = place.plenary.await_mail(str(SUBMISSION["email"]), "Please revise")
    assert "Shorter, please." in mail.text
    assert "It is submitted again when you save it." in browser_of(place).get(link_of(mail)).text


def test_two_organizers_do_not_decide_past_each_other(place: Place) -> None:
    first, second = (browser_of(place, place.organizer) for _ in range(2))
    one = one_of(place)
    before = opened(second, one)
    send(first, one, f"{one}/decide", {"verb": "accept"})

    late = second.post(f"{one}/decide", data=before | {"verb": "reject", "reason": "Too late"})

    assert late.status_code == 422
    assert "Somebody changed this while you were writing" in late.text
    assert "Too late" in late.text
    assert state_of(place) == "accepted"
    assert send(second, one, f"{one}/decide", {"verb": "reject"}).status_code == 303
    assert state_of(place) == "rejected"


def test_an_accepted_one_goes_into_the_programme_from_its_page(place: Place) -> None:
    page, one = browser_of(place, place.organizer), one_of(place)
    programme = f"/events/workshops/{place.ids['workshop_id']}"
    send(page, one, f"{one}/decide", {"verb": "accept"})
    assert "How portals help." not in page.get(programme).text

    lost = send(page, one, f"{one}/schedule", {"session_id": "nowhere"})
    assert lost.status_code == 303
    assert "Choose a session." in page.get(one).text
    send(page, one, f"{one}/schedule", {"session_id": place.ids["session"]})

    assert "It is in the programme." in page.get(one).text
    assert str(SUBMISSION["title"]) in page.get(programme).text


def test_what_was_submitted_is_had_as_files_that_compute_nothing(place: Place) -> None:
    guest, call = browser_of(place), public_page(place)
    send(guest, call, call, FORM)
    page, path = browser_of(place, place.organizer), room_of(place).replace("call", "submissions")
    api = f"{EVENTS}/workshops/{place.ids['workshop_id']}/submissions"

    text = page.get(f"{path}?format=csv").text
    by_api = place.plenary.api.get(f"{api}?format=csv", headers=place.organizer)

    assert f'href="{path}?format=xlsx"' in page.get(room_of(place)).text
    assert page.get(f"{path}?format=xlsx").content.startswith(b"PK")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    titles = [each["Title of the contribution"] for each in rows]
    assert titles == [SUBMISSION["title"], f"'{FORM['title']}"]
    assert (float(rows[0]["Mean score"]), rows[0]["Reviews"]) == (2, "1")
    assert (rows[1]["Mean score"], rows[1]["Reviews"]) == ("", "0")
    assert by_api.text == text
    assert browser_of(place, place.people["other organizer"]).get(path).status_code == 403
    assert "/members/sign-in" in guest.get(path).headers["Location"]
