"""Committees with seats, and stand-ins, by API."""

import pytest

BODY = {"kind": "committee", "names": {"en": "Green jobs", "zh-Hant": "綠色工作委員會"}}


@pytest.fixture
def committee(ask, world):
    """A committee of the alliance."""
    answer = ask("organizer", "POST", f"/organisations/{world['alliance']}/bodies", BODY)
    assert answer.status_code == 201, answer.text
    return f"/bodies/{answer.json['id']}"


@pytest.fixture
def seat_of_a(ask, world, committee):
    body = {"role": "member", "organisation_id": str(world["association_a"])}
    return ask("organizer", "POST", f"{committee}/seats", body).json["id"]


def test_an_association_fills_its_seat_and_no_other(ask, world, seat_of_a):
    body = {"person_id": str(world["person_a"])}
    theirs = {"person_id": str(world["person_b"])}

    assert ask("focal.b", "POST", f"/seats/{seat_of_a}/fill", theirs).status_code == 403
    filled = ask("focal.a", "POST", f"/seats/{seat_of_a}/fill", body)
    again = ask("focal.a", "POST", f"/seats/{seat_of_a}/fill", body)

    assert (filled.status_code, filled.json["role"]) == (201, "seat")
    assert filled.json["organisation_id"] == str(world["association_a"])
    assert again.status_code == 409


def test_a_person_of_others_can_t_be_seated(ask, world, seat_of_a):
    body = {"person_id": str(world["person_b"])}

    answer = ask("focal.a", "POST", f"/seats/{seat_of_a}/fill", body)

    assert (answer.status_code, answer.json["code"]) == (422, "unknown_person")


def test_who_sits_there_is_for_those_who_may_know(ask, world, committee, seat_of_a):
    ask("focal.a", "POST", f"/seats/{seat_of_a}/fill", {"person_id": str(world["person_a"])})

    seen = {
        who: ask(who, "GET", f"{committee}/seats").json["items"][0].get("holders")
        for who in ("focal.a", "organizer", "focal.b", "attendee")
    }

    assert [len(seen[who]) for who in ("focal.a", "organizer")] == [1, 1]
    assert (seen["focal.b"], seen["attendee"]) == (None, None)


def test_others_can_t_change_a_body(ask, world, committee, seat_of_a):
    names = {"names": {"en": "Mine"}}

    for answer in (
        ask("focal.a", "POST", f"/organisations/{world['alliance']}/bodies", BODY),
        ask("focal.a", "PATCH", committee, names),
        ask("focal.a", "POST", f"{committee}/dissolve", {}),
        ask("focal.a", "POST", f"{committee}/seats", {"role": "chair"}),
        ask("focal.a", "POST", f"/seats/{seat_of_a}/remove", {}),
    ):
        assert answer.status_code == 403


def test_a_body_is_renamed_and_dissolved(ask, world, committee):
    renamed = ask("organizer", "PATCH", committee, {"names": {"en": "Jobs"}})
    ended = ask("organizer", "POST", f"{committee}/dissolve", {"reason": "done"})

    assert renamed.json["names"] == {"en": "Jobs"}
    assert ended.json["dissolved_at"]
    listed = f"/organisations/{world['alliance']}/bodies"
    assert ask("focal.a", "GET", listed).json["items"] == []
    assert len(ask("focal.a", "GET", f"{listed}?with_dissolved=true").json["items"]) == 1


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("/bodies", {"kind": "club", "names": {"en": "X"}}, "/kind"),
        ("/bodies", {"kind": "committee", "names": {}}, "/names"),
        ("/bodies", {"kind": "committee", "names": {"en": "X"}, "id": "1"}, "/id"),
    ],
)
def test_a_bad_body_is_refused_at_its_place(ask, world, path, body, pointer):
    answer = ask("organizer", "POST", f"/organisations/{world['alliance']}{path}", body)

    assert answer.status_code == 422
    assert pointer in [each["pointer"] for each in answer.json["errors"]]


def test_a_seat_of_nobody_known_is_refused(ask, world, committee):
    body = {"role": "member", "organisation_id": str(world["person_a"])}

    assert ask("organizer", "POST", f"{committee}/seats", body).status_code == 422


def test_somebody_stands_in_until_a_day(ask, world):
    path = f"/appointments/{world['office_a']}"
    person = ask("focal.a", "POST", "/people", {"names": [NAME]}).json["id"]
    body = {"person_id": person, "to": "2026-05-20", "reason": "on leave"}

    made = ask("focal.a", "POST", f"{path}/substitute", body)

    assert made.status_code == 200, made.text
    assert (made.json["substitutes_for"], made.json["to"]) == (str(world["office_a"]), "2026-05-20")
    history = ask("focal.a", "GET", f"{path}/history").json["items"]
    assert [(each["after"], each["reason"]) for each in history] == [
        ("appointed", ""),
        ("substituted", "on leave"),
    ]
    assert ask("focal.b", "GET", f"{path}/history").status_code == 404


NAME = {"kind": "romanised", "given": "Kai", "family": "Hsu", "order": "given_first"}


@pytest.mark.parametrize(
    ("days", "pointer"),
    [
        ({"from": "2026-05-20"}, "/from"),
        ({"from": "2026-05-20", "to": "2026-05-10"}, "/to"),
        ({"to": "2020-01-01"}, "/to"),
        ({"to": "soon"}, "/to"),
    ],
)
def test_days_that_can_t_be_are_refused(ask, world, days, pointer):
    person = ask("focal.a", "POST", "/people", {"names": [NAME]}).json["id"]
    path = f"/appointments/{world['office_a']}/substitute"

    answer = ask("focal.a", "POST", path, {"person_id": person} | days)

    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json["errors"]] == [pointer]
