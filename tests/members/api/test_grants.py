"""Grants by API: no more than one has, no longer, and gone at once where it must be."""

import pytest


def give(ask, world, who="focal.a", **values):
    body = {"person_id": str(world["person_a"]), "role": "reader"}
    body |= {"organisation_id": str(world["association_a"])}
    return ask(who, "POST", "/grants", body | values)


@pytest.fixture
def until_june(ask, world):
    """The focal point of A has it until June only, by a stand-in's kind of grant."""
    ask("operator", "DELETE", f"/grants/{world['grant_a']}")
    answer = give(
        ask,
        world,
        "operator",
        person_id=str(world["focal_a"]),
        role="focal_point",
        expires_at="2026-06-01T00:00:00Z",
    )
    assert answer.status_code == 201, answer.text


def test_a_focal_point_gives_no_longer_than_they_have_it(ask, world, until_june):
    assert give(ask, world).status_code == 403
    assert give(ask, world, expires_at="2026-06-01T00:00:01Z").status_code == 403
    assert give(ask, world, expires_at="2026-06-01T00:00:00Z").status_code == 201


def test_who_stands_in_makes_no_focal_point_for_good(ask, world, until_june):
    path = f"/organisations/{world['association_a']}/appointments"
    body = {"person_id": str(world["person_a"]), "role": "focal_point"}

    assert ask("focal.a", "POST", path, body).status_code == 403
    assert ask("focal.a", "POST", path, body | {"to": "2026-05-30"}).status_code == 201


def test_a_grant_is_gone_at_once_with_the_sessions(ask, world):
    assert ask("focal.a", "GET", "/me").status_code == 200

    answer = ask("operator", "DELETE", f"/grants/{world['grant_a']}?at_once=true")

    assert answer.status_code == 204
    assert ask("focal.a", "GET", "/me").status_code == 401


def test_taken_without_haste_a_token_lives_for_its_minutes(ask, world):
    assert ask("focal.a", "GET", "/me").status_code == 200

    ask("operator", "DELETE", f"/grants/{world['grant_a']}")

    assert ask("focal.a", "GET", "/me").status_code == 200


def test_the_audit_says_by_which_grant_it_was_given(ask, world):
    made = give(ask, world).json

    entry = ask("operator", "GET", f"/audit?subject_id={made['id']}").json["items"][0]

    assert (entry["act"], entry["acting_role"]) == ("granted", "focal_point")
    assert (entry["acting_for"], entry["grant_id"]) == (
        str(world["association_a"]),
        str(world["grant_a"]),
    )


def test_what_is_no_argument_is_refused(ask, world):
    answer = ask("operator", "DELETE", f"/grants/{world['grant_a']}?now=true")

    assert answer.status_code == 422
