"""Imports by the API: for those who manage the organisation, within bounds, and once."""

import json

import pytest

from services.members.actions.imports import applying
from tests.members.test_import_files import COMPANIES, a_csv, a_form, a_sheet, tax_numbers

ONE, TWO = tax_numbers(2)
ROWS = [COMPANIES, (ONE, "甲公司", "a@one.example"), (TWO, "乙公司", "bad")]
GOOD = a_csv(ROWS)
# What a file of 20 MiB may have around it.
MEGABYTE = 1024 * 1024


@pytest.fixture
def upload(ask, world):
    def upload(who="focal.a", content=GOOD, name="list.csv", **more):
        form = {"kind": "companies", "organisation_id": str(world["association_a"])}
        headers, edge = more.pop("headers", {}), more.pop("edge", "edge")
        texts = {key: value for key, value in (form | more).items() if value is not None}
        return ask(
            who, "POST", "/imports", headers=headers, **a_form(texts, name, content, edge=edge)
        )

    return upload


@pytest.fixture
def made(upload):
    return upload().json


def test_an_upload_is_previewed_by_itself(upload):
    answer = upload()

    assert answer.status_code == 201, answer.text
    assert answer.json["state"] == "previewed"
    assert answer.json["counts"] == {"new": 1, "update": 0, "duplicate": 0, "error": 1}
    assert answer.json["mapping"] == dict(
        zip(COMPANIES, ("tax_number", "name", "email"), strict=True)
    )
    assert answer.headers["ETag"] == '"1"'


def test_a_sheet_is_previewed_too(upload):
    answer = upload(content=a_sheet(ROWS), name="list.xlsx")

    assert (answer.status_code, answer.json["counts"]["new"]) == (201, 1)


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
@pytest.mark.parametrize("name", ["file.csv", "file.xlsx"])
@pytest.mark.parametrize("kind", ["companies", "people"])
def test_a_file_that_was_exported_comes_back_as_what_is_recorded(
    ask, upload, world, kind, name, language
):
    number = [{"scheme": "tw-ubn", "value": ONE}, {"scheme": "teema", "value": "17"}]
    company = f"/organisations/{world['company_a']}"
    change = {"identifiers": number, "names": {"en": "Company a", "zh-Hant": "甲公司"}}
    tag = {"If-Match": ask("focal.a", "GET", company).headers["ETag"]}
    assert ask("focal.a", "PATCH", company, change, headers=tag).status_code == 200
    place, listed = {
        "companies": (world["association_a"], "organisations?member_of"),
        "people": (world["company_a"], "people?organisation_id"),
    }[kind]
    asked = {"Accept-Language": language}
    file = ask("focal.a", "GET", f"/{listed}={place}&format={name[5:]}", headers=asked)

    answer = upload(content=file.data, name=name, kind=kind, organisation_id=str(place))

    assert answer.json["state"] == "previewed", answer.text
    assert {each for each, count in answer.json["counts"].items() if count} == {"duplicate"}


def test_rows_say_what_and_why_page_by_page(ask, made):
    path = f"/imports/{made['id']}/rows"
    first = ask("focal.a", "GET", f"{path}?limit=1").json
    errors = ask("focal.a", "GET", f"{path}?verdict=error").json["items"]

    assert [row["number"] for row in first["items"]] == [2]
    assert first["items"][0]["values"]["tax_number"] == ONE
    assert first["next"].startswith("/members/api/v1/imports/")
    assert [(row["number"], row["reason"]) for row in errors] == [
        (3, "“bad” is not a mail address.")
    ]


def test_it_is_applied_and_reverted(ask, world, made):
    path, members = f"/imports/{made['id']}", f"/organisations?member_of={world['association_a']}"
    before = ask("focal.a", "GET", members).json["items"]

    applied = ask("focal.a", "POST", f"{path}/apply", {})
    during = ask("focal.a", "GET", members).json["items"]
    reverted = ask("focal.a", "POST", f"{path}/revert", {"reason": "the wrong list"})

    assert (applied.status_code, applied.json["state"]) == (200, "applied")
    assert len(during) == len(before) + 1
    assert (reverted.status_code, reverted.json["state"]) == (200, "reverted")
    assert ask("focal.a", "GET", members).json["items"] == before
    assert ask("focal.a", "POST", f"{path}/apply", {}).status_code == 409


def test_a_long_import_answers_202_and_comes_to_its_end(ask, upload, monkeypatch):
    monkeypatch.setattr(applying, "AT_ONCE", 2)
    rows = [(number, f"第{number}公司", "") for number in tax_numbers(7)]
    made = upload(content=a_csv([COMPANIES, *rows])).json

    answer = ask("focal.a", "POST", f"/imports/{made['id']}/apply", {})

    assert (answer.status_code, answer.json["progress"]["task"]) == (202, "apply")
    assert answer.json["progress"]["done"] == 2
    now = ask("focal.a", "GET", f"/imports/{made['id']}").json
    assert (now["state"], now["progress"]["done"], now["progress"]["total"]) == ("applied", 7, 7)


def test_the_mapping_is_changed_once_it_was_read(ask, made):
    path = f"/imports/{made['id']}"
    body = {"mapping": {"公司名稱": "name", "統一編號": "tax_number"}}

    stale = ask("focal.a", "PATCH", path, body, headers={"If-Match": '"9"'})
    changed = ask("focal.a", "PATCH", path, body, headers={"If-Match": '"1"'})

    assert (stale.status_code, changed.status_code) == (412, 200)
    assert changed.json["counts"]["new"] == 2


def test_a_mapping_can_come_with_the_file(upload):
    good = upload(mapping=json.dumps({"公司名稱": "name", "電子郵件": None}))
    bad = [upload(mapping=text) for text in ("{", "[]", '{"x": "name"}', '{"公司名稱": "\\u0000"}')]

    assert good.json["counts"]["new"] == 2
    assert [answer.status_code for answer in bad] == [422] * 4


def test_the_same_upload_with_the_same_key_is_one(ask, upload):
    key = {"Idempotency-Key": "once"}
    first, again, other = (
        upload(headers=key),
        upload(headers=key),
        upload(headers=key, name="b.csv"),
    )
    listed = ask("focal.a", "GET", "/imports").json["items"]

    assert (first.status_code, again.json, other.status_code) == (201, first.json, 422)
    assert [each["id"] for each in listed] == [first.json["id"]]


def test_a_client_that_draws_a_new_boundary_for_each_try_uploads_once(upload):
    key = {"Idempotency-Key": "tried again"}
    first, again = upload(headers=key, edge="one"), upload(headers=key, edge="another")
    other = upload(headers=key, edge="one", content=a_csv(ROWS[:2]))

    assert (first.status_code, again.json) == (201, first.json)
    assert other.status_code == 422


def test_a_large_file_is_taken_here_and_nowhere_else(ask, upload):
    rows = [COMPANIES, *[(ONE, "甲公司", "x" * 9000)] * 300]
    assert upload(content=a_csv(rows)).status_code == 201
    for key in ({}, {"Idempotency-Key": "large"}):
        assert upload(content=b"a," * (11 * MEGABYTE), headers=key).status_code == 413
    body = {"names": {"en": "x" * 2 * MEGABYTE}}
    assert ask("focal.a", "POST", "/organisations", body).status_code == 413


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"kind": "things"}, "/kind"),
        ({"kind": None}, "/kind"),
        ({"organisation_id": "x"}, "/organisation_id"),
        ({"state": "applied"}, "/state"),
        ({"content": b"", "name": "a.csv"}, "/file"),
        ({"content": b"\x00" * 100}, "/file"),
        ({"content": b"Name\n=1+1\n"}, "/file"),
    ],
)
def test_a_bad_upload_is_pointed_at(upload, change, pointer):
    answer = upload(**change)

    assert answer.status_code == 422, answer.text
    assert pointer in [error["pointer"] for error in answer.json["errors"]]


def test_an_upload_that_is_no_form_is_415_and_a_text_is_no_file(ask, world):
    form = {"kind": "companies", "organisation_id": str(world["association_a"]), "file": "text"}

    no_form = ask("focal.a", "POST", "/imports", {"kind": "companies"})
    text = ask("focal.a", "POST", "/imports", data=form, content_type="multipart/form-data")

    assert (no_form.status_code, text.status_code) == (415, 422)


ROUTES = [
    ("GET", "", None),
    ("PATCH", "", {"mapping": {"公司名稱": "name"}}),
    ("GET", "/rows", None),
    ("POST", "/apply", {}),
    ("POST", "/revert", {}),
]


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
def test_an_import_is_there_for_those_who_manage_its_organisation(ask, made, method, path, body):
    whole = f"/imports/{made['id']}{path}"

    assert ask("focal.b", method, whole, body).status_code == 404
    assert ask("attendee", method, whole, body).status_code == 403
    assert ask("", method, whole, body).status_code == 401
    for who in ("organizer", "operator"):
        assert ask(who, method, whole, body).status_code in (200, 409)


def test_nobody_uploads_for_another_s_organisation(ask, upload):
    assert upload("focal.b").status_code == 404
    assert upload("attendee").status_code == 403
    assert upload("").status_code == 401
    assert upload("organizer").status_code == 201
    assert ask("focal.b", "GET", "/imports").json["items"] == []
