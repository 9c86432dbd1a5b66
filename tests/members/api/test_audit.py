"""The audit by API: what one may read of it, and its filters."""

from datetime import UTC, datetime

import pytest


def audit(ask, who, query=""):
    answer = ask(who, "GET", f"/audit{query}")
    assert answer.status_code == 200, answer.text
    return answer.json["items"]


def subjects(items):
    return {each["subject_id"] for each in items}


@pytest.mark.parametrize("who", [None, "attendee"])
def test_it_is_for_those_who_manage_something(ask, who):
    assert ask(who, "GET", "/audit").status_code == (403 if who else 401)


def test_an_operator_reads_all_of_it_with_addresses(ask, world):
    ask("focal.a", "PATCH", f"/organisations/{world['company_a']}", {"sector": "pumps"})

    newest = audit(ask, "operator")[0]

    assert newest["changes"] == [{"field": "sector", "before": None, "after": "pumps"}]
    assert newest["acting_for"] == str(world["association_a"])
    assert newest["address"] == "127.0.0.1"


def test_a_focal_point_reads_of_their_own_alone(ask, world):
    ask("focal.b", "PATCH", f"/organisations/{world['company_b']}", {"sector": "pumps"})
    ask("focal.a", "PATCH", f"/organisations/{world['company_a']}", {"sector": "pumps"})

    own = audit(ask, "focal.a")

    assert {str(world["company_a"]), str(world["person_a"])} <= subjects(own)
    theirs = {str(value) for name, value in world.items() if name.endswith("_b")}
    assert not subjects(own) & theirs
    assert all("address" not in each for each in own)


def test_filters_name_what_is_asked_for(ask, world):
    ask("focal.a", "PATCH", f"/organisations/{world['company_a']}", {"sector": "pumps"})

    by_thing = audit(ask, "operator", f"?subject_id={world['company_a']}")
    by_actor = audit(ask, "operator", f"?actor={world['focal_a']}")
    by_place = audit(ask, "operator", f"?organisation_id={world['association_a']}")

    assert [each["act"] for each in by_thing] == ["changed", "recorded"]
    assert [each["act"] for each in by_actor] == ["changed"]
    assert {each["subject"] for each in by_place} >= {"memberships", "appointments", "grants"}
    assert audit(ask, "operator", "?subject=memberships&from=2030-01-01") == []
    assert len(audit(ask, "operator", "?subject=memberships&to=2026-05-04")) == 4


def test_others_organisations_can_t_be_asked_for(ask, world):
    assert audit(ask, "focal.a", f"?organisation_id={world['association_b']}") == []


def test_at_17_utc_of_new_year_s_eve_terms_and_filters_go_by_the_new_year_in_taipei(
    ask, world, clock
):
    path = f"/organisations/{world['association_a']}/appointments"
    body = {"person_id": str(world["person_a"]), "role": "officer"}
    clock.now = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)

    made = ask("organizer", "POST", path, body).json

    assert made["from"] == "2027-01-01"
    assert len(audit(ask, "organizer", f"?from=2027-01-01&subject_id={made['id']}")) == 1
    assert audit(ask, "organizer", f"?to=2026-12-31&subject_id={made['id']}") == []


@pytest.mark.parametrize("query", ["?subject_id=x", "?from=yesterday", "?colour=red", "?limit=0"])
def test_what_can_t_be_understood_is_refused(ask, query):
    assert ask("operator", "GET", f"/audit{query}").status_code == 422


def test_an_export_holds_what_was_done_to_the_person_without_others_addresses(ask, world):
    ask("operator", "PATCH", f"/people/{world['person_a']}", {"gender": "female"})

    found = ask("operator", "GET", f"/people/{world['person_a']}/export").json["audit"]

    assert found
    assert all(each["place"] is None for each in found)


def test_the_audit_is_a_file_by_api_too(ask, world):
    answer = ask("focal.a", "GET", "/audit?subject=organisations&format=csv")

    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "Association a" in answer.text
    assert "Association b" not in answer.text
