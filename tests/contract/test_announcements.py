"""Announcements by the API: whom one may address, what is refused, and that it arrives."""

from typing import Any

import pytest

from shared.foundation.ids import new_id
from tests.contract.bodies import announcement_of
from tests.contract.place import Place
from tests.contract.problems import pointers, problem
from tests.support.alliance import NOTIFICATIONS, address_of

pytestmark = pytest.mark.usefixtures("untouched")

ANNOUNCEMENTS = f"{NOTIFICATIONS}/announcements"


def approved(place: Place, body: dict[str, Any], by: dict[str, str]) -> str:
    made = place.post(ANNOUNCEMENTS, body, by=by)
    place.post(f"{ANNOUNCEMENTS}/{made['id']}/approve", by=by, status=202)
    found: str = made["id"]
    return found


def test_an_announcement_reaches_everybody_of_the_subtree(place: Place) -> None:
    body = announcement_of(place.ids["alliance"]) | {"channels": ["mail", "inbox"]}
    made = approved(place, body, place.organizer)

    mail = place.plenary.await_mail("delegate@people.example", "For ")
    found = place.get(f"{ANNOUNCEMENTS}/{made}", by=place.organizer)

    counts = found["counts"]
    parts = ("queued", "sent", "suppressed", "opted_out", "failed")
    assert counts["eligible"] == sum(counts[name] for name in parts) == counts["sent"] > 2
    assert "news" in mail.text
    proof = place.get(f"{ANNOUNCEMENTS}/{made}/proof", by=place.organizer)
    assert proof["counts"] == counts
    assert place.ids["a"] in {each["association_id"] for each in proof["associations"]}


def test_who_opted_out_or_is_suppressed_is_said_to_be_so(place: Place) -> None:
    choice = {"categories": {"news": {"mail": False}}}
    place.ask("PUT", f"{NOTIFICATIONS}/preferences", choice, by=place.focal_a)
    gone = {"email": "delegate@people.example", "reason": "moved"}
    place.post(f"{NOTIFICATIONS}/suppressions", gone, by=place.operator)

    made = approved(place, announcement_of(place.ids["a"]), place.focal_a)
    place.plenary.mails_to("delegate@people.example")

    path = f"{ANNOUNCEMENTS}/{made}/recipients?outcome=not_told"
    items = place.get(path, by=place.focal_a)["items"]
    told = {(each["outcome"], each["reason"]) for each in items}
    assert ("suppressed", "moved") in told
    assert ("opted_out", "They chose not to be told of this.") in told
    file = place.plenary.api.get(f"{path}&format=csv", headers=place.focal_a)
    assert (file.status_code, len(file.text.splitlines())) == (200, len(items) + 1)


def test_an_audience_of_somebody_else_is_refused(place: Place) -> None:
    body = announcement_of(place.ids["a"])
    audiences: list[tuple[dict[str, Any], str]] = [
        ({"organisation_id": place.ids["b"]}, "/audience/organisation_id"),
        ({"organisation_id": place.ids["alliance"]}, "/audience/organisation_id"),
        ({"workshop_id": place.ids["workshop_id"]}, "/audience/workshop_id"),
        ({"segment_id": str(new_id())}, "/audience/segment_id"),
    ]

    for audience, pointer in audiences:
        refused = place.plenary.api.post(
            ANNOUNCEMENTS, json=body | {"audience": audience}, headers=place.focal_a
        )
        assert pointers(problem(refused, 422)) == [pointer]
    other = place.plenary.api.post(
        ANNOUNCEMENTS, json=announcement_of(place.ids["b"]), headers=place.focal_a
    )
    problem(other, 403)


def test_one_list_to_leave_out_may_stand_alone(place: Place) -> None:
    body = announcement_of(place.ids["alliance"])
    without = {"organisation_id": place.ids["a"], "subtree": True}
    body["audience"] = body["audience"] | {"exclude": without}

    made = place.post(ANNOUNCEMENTS, body, by=place.organizer)

    assert made["audience"]["exclude"] == [without]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"channels": ["mail", "fax"]}, "/channels/1"),
        ({"category": "gossip"}, "/category"),
        ({"body": {"en": "{{ person.secret }}"}}, "/body/en"),
        ({"body": {"en": "x", "ja": "y"}}, "/subject/ja"),
        ({"send_at": "2020-01-01T00:00:00Z"}, "/send_at"),
        ({"audience": {}}, "/audience"),
        (
            {"audience": {"workshop_id": str(new_id()), "states": ["confirmd"]}},
            "/audience/states/0",
        ),
        ({"audience": {"everybody": True}}, "/audience/everybody"),
        ({"audience": {"segment_id": str(new_id()), "subtree": True}}, "/audience/subtree"),
    ],
)
def test_what_cannot_be_announced_is_said(
    place: Place, change: dict[str, Any], pointer: str
) -> None:
    body = announcement_of(place.ids["a"]) | change

    refused = place.plenary.api.post(ANNOUNCEMENTS, json=body, headers=place.focal_a)

    assert pointer in pointers(problem(refused, 422))


def test_a_roster_is_announced_to_by_its_organizer_and_tested_before(place: Place) -> None:
    workshop = place.published(capacity=5)
    place.register(workshop, "Ivy Io")
    place.apps.settle()
    body = announcement_of(place.ids["alliance"]) | {
        "category": "workshop",
        "subject": {"en": "Bring a laptop"},
        "body": {"en": "To {{ workshop.title }}, {{ person.name }}."},
        "audience": {"workshop_id": workshop, "states": ["confirmed"]},
    }
    made = place.post(ANNOUNCEMENTS, body, by=place.organizer)["id"]

    shown = place.post(f"{ANNOUNCEMENTS}/{made}/preview", by=place.organizer)
    place.post(f"{ANNOUNCEMENTS}/{made}/test", by=place.organizer, status=202)
    test = place.plenary.await_mail("organizer@people.example", "[Test] Bring a laptop")
    place.post(f"{ANNOUNCEMENTS}/{made}/approve", by=place.organizer, status=202)
    mail = place.plenary.await_mail(address_of("Ivy Io"), "Bring a laptop")

    assert shown["eligible"] == 1
    assert shown["letters"][0]["text"] == "To Carbon inventory, Ivy Io."
    assert test
    assert "To Carbon inventory, Ivy Io." in mail.text


def test_a_cancelled_one_is_sent_to_nobody(place: Place) -> None:
    made = place.ids["announcement_id"]

    cancelled = place.post(f"{ANNOUNCEMENTS}/{made}/cancel", {"reason": "late"}, by=place.focal_a)
    again = place.plenary.api.post(
        f"{ANNOUNCEMENTS}/{made}/approve", json={}, headers=place.focal_a
    )

    assert cancelled["state"] == "cancelled"
    problem(again, 409, code="wrong_state")
