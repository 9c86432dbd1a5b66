"""Applications, reviews and membership types as pages."""

import re

import pytest

from services.members.model import Membership
from tests.members.builders import days


@pytest.fixture
def file(world_and_file) -> bytes:
    return world_and_file[1]


def add_type(page, world, **typed):
    path = f"/organisations/{world['association_b']}/membership-types"
    plain = {"key": "full", "names__en": "Full", "term": "rolling", "months": "12", "kind": ""}
    return page.post(path, **(plain | typed))


def test_a_company_applies_from_a_day_of_its_choice(visit, world, ask):
    add_type(visit("focal.b"), world)
    join = f"/organisations/{world['company_a']}/join"
    choice = f"{join}?host_id={world['association_b']}"
    facts = {"host_id": world["association_b"], "type": "full", "starts_on": "2026-09-01"}

    answer = visit("focal.a").post(join, page=choice, **facts)

    made = answer.headers["Location"].rpartition("/")[2]
    assert ask("focal.a", "GET", f"/memberships/{made}").json["starts_on"] == "2026-09-01"


def test_a_company_applies_is_returned_and_is_taken_in(visit, world):
    host = visit("focal.b")
    add_type(host, world)
    member = visit("focal.a")
    join = f"/organisations/{world['company_a']}/join"
    choice = f"{join}?host_id={world['association_b']}"
    assert "Full" in member.get(choice).text
    answer = member.post(
        join, page=choice, host_id=world["association_b"], type="full", note="our second"
    )
    path = answer.headers["Location"].removeprefix("/members")

    host = visit("focal.b")
    assert "Company a" in host.get("/memberships").text
    refused = host.client.get(host.post(f"{path}/return", page=path).headers["Location"])
    assert "Say why" in refused.text
    host.post(f"{path}/return", page=path, reason="no seal")
    member = visit("focal.a")
    shown = member.get(path).text
    assert "no seal" in shown
    assert "our second" in shown
    member.post(f"{path}/submit", page=path)
    host = visit("focal.b")
    host.post(f"{path}/approve", page=path)

    shown = host.get(path).text
    assert "3 May 2027" in shown
    assert 'class="badge active"' in shown
    assert "Company a" not in host.get("/memberships").text
    assert "Company a" in host.get("/memberships?state=active").text


def test_an_application_is_sent_stands_on_the_host_s_start_page_and_may_be_taken_back(visit, world):
    add_type(visit("focal.b"), world)
    member = visit("focal.a")
    join = f"/organisations/{world['company_a']}/join"
    choice = f"{join}?host_id={world['association_b']}"
    assert "Send the application" in member.get(choice).text
    answer = member.post(join, page=choice, host_id=world["association_b"], type="full", note="")
    path = answer.headers["Location"].removeprefix("/members")

    assert "Take the application back" in member.get(path).text
    part = visit("focal.b").get("/fragments/our-organisation").text
    assert "wait for your decision: 1" in part


def test_who_decides_on_an_application_sees_who_wrote_it_there_and_nowhere_else(visit, world):
    add_type(visit("focal.b"), world)
    member = visit("focal.a")
    join = f"/organisations/{world['company_a']}/join"
    choice = f"{join}?host_id={world['association_b']}"
    answer = member.post(join, page=choice, host_id=world["association_b"], type="full")
    path = answer.headers["Location"].removeprefix("/members")

    host = visit("focal.b")
    shown = host.get(path).text

    assert "Mei Focal a" in shown
    assert "somebody whose name you may not see" not in shown
    assert host.get(f"/people/{world['focal_a']}").status_code == 404


def test_another_s_membership_is_not_there(visit, world):
    page = visit("focal.b")

    assert page.get(f"/memberships/{world['membership_a']}").status_code == 404


def test_only_what_can_be_done_is_offered(visit, world):
    shown = visit("focal.a").get(f"/memberships/{world['membership_a']}").text

    verbs = re.findall(r'formaction="/members/memberships/[^/]+/(\w+)"', shown)
    assert verbs == ["suspend", "expel", "resign"]


def test_a_type_is_changed_and_retired(visit, world):
    page = visit("focal.b")
    add_type(page, world)
    shown = page.get(f"/organisations/{world['association_b']}/membership-types").text
    path = re.search(r"/members(/membership-types/[0-9a-f-]+)\"", shown)[1]

    typed = {"names__en": "Whole", "term": "fixed_year", "year_starts_month": "7", "kind": ""}
    page.post(path, **typed)
    page.post(f"{path}/retire", page=path)

    shown = page.get(f"/organisations/{world['association_b']}/membership-types").text
    assert "Whole" in shown
    assert "a year from month 7" in shown
    assert "retired" in shown


def test_a_bad_type_is_said_beside_its_field(visit, world):
    answer = add_type(visit("focal.b"), world, months="", key="No Spaces")

    assert answer.status_code == 422
    assert "Use a short name" in answer.text


def test_the_pages_speak_chinese(visit, world):
    page = visit("focal.b", "zh-Hant")

    assert "會籍類別" in page.get(f"/organisations/{world['association_b']}/membership-types").text
    assert "沒有待審的申請" in page.get("/memberships").text
    assert "異動紀錄" in page.get(f"/memberships/{world['membership_b']}").text
    assert '<option value="submitted">已提交' in page.get("/memberships?state=active").text


def test_a_member_finds_its_own_memberships_and_leaves(visit, world):
    page = visit("focal.a")
    shown = page.get(f"/organisations/{world['company_a']}").text
    path = f"/memberships/{world['membership_a']}"

    assert f'href="/members{path}"' in shown
    assert path not in visit("focal.b").get(f"/organisations/{world['company_a']}").text
    page.post(f"{path}/resign", page=path, reason="we merge")

    assert "resigned" in page.get(f"/organisations/{world['company_a']}").text


NUMBER = {"scheme": "tw-ubn", "value": "04595257"}
NUMBER_ROW = {"identifiers__0__scheme": "tw-ubn", "identifiers__0__value": "04595257"}
TYPED = {"names__en": "Another name", "kind": "company"} | NUMBER_ROW


def test_another_association_s_company_is_asked_and_not_changed(visit, ask, world):
    ask("operator", "PATCH", f"/organisations/{world['company_a']}", {"identifiers": [NUMBER]})

    answer = visit("focal.b").post(f"/organisations/{world['association_b']}/add-member", **TYPED)

    assert answer.status_code == 303
    draft = answer.headers["Location"].removeprefix("/members")
    member = visit("focal.a")
    shown = member.get(f"/organisations/{world['company_a']}").text
    assert f'href="/members{draft}"' in shown
    assert "Another name" not in shown
    member.post(f"{draft}/submit", page=draft)
    host = visit("focal.b")
    host.post(f"{draft}/approve", page=draft)
    found = ask("operator", "GET", f"/organisations?member_of={world['association_b']}").json
    assert str(world["company_a"]) in [each["id"] for each in found["items"]]


def test_one_s_own_company_becomes_a_member_at_once_and_only_once(visit, ask, world):
    path = f"/organisations/{world['company_a']}"
    ask("operator", "PATCH", path, {"identifiers": [NUMBER]})
    page, add = visit("operator"), f"/organisations/{world['association_b']}/add-member"

    first, second = page.post(add, **TYPED), page.post(add, **TYPED)

    assert (first.status_code, second.status_code) == (303, 422)
    assert "already" in second.text
    assert ask("operator", "GET", path).json["names"] == {"en": "Company a"}


def test_numbers_of_any_scheme_are_written_in_rows(visit, ask, world):
    path = f"/organisations/{world['company_a']}"
    lei = {"scheme": "lei", "value": "213800WSGIIZCXF1P572"}
    ask("operator", "PATCH", path, {"identifiers": [lei]})
    page, typed = visit("focal.a"), {"names__en": "Company a"}
    rows = {"identifiers__0__scheme": "lei", "identifiers__0__value": lei["value"]}
    rows |= {"identifiers__2__scheme": "tw-ubn", "identifiers__3__value": ""}

    bad = page.post(f"{path}/edit", **typed, **rows, identifiers__2__value="12345678")
    good = page.post(f"{path}/edit", **typed, **rows, identifiers__2__value="0459 5257")

    assert bad.status_code == 422
    assert 'href="#f-identifiers-2-value"' in bad.text
    assert good.status_code == 303
    assert ask("operator", "GET", path).json["identifiers"] == [lei, NUMBER]
    page.post(f"{path}/edit", **typed)
    assert ask("operator", "GET", path).json["identifiers"] == [lei, NUMBER]
    assert 'value="04595257"' in page.get(f"{path}/edit").text
    page.post(f"{path}/edit", **typed, **rows, identifiers__2__value="")
    assert ask("operator", "GET", path).json["identifiers"] == [lei]


def test_a_number_without_its_kind_is_refused_at_its_row(visit, world):
    path = f"/organisations/{world['company_a']}/edit"

    answer = visit("focal.a").post(path, names__en="Company a", identifiers__1__value="17")

    assert answer.status_code == 422
    assert 'href="#f-identifiers-1-scheme"' in answer.text


def test_a_tax_number_that_another_has_is_said_beside_its_field(visit, ask, world):
    ask("operator", "PATCH", f"/organisations/{world['company_a']}", {"identifiers": [NUMBER]})
    path = f"/organisations/{world['company_b']}/edit"

    answer = visit("focal.b").post(path, names__en="Company b", **NUMBER_ROW)

    assert answer.status_code == 422
    assert 'href="#f-identifiers-0-value"' in answer.text


def test_a_membership_without_an_end_offers_no_renewal(visit, world, database):
    path, renewal = f"/memberships/{world['membership_a']}", f"{world['membership_a']}/renew"

    endless = visit("focal.a").get(path).text
    with database.writing() as session:
        session.get_one(Membership, world["membership_a"]).ends_on = days(90)

    assert (renewal in endless, renewal in visit("focal.a").get(path).text) == (False, True)


def test_the_type_that_imports_begin_with_is_said_in_the_reader_s_language(visit, world):
    for path in (f"/memberships/{world['membership_a']}", f"/organisations/{world['company_a']}"):
        shown = visit("focal.a", "zh-Hant").get(path).text

        assert re.search(r">會員</(td|dd)>", shown)


def test_a_step_is_told_by_the_words_that_the_state_has_on_the_page(visit, world):
    add_type(visit("focal.b"), world)
    member = visit("focal.a")
    join = f"/organisations/{world['company_a']}/join"
    choice = f"{join}?host_id={world['association_b']}"
    made = member.post(join, page=choice, host_id=world["association_b"], type="full", note="")
    path = made.headers["Location"].removeprefix("/members")
    visit("focal.b").post(f"{path}/return", page=path, reason="no seal")
    member = visit("focal.a")
    member.client.set_cookie("plenary_language", "zh-Hant")

    answer = member.post(f"{path}/submit", page=path)

    assert "完成，目前狀態：已提交。" in member.client.get(answer.headers["Location"]).text
