"""Where somebody works: the title and the days are corrected, and what has ended goes on."""

import pytest

PATH = "/affiliations/{}"


@pytest.fixture
def place(world):
    return PATH.format(world["work_a"])


def test_title_and_days_are_set_and_corrected(ask, place):
    body = {"title": "Chemist", "from": "2025-02-01", "to": "2027-01-31"}

    changed = ask("focal.a", "PATCH", place, body)
    title = ask("focal.a", "PATCH", place, {"title": ""})

    assert changed.status_code == 200, changed.text
    assert body.items() <= ask("focal.a", "GET", place).json.items() | {("title", "Chemist")}
    assert (title.json["title"], title.json["to"]) == ("", "2027-01-31")


def test_a_stale_correction_is_refused(ask, place):
    seen = ask("focal.a", "GET", place).headers["ETag"]
    ask("focal.a", "PATCH", place, {"title": "Chemist"})

    stale = ask("focal.a", "PATCH", place, {"title": "Cook"}, headers={"If-Match": seen})

    assert stale.status_code == 412


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"from": "2026-05-02", "to": "2026-05-01"}, "/to"),
        ({"from": "yesterday"}, "/from"),
        ({"to": "0001-01-01"}, "/to"),
        ({"title": "a\nb"}, "/title"),
        ({"person_id": "x"}, "/person_id"),
    ],
)
def test_a_bad_body_is_refused_where_it_is_wrong(ask, place, body, pointer):
    refused = ask("focal.a", "PATCH", place, body)

    assert refused.status_code == 422
    assert [each["pointer"] for each in refused.json["errors"]] == [pointer]


def test_one_that_was_ended_goes_on_once_its_last_day_is_taken_out(ask, world, place):
    person = f"/people/{world['person_a']}"
    ask("focal.a", "POST", f"/affiliations/{world['work_a']}/end", {})

    changed = ask("focal.a", "PATCH", place, {"to": None})

    assert (changed.status_code, changed.json["ended_at"]) == (200, None)
    assert ask("focal.a", "GET", person).status_code == 200


def test_another_association_neither_reads_nor_corrects_it(ask, place):
    answers = [ask("focal.b", "GET", place), ask("focal.b", "PATCH", place, {"title": "x"})]

    assert [each.status_code for each in answers] == [404, 404]
    assert ask("attendee", "GET", place).status_code == 403
    assert ask(None, "GET", place).status_code == 401


def test_one_who_left_and_has_another_place_is_not_brought_back(ask, world, place):
    ask("focal.a", "POST", f"/appointments/{world['office_a']}/end", {})
    ask("focal.a", "POST", f"/affiliations/{world['work_a']}/end", {})
    body = {"person_id": str(world["person_a"])}
    ask("operator", "POST", f"/organisations/{world['company_b']}/affiliations", body)

    refused = ask("focal.a", "PATCH", place, {"to": None})
    mended = ask("focal.a", "PATCH", place, {"title": "Chemist"})

    assert refused.status_code == 403, refused.text
    assert "Invite them" in refused.json["detail"]
    assert mended.status_code == 200


def test_who_left_lately_is_listed_apart(ask, world, place):
    ask("focal.a", "POST", f"/appointments/{world['office_a']}/end", {})
    ask("focal.a", "POST", f"/affiliations/{world['work_a']}/end", {})

    def ids(who, query):
        return [each["id"] for each in ask(who, "GET", f"/people{query}").json["items"]]

    person = str(world["person_a"])
    assert ids("focal.a", "?former=true") == [person]
    assert person not in ids("focal.a", "")
    assert ids("focal.b", "?former=true") == []
    assert person in ask("focal.a", "GET", "/people?former=true&format=csv").text
