"""Where somebody works, on pages: recorded with its days, and corrected."""

import pytest


@pytest.fixture
def file(world_and_file) -> bytes:
    return world_and_file[1]


def test_the_title_and_the_days_are_corrected_by_a_form(visit, world):
    browser = visit("focal.a")
    path = f"/affiliations/{world['work_a']}"
    fields = {"title": "Chemist", "from": "2025-02-01", "to": "2027-01-31"}

    saved = browser.post(path, **fields)
    wrong = browser.post(path, **fields | {"to": "2024-01-01"})

    company = browser.get(f"/organisations/{world['company_a']}").text
    assert saved.status_code == 303
    assert (wrong.status_code, "before it starts" in wrong.text) == (422, True)
    assert "Chemist" in company
    assert f'href="/members/affiliations/{world["work_a"]}"' in company
    assert 'value="2027-01-31"' in browser.get(path).text
    assert visit("focal.b").get(path).status_code == 404


def test_somebody_is_recorded_who_works_here_without_an_office(visit, world):
    browser = visit("focal.a")
    path = f"/organisations/{world['company_a']}/add-delegate"
    fields = {
        "romanised.given": "Ada",
        "romanised.family": "Wu",
        "email": "ada@x.example",
        "title": "Engineer",
        "works_from": "2025-02-01",
        "role": "",
    }

    saved, again = browser.post(path, **fields), browser.post(path, **fields)

    text = browser.get(f"/organisations/{world['company_a']}").text
    assert saved.status_code == 303, saved.text
    assert ("Ada Wu" in text, "Engineer" in text) == (True, True)
    assert (again.status_code, "work here already" in again.text) == (422, True)
