"""The audit as a page."""

import pytest

from services.members.actions.auditing.watching import AUDITED
from services.members.model.audit import SUBJECTS
from services.members.pages.audit_words import SUBJECTS as WORDS


@pytest.fixture
def file(world_and_file) -> bytes:
    return world_and_file[1]


def test_it_says_who_did_what_for_whom(visit, world):
    page = visit("focal.a")
    path = f"/organisations/{world['company_a']}/edit"
    page.post(path, names__en="Company a", sector="pumps")

    shown = page.get("/audit").text

    assert "Organisation: changed" in shown
    assert "Given Focal a" not in shown
    assert "Mei Focal a" in shown
    assert "Association a" in shown
    assert "pumps" in shown
    assert "127.0.0.1" not in shown


def test_it_speaks_chinese(visit):
    shown = visit("operator", "zh-Hant").get("/audit").text

    assert "稽核紀錄" in shown
    assert "127.0.0.1" in shown or "由" in shown


def test_a_filter_that_can_t_be_understood_is_said_and_left_out(visit):
    answer = visit("operator").get("/audit?from=yesterday&subject=people")

    assert answer.status_code == 200
    assert "left out" in answer.text
    assert "Person: recorded" in answer.text


def test_it_is_not_for_everyone(visit):
    assert visit("attendee").get("/audit").status_code == 403


def test_the_file_has_the_page_s_entries_and_addresses_for_operators_alone(visit, world):
    page = visit("focal.a")
    path = f"/organisations/{world['company_a']}/edit"
    page.post(path, names__en="Company a", sector="=pumps")
    query = f"organisation_id={world['company_a']}&subject=organisations"

    shown = page.get(f"/audit?{query}").text
    own = page.get(f"/audit?{query}&format=csv").text
    all_ = visit("operator").get("/audit?format=csv").text

    assert f"organisation_id={world['company_a']}" in shown.split("format=csv")[0].split("<a ")[-1]
    assert "Mei Focal a" in own
    assert '""sector"": [null, ""=pumps""]' in own
    assert "memberships" not in own
    assert "From address" not in own
    assert "From address" in all_
    assert "memberships" in all_
    assert visit("focal.b").get(f"/audit?{query}&format=csv").text.count("\n") == 1


def test_every_thing_that_the_audit_tells_of_has_a_word_and_can_be_asked_for(ask):
    parts = {"identifiers", "provider_domains", "custom_values"}
    told_of = {kind.__tablename__ for kind in AUDITED} - parts

    assert set(SUBJECTS) == set(WORDS) >= told_of
    assert ask("operator", "GET", "/audit?subject=nothing").status_code == 422


def test_a_step_is_called_what_it_is_of_that_thing(visit, world):
    """An invitation was said to be open for registration."""
    page = visit("focal.a", "zh-Hant")
    path = f"/organisations/{world['association_a']}/invitations"
    page.post(path, email="new@people.example", name="New")

    shown = page.get("/audit").text

    assert "邀請：已寄出，尚未回覆" in shown
    assert "開放報名" not in shown


def test_what_the_system_gives_as_a_reason_is_in_the_reader_s_language(visit, ask, world):
    ask("focal.a", "PATCH", f"/affiliations/{world['work_a']}", {"title": "Chemist"})
    body = {"person_id": str(world["focal_a"])}
    path = f"/appointments/{world['office_a']}/substitute"
    assert ask("operator", "POST", path, body).status_code == 200

    shown = visit("focal.a", "zh-Hant").get("/audit").text
    office = visit("focal.a", "zh-Hant").get(f"/appointments/{world['office_a']}").text

    assert "原因: 職稱" in shown or "原因：職稱" in shown
    assert "已替補" in shown
    assert "已替補" in office
    assert "substituted" not in office
