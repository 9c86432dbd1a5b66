"""Custom fields on pages: defined in a form, filled in with the organisation, and shown."""

import re

import pytest

from tests.members.pages.test_pages import form_token
from tests.members.test_import_files import a_csv, a_form


@pytest.fixture
def file(world_and_file) -> bytes:
    return world_and_file[1]


@pytest.fixture
def define(visit, world):
    """Define a field by its form."""
    browser, path = visit("focal.a"), f"/organisations/{world['association_a']}/custom-fields"

    def define(**typed):
        typed = {
            "kind": "company",
            "key": "green_jobs",
            "labels.en": "Green jobs",
            "labels.zh-Hant": "綠色職缺",
            "type": "integer",
            "audience": "managers",
        } | typed
        return browser.post(path, page=path, **typed)

    return define


def test_a_field_is_defined_filled_in_and_shown(visit, world, define):
    defined = define(**{"limits.most": "50", "hints.en": "Open today"})
    browser, path = visit("focal.a"), f"/organisations/{world['company_a']}"

    form = browser.get(f"{path}/edit").text
    typed = {"names.en": "Company a", "custom.green_jobs": "51"}
    refused = browser.post(f"{path}/edit", page=f"{path}/edit", **typed)
    browser.post(f"{path}/edit", page=f"{path}/edit", **typed | {"custom.green_jobs": "7"})

    assert defined.status_code == 303
    assert "Open today" in form
    assert refused.status_code == 422
    assert "Use 50 or less." in refused.text
    assert "<dt>Green jobs</dt><dd>7</dd>" in browser.get(path).text
    assert "Green jobs" not in visit("focal.b").get(path).text
    audit = visit("focal.a").get("/audit").text
    assert "Reason: Custom field green_jobs" in audit


def test_several_choices_are_ticked_and_shown_in_the_reader_s_language(visit, world, define):
    rows = {
        "choices.0.labels.en": "ISO 14001",
        "choices.0.labels.zh-Hant": "環境管理",
        "choices.1.labels.en": "ISO 50001",
    }
    define(type="choices", audience="everyone", **rows)
    browser, path = visit("focal.a"), f"/organisations/{world['company_a']}"

    typed = {"names.en": "Company a", "custom.green_jobs.iso_14001": "iso_14001"}
    browser.post(f"{path}/edit", page=f"{path}/edit", **typed)

    assert 'value="iso_14001" checked' in browser.get(f"{path}/edit").text
    assert "ISO 14001" in browser.get(path).text
    assert "環境管理" in visit("focal.b", "zh-Hant").get(path).text


def test_a_bad_form_is_shown_again_with_what_is_wrong(define):
    refused = define(type="choice", **{"choices.0.labels.en": "A\x07"})
    none = define(type="choice")

    assert (refused.status_code, none.status_code) == (422, 422)
    assert 'href="#f-choices-0-labels-en"' in refused.text
    assert "Give at least one choice." in none.text


def test_a_choice_keeps_its_key_whatever_becomes_of_its_words(visit, world, define, ask):
    define(type="choice", **{"choices.0.labels.en": "Large", "choices.1.labels.en": "Small"})
    browser, path = visit("focal.a"), f"/organisations/{world['association_a']}/custom-fields"
    page = "/custom-fields/" + browser.get(path).text.split("/members/custom-fields/")[1][:36]
    shown = browser.get(page).text

    typed = {"labels.en": "Size", "type": "choice", "audience": "everyone"}
    rows = {
        "choices.0.key": "large",
        "choices.0.labels.en": "Over 250",
        "choices.1.key": "small",
        "choices.1.labels.en": "",
        "choices.2.key": "",
        "choices.2.labels.zh-Hant": "中型",
    }
    changed = browser.post(page, page=page, **typed, **rows)

    assert 'name="choices.0.key" value="large"' in shown
    assert changed.status_code == 303
    fields = ask("focal.a", "GET", f"{path}?limit=9").json["items"]
    choices = fields[0]["choices"]
    assert choices[0] == {"key": "large", "labels": {"en": "Over 250"}}
    assert choices[1]["labels"] == {"zh-Hant": "中型"}
    assert len(choices) == 2


def test_a_field_is_changed_archived_and_brought_back(visit, world, define):
    define(choices="")
    browser, path = visit("focal.a"), f"/organisations/{world['association_a']}/custom-fields"
    link = browser.get(path).text.split('href="/members/custom-fields/')[1].split('"')[0]
    page = f"/custom-fields/{link}"

    typed = {"labels.en": "Jobs", "type": "integer", "audience": "everyone"}
    changed = browser.post(page, page=page, **typed)
    browser.post(f"{page}/archive", page=path)
    archived = browser.get(path).text
    browser.post(f"{page}/restore", page=path)

    assert changed.status_code == 303
    assert "Jobs" in archived
    assert "Bring back" in archived
    assert "Bring back" not in browser.get(path).text
    assert visit("focal.b").get(page).status_code == 404
    assert visit("focal.b").get(path).status_code == 403


def test_the_directory_is_searched_by_a_value(visit, world, define):
    define()
    browser, path = visit("focal.a"), f"/organisations/{world['company_a']}/edit"
    browser.post(path, page=path, **{"names.en": "Company a", "custom.green_jobs": "7"})
    page = browser.get("/organisations").text
    field = page.split("Green jobs</option>")[0].rsplit('value="', 1)[1].split('"')[0]

    found = browser.get(f"/organisations?field={field}&value=5..9").text
    none = browser.get(f"/organisations?field={field}&value=8..9").text

    assert "Company a" in found
    assert "Company a" not in none


def test_a_new_member_is_recorded_with_its_fields(visit, world, define):
    define(is_required="true")
    browser = visit("focal.a")
    path = f"/organisations/{world['association_a']}/add-member"
    typed = {"names.en": "Solar Ltd.", "kind": "company"}

    lacking = browser.post(path, page=path, **typed)
    made = browser.post(path, page=path, **typed | {"custom.green_jobs": "4"})

    assert lacking.status_code == 422
    assert made.status_code == 303


def test_two_kinds_of_member_may_have_fields_of_one_name(visit, world, define, ask):
    define()
    define(kind="institute", is_required="true")
    browser = visit("focal.a")
    path = f"/organisations/{world['association_a']}/add-member"
    names = re.findall(r'name="(custom\.[0-9a-z_-]+)"', browser.get(path).text)

    typed = {"names.en": "Solar Ltd.", "kind": "company", names[0]: "4"}
    made = browser.post(path, page=path, **typed)

    found = ask("focal.a", "GET", "/organisations?q=solar").json["items"]
    assert made.status_code == 303
    assert len(set(names)) == 2
    assert [each["custom"] for each in found] == [{"green_jobs": 4}]


def test_an_import_speaks_of_fields_and_choices_by_their_words(visit, world, define):
    define(key="tier", type="choice", **{"labels.en": "Tier", "choices.0.labels.en": "First tier"})
    define()
    browser, path = visit("focal.a"), f"/organisations/{world['association_a']}/import"
    rows = [("Name", "Green jobs", "Tier"), ("Company a", "7", ""), ("New", "1", "third")]
    token = form_token(browser.get(path).text)
    texts = {"csrf_token": token, "kind": "companies"}
    made = browser.client.post(f"/members{path}", **a_form(texts, "a.csv", a_csv(rows)))

    page = browser.client.get(made.location).text

    assert "Changes: Green jobs." in page
    assert "Choose of these: First tier." in page
