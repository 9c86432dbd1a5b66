"""Membership types, applications and their history by API."""

import pytest

TYPE = {"key": "full", "names": {"en": "Full", "zh-Hant": "正式會員"}, "term": "rolling"}


def types_path(world, letter):
    return f"/organisations/{world[f'association_{letter}']}/membership-types"


@pytest.fixture
def offered(ask, world):
    """A type of association B, for a year."""
    answer = ask("focal.b", "POST", types_path(world, "b"), TYPE | {"months": 12})
    assert answer.status_code == 201, answer.text
    return answer.json


def apply(ask, world, **values):
    body = {"member_id": str(world["company_a"]), "host_id": str(world["association_b"])}
    return ask("focal.a", "POST", "/memberships", body | {"type": "full"} | values)


def test_a_company_joins_a_second_association(ask, world, offered):
    made = apply(ask, world).json
    path = f"/memberships/{made['id']}"
    ask("focal.a", "POST", f"{path}/submit", {"reason": "our second"})
    returned = ask("focal.b", "POST", f"{path}/return", {"reason": "no seal"})
    ask("focal.a", "POST", f"{path}/submit", {})
    approved = ask("focal.b", "POST", f"{path}/approve", {})

    assert returned.json["state"] == "returned"
    assert (approved.json["state"], approved.json["ends_on"]) == ("active", "2027-05-03")
    assert approved.json["lapses_on"] == "2027-06-02"
    history = ask("focal.a", "GET", f"{path}/history").json["items"]
    assert [each["after"] for each in history] == [
        *("draft", "submitted", "returned", "submitted", "active"),
    ]
    assert [each["reason"] for each in history][1:3] == ["our second", "no seal"]
    for who in ("focal.a", "focal.b"):
        found = ask(who, "GET", f"/organisations/{world['company_a']}")
        assert "identifiers" in found.json


def test_a_history_is_for_the_two_sides(ask, world):
    path = f"/memberships/{world['membership_a']}/history"

    assert ask("focal.a", "GET", path).status_code == 200
    assert ask("focal.b", "GET", path).status_code == 404


def test_what_is_offered_is_open_to_those_who_may_want_it(ask, world, offered):
    assert ask("focal.a", "GET", types_path(world, "b")).json["items"] == [offered]
    assert ask(None, "GET", types_path(world, "b")).status_code == 401


def test_another_s_types_can_t_be_touched(ask, world, offered):
    path = f"/membership-types/{offered['id']}"

    assert ask("focal.a", "POST", types_path(world, "b"), TYPE | {"months": 1}).status_code == 403
    assert ask("focal.a", "PATCH", path, {"grace_days": 0}).status_code == 403
    assert ask("focal.a", "POST", f"{path}/retire", {}).status_code == 403


def test_a_type_is_changed_unless_somebody_was_faster(ask, world, offered):
    path = f"/membership-types/{offered['id']}"
    stale = {"If-Match": ask("focal.b", "GET", path).headers["ETag"]}

    first = ask("focal.b", "PATCH", path, {"months": 24}, headers=stale)
    second = ask("focal.b", "PATCH", path, {"months": 6}, headers=stale)

    assert (first.status_code, first.json["months"]) == (200, 24)
    assert second.status_code == 412


def test_a_retired_type_takes_nobody_in(ask, world, offered):
    ask("focal.b", "POST", f"/membership-types/{offered['id']}/retire", {"reason": "old"})

    assert apply(ask, world).status_code == 409
    assert ask("focal.a", "GET", types_path(world, "b")).json["items"] == []
    shown = ask("focal.a", "GET", types_path(world, "b") + "?with_retired=true").json["items"]
    assert [each["key"] for each in shown] == ["full"]


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"key": "Full Members"}, "/key"),
        ({"term": "yearly"}, "/term"),
        ({"months": 0}, "/months"),
        ({"months": None}, "/months"),
        ({"term": "fixed_year"}, "/year_starts_month"),
        ({"term": "fixed_year", "year_starts_month": 13}, "/year_starts_month"),
        ({"names": {}}, "/names"),
        ({"grace_days": -1}, "/grace_days"),
        ({"kinds": ["club"]}, "/kinds/0"),
        ({"host_id": "x"}, "/host_id"),
    ],
)
def test_a_bad_type_is_refused_at_its_place(ask, world, values, pointer):
    answer = ask("focal.b", "POST", types_path(world, "b"), TYPE | {"months": 12} | values)

    assert answer.status_code == 422
    assert pointer in [each["pointer"] for each in answer.json["errors"]]


def test_a_type_that_is_not_offered_is_refused(ask, world, offered):
    answer = apply(ask, world, type="gold")

    assert answer.status_code == 422
    assert answer.json["errors"] == [{"pointer": "/type", "detail": "This host offers: full."}]


def test_a_state_that_there_is_not_is_refused_with_those_there_are(ask, world):
    refused = ask("focal.a", "GET", "/memberships?state=happy")
    active = ask("focal.a", "GET", "/memberships?state=active").json["items"]

    assert refused.status_code == 422
    (fault,) = refused.json["errors"]
    assert fault["pointer"] == "/state"
    assert {"active", "in_grace", "expelled"} <= set(fault["detail"].replace(",", " ").split())
    assert {each["state"] for each in active} == {"active"}
