"""Appointments, stand-ins and committees as pages."""

import re

import pytest

from services.members.pages import bodies


@pytest.fixture
def file(world_and_file) -> bytes:
    return world_and_file[1]


def test_a_focal_point_on_leave_is_substituted_until_a_day(visit, world, database):
    page = visit("focal.a")
    add = f"/organisations/{world['association_a']}/add-delegate"
    typed = {"romanised__family": "Hsu", "romanised__given": "Kai", "email": "kai@x.example"}
    page.post(add, **typed, role="officer", locale="en")
    shown = page.get(f"/organisations/{world['association_a']}").text
    paths = re.findall(r'/members(/appointments/[0-9a-f-]+)">([^<]+)<', shown)
    office = next(path for path, name in paths if name == "Mei Focal a")
    person_id = re.search(r'<option value="([0-9a-f-]+)">Kai Hsu', page.get(office).text)[1]

    bad = page.post(office, person_id=person_id, ends_on="2020-01-01")
    page.post(office, person_id=person_id, ends_on="2026-05-20", reason="on leave")

    assert bad.status_code == 422
    shown = page.get(office).text
    assert "Kai Hsu" in shown
    assert "20 May 2026, and is told by mail." in shown
    assert "on leave" in shown
    assert "stands in" in page.get(f"/organisations/{world['association_a']}").text


def test_another_s_office_is_not_there(visit, world):
    assert visit("focal.b").get(f"/appointments/{world['office_a']}").status_code == 404


def test_a_committee_gets_its_seats_and_people(visit, world):
    page = visit("organizer")
    listed = f"/organisations/{world['alliance']}/bodies"
    made = page.post(listed, kind="committee", names__en="Green jobs")
    path = made.headers["Location"].removeprefix("/members")
    page.post(path, role="member", organisation_id=world["association_a"])
    assert "一般成員" in visit("organizer", "zh-Hant").get(path).text
    assert page.post(path, role="emperor").status_code == 422

    focal = visit("focal.a")
    shown = focal.get(path).text
    fill = re.search(r'action="/members(/seats/[0-9a-f-]+/fill)"', shown)[1]
    focal.post(fill, page=path, person_id=world["person_a"])

    assert "Mei Delegate a" in focal.get(path).text
    assert "Mei Delegate a" in page.get(path).text
    assert visit("focal.b").get(path).status_code == 404
    page.post(f"{path}/dissolve", page=path)
    assert "No committee or working group yet." in page.get(listed).text


def test_a_seat_goes_to_a_member_that_the_list_is_too_short_for(visit, world, monkeypatch):
    monkeypatch.setattr(bodies, "MOST_CHOICES", 1)
    page = visit("organizer")
    listed = f"/organisations/{world['alliance']}/bodies"
    made = page.post(listed, kind="committee", names__en="Green jobs")
    path = made.headers["Location"].removeprefix("/members")
    other = f'<option value="{world["association_b"]}"'
    assert other not in page.get(path).text

    found = page.get(f"{path}?q=Association+b").text

    assert other in found
    assert 'name="q" value="Association b"' in found
    assert "No member and no person is called so." in page.get(f"{path}?q=Nowhere").text


def test_the_pages_speak_chinese(visit, world):
    page = visit("focal.a", "zh-Hant")

    assert "委員會與工作小組" in page.get(f"/organisations/{world['association_a']}/bodies").text
    assert "代理或接任" in page.get(f"/appointments/{world['office_a']}").text


def test_a_grant_is_given_until_a_day_and_taken_away_at_once(visit, world):
    page = visit("focal.a")
    path = f"/organisations/{world['association_a']}/grants"
    typed = {"person_id": world["person_a"], "role": "reader", "reach": "alone"}
    refused = page.post(path, **(typed | {"role": "organizer"}))
    page.post(path, **typed, ends_on="2026-06-30")

    assert refused.status_code == 422
    assert "only what you have yourself" in refused.text
    shown = page.get(path).text
    assert "here alone" in shown
    assert "Jul 2026" in shown
    revokes = re.findall(r'action="/members(/grants/[0-9a-f-]+/revoke)"', shown)
    assert len(revokes) == 2
    page.post(revokes[-1], page=path, at_once="true")
    assert "here alone" not in page.get(path).text.partition("Give a grant")[0]


def test_others_grants_are_not_there(visit, world):
    page = visit("focal.b")

    assert page.get(f"/organisations/{world['association_a']}/grants").status_code == 404


def test_an_office_may_begin_later_and_a_term_can_follow_another(visit, world, ask):
    page, path = visit("focal.a"), f"/organisations/{world['association_a']}"
    typed = {"romanised__family": "Hsu", "romanised__given": "Kai", "email": "kai@x.example"}
    typed |= {"role": "delegate", "locale": "en"}
    terms = [("2026-06-01", "2026-12-31"), ("2027-01-01", "2027-12-31"), ("2027-06-01", "")]

    said = [
        page.post(f"{path}/add-delegate", **typed, starts_on=first, ends_on=last).status_code
        for first, last in terms
    ]

    assert said == [303, 303, 422]
    found = ask("focal.a", "GET", f"{path}/appointments").json["items"]
    assert [(each["from"], each["to"]) for each in found][-2:] == terms[:2]
    assert page.get(f"{path}/add-delegate").text.count('type="date"') == 4
