"""Importing on pages: upload, mapping, preview, apply, revert, without scripts."""

import pytest

from services.members.actions.founding import make_operator
from services.members.actions.imports import fields as known
from services.members.actions.imports import reasons
from services.members.actions.imports.tables import open_table
from services.members.actions.imports.working import go_on_with_all
from services.members.model.imports import KINDS, STATES, VERDICTS
from services.members.pages import imports
from services.members.pages.import_words import FIELDS, REASONS, WORDS
from tests.members.builders import NOW, a_name, an_organisation, password_hash
from tests.members.pages.test_pages import Browser, form_token
from tests.members.test_import_files import COMPANIES, a_csv, a_form, tax_numbers

ONE, TWO = tax_numbers(2)


@pytest.fixture
def place(database):
    """The path of an association's imports, and an operator."""
    with database.writing() as session:
        make_operator(
            session,
            [a_name("Operator")],
            "operator@one.example",
            password_hash=password_hash(),
            actor="test",
            now=NOW,
        )
        made = an_organisation(session, names={"en": "TEEMA", "zh-Hant": "電電公會"}, economy="TW")
    return f"/organisations/{made.id}"


@pytest.fixture
def browser(client, place):
    made = Browser(client)
    made.sign_in("operator@one.example")
    return made


def upload(browser, place, content, name="名單.csv"):
    token = form_token(browser.get(f"{place}/import").text)
    texts = {"csrf_token": token, "kind": "companies"}
    return browser.client.post(f"/members{place}/import", **a_form(texts, name, content))


def path_of(answer):
    assert answer.status_code == 303, answer.text
    return answer.location.removeprefix("/members")


GOOD = a_csv([COMPANIES, (ONE, "甲公司", "a@one.example"), (TWO, "乙<b>", "bad")], encoding="cp950")


def test_the_organisation_s_page_leads_to_the_upload(browser, place):
    assert f"/members{place}/import" in browser.get(place).text
    for language in ("en", "zh-Hant"):
        browser.client.set_cookie("plenary_language", language)
        assert browser.get(f"{place}/import").status_code == 200


def test_a_file_is_previewed_applied_and_taken_back(browser, place):
    path = path_of(upload(browser, place, GOOD))
    preview = browser.get(path).text
    assert "“bad” is not a mail address." in preview
    assert "乙&lt;b&gt;" in preview

    assert browser.post(f"{path}/apply", page=path).status_code == 303
    assert "甲公司" in browser.get(place).text
    assert browser.post(f"{path}/revert", page=path, reason="wrong").status_code == 303
    assert "甲公司" not in browser.get(place).text


def test_applying_is_not_offered_where_nothing_would_be_written(browser, place):
    bad = a_csv([COMPANIES, (ONE, "甲公司", "bad")], encoding="cp950")
    path = path_of(upload(browser, place, bad))

    preview = browser.get(path).text

    assert f"{path}/apply" not in preview
    assert "There is nothing to write" in preview


def test_rows_are_shown_by_verdict(browser, place):
    path = path_of(upload(browser, place, GOOD))

    assert "甲公司" not in browser.get(f"{path}?verdict=error").text
    assert "甲公司" in browser.get(f"{path}?verdict=new").text


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_bad_rows_are_a_file_that_is_mended_and_sent_again(browser, place, kind):
    rows = [(ONE, "甲公司", "a@one.example"), ("123", "乙公司", "b@")]
    path = path_of(upload(browser, place, a_csv([("統一編號", "Name", "電子郵件"), *rows])))

    page = browser.get(f"{path}?verdict=error").text
    content = browser.get(f"{path}?verdict=error&format={kind}").data
    again = path_of(upload(browser, place, content, f"bad.{kind}"))

    assert f"verdict=error&amp;format={kind}" in page
    shown = browser.get(again).text
    assert "乙公司" in shown
    assert "甲公司" not in shown
    assert "is not a tax number" in shown
    table = open_table("companies", f"bad.{kind}", content)
    assert table.columns == ["統一編號", "Name", "電子郵件", "Row", "Verdict", "Reason"]
    [(_, cells)] = table.rows
    assert cells[:5] == ["123", "乙公司", "b@", "3", "error"]
    assert "is not a mail address" in cells[5]


def test_columns_are_mapped_by_a_form(browser, place):
    path = path_of(upload(browser, place, a_csv([("Firma", "x.y"), ("Acme", "b@one.example")])))

    none = browser.post(f"{path}/mapping", page=path, c0="", c1="email")
    good = browser.post(f"{path}/mapping", page=path, c0="name", c1="email")

    assert (none.status_code, good.status_code) == (422, 303)
    assert "Apply" in browser.get(path).text


@pytest.mark.parametrize("content", [b"", b"\x00" * 50, b"Name\n=1+1\n"])
def test_a_bad_file_is_refused_beside_the_form(browser, place, content):
    answer = upload(browser, place, content)

    assert answer.status_code == 422
    assert 'href="#f-file"' in answer.text


def test_a_file_over_a_megabyte_is_taken_and_over_twenty_is_not(browser, place):
    rows = [COMPANIES, *[(ONE, "甲公司", "x" * 9000)] * 200]

    assert upload(browser, place, a_csv(rows)).status_code == 303
    assert upload(browser, place, b"a," * (11 * 1024 * 1024)).status_code == 413


def test_every_reason_and_field_has_its_words(app):
    with app.test_request_context("/members/sign-in"):
        assert {str(each) for each in REASONS} == set(reasons.ALL)
        assert {str(each) for each in WORDS} == {*KINDS, *STATES, *VERDICTS}
    assert {name for fields in known.FIELDS.values() for name in fields} <= FIELDS.keys()


def test_a_file_that_can_t_be_read_is_refused_in_the_reader_s_language(browser, place):
    browser.client.set_cookie("plenary_language", "zh-Hant")
    for content, name, words in (
        (b"PK\x03\x04 no sheet", "a.xlsx", "不是完整的 XLSX"),
        ("公司名稱\n=1+1\n".encode(), "a.csv", "第 2 列含有公式：=1+1"),
    ):
        answer = upload(browser, place, content, name)

        assert (answer.status_code, words in answer.text) == (422, True)


def test_a_picture_that_is_called_csv_is_no_half_text(browser, place):
    answer = upload(browser, place, b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "list.csv")

    assert "The file is called .csv, but its content is not." in answer.text


def test_the_preview_says_what_applying_does_and_which_columns_it_leaves_out(browser, place):
    rows = [("統一編號", "公司名稱", "備註"), (ONE, "甲公司", "x"), ("123", "乙公司", "y")]
    path = path_of(upload(browser, place, a_csv(rows)))

    page = browser.get(path).text

    assert "Rows that applying writes: 1." in page
    assert "Columns that are left out: 備註" in page
    assert "mend them in a spreadsheet" in browser.get(f"{path}?verdict=error").text


def test_two_columns_of_one_field_are_told_beside_the_second(browser, place):
    rows = [("甲", "乙"), ("Acme", "b@one.example")]
    path = path_of(upload(browser, place, a_csv(rows)))

    answer = browser.post(f"{path}/mapping", page=path, c0="name", c1="name")

    assert 'href="#f-c1"' in answer.text


def test_a_long_import_is_answered_before_its_end_and_says_how_far_it_is(
    browser, place, database, monkeypatch
):
    monkeypatch.setattr(imports, "ANSWER_WITHIN_SECONDS", 0.0)
    rows = [(number, f"甲{number}公司", "") for number in tax_numbers(600)]
    path = path_of(upload(browser, place, a_csv([COMPANIES, *rows])))

    browser.post(f"{path}/apply", page=path)
    under_way = browser.get(path).text
    go_on_with_all(database, now=NOW, seconds=30)
    done = browser.get(path).text

    assert "Under way: 500 of 600 rows." in under_way
    assert '<progress max="600" value="500"' in under_way
    assert "data-under-way" not in done


def test_what_was_taken_back_says_how_to_bring_it_in_after_all(browser, place):
    path = path_of(upload(browser, place, GOOD))
    browser.post(f"{path}/apply", page=path)

    browser.post(f"{path}/revert", page=path, reason="wrong")

    assert f"/members{place}/import?kind=companies" in browser.get(path).text
