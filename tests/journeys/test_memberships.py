"""A company joins a second association; a focal point goes on leave and is substituted."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.alliance import MEMBERS, Alliance
from tests.support.running import eventually


def types_of(alliance: Alliance, body: str) -> str:
    return f"{MEMBERS}/organisations/{alliance.ids[body]}/membership-types"


def steps(alliance: Alliance, path: str) -> list[tuple[str, str]]:
    found = alliance.get(f"{path}/history", by=alliance.focal_a)["items"]
    return [(each["after"], each["reason"]) for each in found]


def test_a_company_joins_a_second_association(alliance: Alliance) -> None:
    alliance.organisation("company", {"en": "Acme Pumps", "zh-Hant": "頂尖幫浦"}, "company")
    alliance.belongs("company", "a")
    offered: dict[str, Any] = {"key": "full", "names": {"en": "Full", "zh-Hant": "正式會員"}}
    alliance.post(
        types_of(alliance, "b"),
        offered | {"term": "rolling", "months": 12},
        by=alliance.focal_b,
        status=201,
    )
    wanted = {"member_id": alliance.ids["company"], "host_id": alliance.ids["b"], "type": "full"}

    made = alliance.post(f"{MEMBERS}/memberships", wanted, by=alliance.focal_a, status=201)
    path = f"{MEMBERS}/memberships/{made['id']}"
    alliance.post(f"{path}/submit", by=alliance.focal_a)
    alliance.plenary.await_mail("focal.b@people.example", "Acme Pumps asks to become a member")
    alliance.post(f"{path}/return", {"reason": "The seal is missing."}, by=alliance.focal_b)
    mail = alliance.plenary.await_mail("focal.a@people.example", "請補正加入乙公會的申請")
    assert "The seal is missing." in mail.text
    alliance.post(f"{path}/submit", by=alliance.focal_a)
    approved = alliance.post(f"{path}/approve", by=alliance.focal_b)
    alliance.plenary.await_mail("focal.a@people.example", "頂尖幫浦已成為")

    assert (approved["state"], bool(approved["ends_on"])) == ("active", True)
    assert steps(alliance, path) == [
        ("draft", ""),
        ("submitted", ""),
        ("returned", "The seal is missing."),
        ("submitted", ""),
        ("active", ""),
    ]
    for who in (alliance.focal_a, alliance.focal_b):
        company = alliance.get(f"{MEMBERS}/organisations/{alliance.ids['company']}", by=who)
        assert "email" in company
    entries = alliance.get(f"{MEMBERS}/audit?subject_id={made['id']}", by=alliance.operator)
    assert [each["acting_for"] for each in entries["items"]] == [
        alliance.ids[each] for each in ("b", "a", "b", "a", "a")
    ]


def test_a_focal_point_goes_on_leave_and_is_substituted_until_a_day(alliance: Alliance) -> None:
    alliance.person("deputy", "Ya-Ting", "Ho")
    worker = {"person_id": alliance.ids["deputy"], "title": "Deputy"}
    place = f"{MEMBERS}/organisations/{alliance.ids['a']}"
    alliance.post(f"{place}/affiliations", worker, by=alliance.operator)
    offices = alliance.get(f"{place}/appointments?role=focal_point", by=alliance.focal_a)
    office = offices["items"][0]["id"]
    last_day = (datetime.now(UTC) + timedelta(days=14)).date().isoformat()
    body = {"person_id": alliance.ids["deputy"], "to": last_day, "reason": "on leave"}

    made = alliance.post(f"{MEMBERS}/appointments/{office}/substitute", body, by=alliance.focal_a)
    alliance.plenary.await_mail("deputy@people.example", "You stand in at")
    deputy = alliance.open_account("deputy")

    assert (made["substitutes_for"], made["to"]) == (office, last_day)
    sector = {"sector": "machinery"}
    alliance.ask("PATCH", place, sector, by=deputy, status=200)
    alliance.ask("PATCH", place, {"sector": "pumps"}, by=alliance.focal_a, status=200)
    for_good = {"person_id": alliance.ids["deputy"], "role": "focal_point"}
    alliance.post(f"{place}/appointments", for_good, by=deputy, status=403)
    other = f"{MEMBERS}/organisations/{alliance.ids['b']}"
    alliance.ask("PATCH", other, sector, by=deputy, status=403)
    newest = eventually(
        lambda: alliance.get(
            f"{MEMBERS}/audit?actor={alliance.ids['deputy']}", by=alliance.operator
        )["items"]
    )
    grants = {each["grant_id"] for each in newest if each["act"] == "changed"}
    assert grants == {made["grant_id"]}
