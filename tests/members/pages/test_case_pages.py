"""The case library on pages: written in a form, reviewed, and read by everybody."""

import io

import pytest

from services.members.model import Organisation
from tests.members.builders import a_member_of
from tests.members.pages.test_pages import Browser


@pytest.fixture
def file(world_and_file) -> bytes:
    return world_and_file[1]


@pytest.fixture
def small(database, world):
    """A company of association B."""
    with database.writing() as session:
        a_member_of(session, session.get(Organisation, world["association_b"]), "Small Co.")


@pytest.fixture
def written(visit, world, lineage, small):
    """The path of a draft."""
    path = f"/organisations/{world['association_a']}/cases/new"
    typed = {
        "company": "company A",
        "titles.en": "Half the current",
        "titles.zh-Hant": "節電一半",
        "summaries.en": "A leak survey.",
        "texts.en": "First line.\n\nSecond <b>line</b>.",
        "sectors": "Machine tools、電子",
        "mentor": "Company a",
        "followers": "Small Co.\n",
        f"capabilities.{lineage}": "yes",
    }
    made = visit("focal.a").post(path, page=path, **typed)
    assert made.status_code == 303, made.text
    return made.location.removeprefix("/members")


def test_a_case_is_written_endorsed_published_and_found(app, visit, written, lineage):
    guest, focal, organizer = Browser(app.test_client()), visit("focal.a"), visit("organizer")
    unseen = guest.get(written)
    focal.post(f"{written}/submit", page=written)
    focal.post(f"{written}/endorse", page=written)
    organizer.post(f"{written}/publish", page=written)

    page = guest.get(written)
    listed = guest.get(f"/cases?q=節電&capability={lineage}&sector=電子")

    assert unseen.status_code == 404
    assert "Small Co." in page.text
    assert "Second &lt;b&gt;line&lt;/b&gt;." in page.text
    assert "Carbon inventory" in page.text
    assert "Half the current" in listed.text
    assert "Half the current" not in guest.get("/cases?q=nothing").text
    chinese = guest.client.get("/members/cases", headers={"Accept-Language": "zh-TW"}).text
    assert ("節電一半" in chinese, "Half the current" in chinese) == (True, False)


def test_the_form_says_which_company_it_does_not_know(visit, world, lineage):
    path = f"/organisations/{world['association_a']}/cases/new"

    typed = {"company": "Company a", "titles.en": "x", "followers": "Nobody Ltd."}
    answer = visit("focal.a").post(path, page=path, **typed)

    assert answer.status_code == 422
    assert "Nobody Ltd." in answer.text
    assert 'href="#f-followers"' in answer.text


def test_a_draft_is_changed_in_the_form_that_shows_it(visit, written):
    focal = visit("focal.a")
    shown = focal.get(f"{written}/edit")

    typed = {"titles.en": "Less current", "mentor": "", "followers": ""}
    saved = focal.post(f"{written}/edit", page=f"{written}/edit", **typed)

    assert "Small Co." in shown.text
    assert saved.status_code == 303
    assert "Less current" in focal.get(written).text


def test_to_decline_needs_a_reason(visit, written):
    focal, organizer = visit("focal.a"), visit("organizer")
    focal.post(f"{written}/submit", page=written)
    focal.post(f"{written}/endorse", page=written)

    organizer.post(f"{written}/decline", page=written)
    still = organizer.get(written)
    organizer.post(f"{written}/decline", page=written, reason="Too near to an advertisement.")

    assert "Say why." in still.text
    assert "Too near to an advertisement." in focal.get(written).text


def test_a_file_is_added_and_taken_out(visit, written):
    focal = visit("focal.a")
    path = f"{written}/attachments"

    refused = focal.post(path, page=written, file=(io.BytesIO(b"<html>"), "page.html"))
    focal.post(path, page=written, file=(io.BytesIO(b"%PDF-1.7 x"), "report.pdf"))

    shown = focal.get(written).text
    assert refused.status_code == 422
    assert "report.pdf" in shown
    remove = shown.split('action="/members/case-attachments/')[1].split('"')[0]
    focal.post(f"/case-attachments/{remove}", page=written)
    assert "report.pdf</a>" not in focal.get(written).text


def test_ours_are_listed_in_every_state(visit, written):
    assert "Half the current" in visit("focal.a").get("/cases/ours?state=draft").text
    assert "Half the current" not in visit("focal.b").get("/cases/ours").text
