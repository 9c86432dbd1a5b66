"""Bad input is refused with a pointer to it, and never breaks anything."""

import pytest

NAMES = [{"kind": "romanised", "given": "Mei", "family": "Lin"}]
PERSON = {"names": NAMES, "email": "new@x.example"}
ORGANISATION = {"names": {"en": "New"}, "kind": "company"}


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("/people", PERSON | {"id": "1"}, "/id"),
        ("/people", PERSON | {"has_account": True}, "/has_account"),
        ("/people", PERSON | {"role": "operator"}, "/role"),
        ("/people", PERSON | {"names": []}, "/names"),
        (
            "/people",
            PERSON | {"names": [NAMES[0] | {"family": "Lin\r\nBcc: x"}]},
            "/names/0/family",
        ),
        ("/people", PERSON | {"names": [NAMES[0] | {"family": ""}]}, "/names/0/family"),
        ("/people", PERSON | {"names": [NAMES[0] | {"kind": "nick"}]}, "/names/0/kind"),
        ("/people", PERSON | {"email": "a@b\r\nBcc: c@d.example"}, "/email"),
        ("/people", PERSON | {"email": "nobody"}, "/email"),
        ("/people", PERSON | {"economy": "XX"}, "/economy"),
        ("/people", PERSON | {"time_zone": "Mars/Olympus"}, "/time_zone"),
        ("/people", PERSON | {"locale": "not a tag"}, "/locale"),
        ("/people", PERSON | {"phone": "12"}, "/phone"),
        ("/organisations", ORGANISATION | {"kind": "tenant"}, "/kind"),
        ("/organisations", ORGANISATION | {"names": {}}, "/names"),
        ("/organisations", ORGANISATION | {"names": {"en": "A\nB"}}, "/names/en"),
        ("/organisations", ORGANISATION | {"state": "active"}, "/state"),
        ("/organisations", ORGANISATION | {"staff_count": -1}, "/staff_count"),
        ("/organisations", ORGANISATION | {"url": "javascript:alert(1)"}, "/url"),
        (
            "/organisations",
            ORGANISATION | {"identifiers": [{"scheme": "tw-ubn", "value": "1"}]},
            "/identifiers/0/value",
        ),
        ("/memberships", {"member_id": "x", "host_id": None}, "/member_id"),
        ("/grants", {"person_id": "x", "role": "king"}, "/role"),
        ("/sign-in", {"email": "operator@x.example"}, "/password"),
        ("/sign-up", PERSON | {"password": "short"}, "/password"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_bad_field_is_pointed_at(ask, path, body, pointer):
    answer = ask("operator", "POST", path, body)

    assert answer.status_code == 422, answer.text
    assert answer.content_type == "application/problem+json"
    assert pointer in [error["pointer"] for error in answer.json["errors"]]


@pytest.mark.parametrize(
    "query", ["?nothing=1", "?limit=501", "?sort=id", "?kind=tenant", "?cursor=x"]
)
def test_a_bad_query_is_refused(ask, query):
    assert ask("operator", "GET", f"/organisations{query}").status_code == 422


def test_broken_json_is_400(ask):
    answer = ask(
        "operator",
        "POST",
        "/people",
        data=b"{",
        headers={"Content-Type": "application/json"},
    )

    assert answer.status_code == 400


def test_an_identifier_that_is_taken_is_a_conflict(ask):
    body = ORGANISATION | {"identifiers": [{"scheme": "tw-ubn", "value": "00501503"}]}
    ask("operator", "POST", "/organisations", body)

    answer = ask("operator", "POST", "/organisations", body)

    assert (answer.status_code, answer.json["code"]) == (409, "identifier_taken")


def test_a_stale_change_is_refused(ask, world):
    path = f"/people/{world['person_a']}"
    tag = ask("focal.a", "GET", path).headers["ETag"]
    ask("focal.a", "PATCH", path, {"gender": "f"}, headers={"If-Match": tag})

    answer = ask("focal.a", "PATCH", path, {"gender": "m"}, headers={"If-Match": tag})

    assert answer.status_code == 412


def test_me_is_changed_by_oneself_and_not_beyond(ask):
    good = ask("attendee", "PATCH", "/me", {"locale": "zh-Hant", "time_zone": "Asia/Seoul"})
    bad = ask("attendee", "PATCH", "/me", {"email": "other@x.example"})

    assert (good.json["locale"], good.json["time_zone"]) == ("zh-Hant", "Asia/Seoul")
    assert bad.status_code == 422


def test_the_directory_is_sorted_by_name_and_goes_on_by_its_cursor(ask):
    names, path = [], "/organisations?limit=2&sort=-name"
    while path:
        page = ask("attendee", "GET", path.removeprefix("/members/api/v1")).json
        names += [item["names"]["en"] for item in page["items"]]
        path = page["next"]

    assert names == ["Company b", "Company a", "Association b", "Association a", "Alliance"]


def test_the_directory_is_filtered(ask, world):
    path = f"/organisations?member_of={world['alliance']}&kind=association&q=B"

    found = ask("attendee", "GET", path).json["items"]

    assert [item["names"]["en"] for item in found] == ["Association b"]


def test_an_export_holds_all_and_no_secret(ask, world):
    answer = ask("focal.a", "GET", f"/people/{world['focal_a']}/export")

    assert answer.json["accounts"][0]["email"] == "focal.a@x.example"
    assert answer.json["grants"][0]["role"] == "focal_point"
    assert "argon2" not in answer.text
    assert "secret" not in answer.text
