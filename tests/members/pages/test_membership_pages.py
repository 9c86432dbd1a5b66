"""Applications, reviews and membership types as pages."""

import re

import pytest


@pytest.fixture
def file(world_and_file) -> bytes:
    return world_and_file[1]


def add_type(page, world, **typed):
    path = f"/organisations/{world['association_b']}/membership-types"
    plain = {"key": "full", "names__en": "Full", "term": "rolling", "months": "12", "kind": ""}
    return page.post(path, **(plain | typed))


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


def test_another_s_membership_is_not_there(visit, world):
    page = visit("focal.b")

    assert page.get(f"/memberships/{world['membership_a']}").status_code == 404


def test_only_what_can_be_done_is_offered(visit, world):
    shown = visit("focal.a").get(f"/memberships/{world['membership_a']}").text

    verbs = re.findall(r'formaction="/members/memberships/[^/]+/(\w+)"', shown)
    assert verbs == ["renew", "suspend", "expel", "resign"]


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
    assert "沿革" in page.get(f"/memberships/{world['membership_b']}").text
