"""Lists as files: with their filters, for whom they are, in the reader's language."""

import csv
import io

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from services.members.actions.enrolling import change_organisation
from services.members.model import Organisation
from tests.members.builders import NOW

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def rows_of(answer):
    assert answer.status_code == 200, answer.text
    text = answer.get_data().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize(
    ("path", "columns"),
    [
        ("/organisations", ("Name (English)", "Kind")),
        ("/people", ("Name", "Mail address")),
        ("/memberships", ("Member", "Host")),
    ],
)
def test_every_list_can_be_had_as_csv_and_as_xlsx(ask, world, path, columns):
    items = ask("operator", "GET", f"{path}?limit=500").json["items"]

    rows = rows_of(ask("operator", "GET", f"{path}?format=csv"))
    book = ask("operator", "GET", path, headers={"Accept": XLSX})

    assert [row["ID"] for row in rows] == [item["id"] for item in items]
    assert all(row[column] for row in rows for column in columns)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book.get_data())).get_sheet_by_index(0)
    assert [row[-1] for row in sheet.to_python()[1:]] == [item["id"] for item in items]
    assert book.content_type == XLSX


def test_a_list_can_be_printed_without_its_identifiers(ask, world):
    answer = ask("operator", "GET", "/organisations?format=pdf")
    by_header = ask("operator", "GET", "/organisations", headers={"Accept": "application/pdf"})

    text = PdfReader(io.BytesIO(answer.get_data())).pages[0].extract_text()
    found = ask("operator", "GET", "/organisations").json["items"]
    assert answer.content_type == by_header.content_type == "application/pdf"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert all(each["names"]["en"] in text for each in found)
    assert not any(each["id"][:8] in text for each in found)


def test_a_file_keeps_the_filters_of_its_list(ask, world):
    rows = rows_of(ask("operator", "GET", "/organisations?kind=association&format=csv"))

    assert {row["Kind"] for row in rows} == {"association"}


def test_a_file_has_all_rows_whatever_the_page(ask, world):
    rows = rows_of(ask("operator", "GET", "/organisations?limit=1&format=csv"))

    assert len(rows) == 5


def test_a_focal_point_s_file_has_nobody_of_the_other_association(ask, world):
    rows = rows_of(ask("focal.a", "GET", "/people?format=csv"))

    assert {row["Mail address"] for row in rows} == {"delegate.a@x.example", "focal.a@x.example"}


def test_contact_data_of_others_organisations_are_not_in_the_file(ask, world, database):
    with database.writing() as session:
        for letter in "ab":
            found = session.get_one(Organisation, world[f"company_{letter}"])
            values = {"email": f"office.{letter}@x.example"}
            change_organisation(session, found, values, actor="test", now=NOW)

    rows = rows_of(ask("focal.a", "GET", "/organisations?format=csv"))

    assert {row["Mail address"] for row in rows} == {"", "office.a@x.example"}


def test_a_formula_in_a_name_is_text(ask, world, database):
    with database.writing() as session:
        found = session.get_one(Organisation, world["company_a"])
        change_organisation(session, found, {"names": {"en": "=1+1"}}, actor="test", now=NOW)

    rows = rows_of(ask("operator", "GET", "/organisations?q=1&format=csv"))

    assert [row["Name (English)"] for row in rows] == ["'=1+1"]


def test_headings_are_in_the_reader_s_language(ask, world, client):
    client.set_cookie("plenary_language", "zh-Hant")

    answer = ask("operator", "GET", "/people?format=csv")

    assert answer.get_data().decode("utf-8-sig").startswith("姓名,")


@pytest.mark.parametrize("query", ["format=docx", "format=csv&cursor=x"])
def test_what_can_t_be_answered_as_a_file_is_refused(ask, world, query):
    answer = ask("operator", "GET", f"/people?{query}")

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] in ("/format", "/cursor")


def test_more_rows_than_are_read_at_once_come_once_each(ask, world, monkeypatch):
    monkeypatch.setattr("shared.web.exporting.AT_ONCE", 2)

    rows = rows_of(ask("operator", "GET", "/organisations?format=csv"))

    assert len({row["ID"] for row in rows}) == len(rows) == 5


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/organisations/{company_a}/affiliations", "Name"),
        ("/organisations/{association_a}/appointments", "Role"),
        ("/grants", "Role"),
    ],
)
def test_people_s_places_offices_and_grants_are_files_for_those_who_see_them(
    ask, world, path, name
):
    path = path.format(**world)
    for who in ("operator", "focal.a"):
        items = ask(who, "GET", f"{path}?limit=500").json["items"]
        rows = rows_of(ask(who, "GET", f"{path}?format=csv"))
        assert [row["ID"] for row in rows] == [item["id"] for item in items] != []
        assert all(row[name] for row in rows)

    of_others = ask("focal.b", "GET", f"{path}?format=csv")
    assert of_others.status_code in (200, 404)
    assert ".a@x.example" not in of_others.get_data(as_text=True)


def test_the_office_of_a_substitute_says_for_whom(ask, world):
    path = f"/organisations/{world['association_a']}/appointments"
    body = {"person_id": str(world["focal_a"]), "to": "2026-05-20"}
    made = ask("operator", "POST", f"/appointments/{world['office_a']}/substitute", body)
    assert made.status_code in (200, 201), made.text

    rows = rows_of(ask("operator", "GET", f"{path}?format=csv"))

    of = {row["ID"]: row for row in rows}
    holder = of[str(world["office_a"])]["Name"]
    assert of[made.json["id"]]["Substitute for"] == holder != ""


@pytest.mark.parametrize("kind", ["people", "organisations"])
def test_a_segment_is_a_file_by_api_and_from_its_page(ask, world, kind):
    body = {"names": {"en": "All"}, "kind": kind, "filters": {}}
    path = f"/organisations/{world['association_a']}/segments"
    segment = ask("focal.a", "POST", path, body).json
    members = f"/segments/{segment['id']}/members"

    items = ask("focal.a", "GET", f"{members}?limit=500").json["items"]
    rows = rows_of(ask("focal.a", "GET", f"{members}?format=csv"))

    assert [row["ID"] for row in rows] == [item["id"] for item in items] != []
    column = "Name" if kind == "people" else "Name (English)"
    assert [row[column] for row in rows] == [item["name"] for item in items]


@pytest.fixture
def committee(ask, world):
    """One of association A with three seats: its own, taken; company A's, empty; and B's."""
    path = f"/organisations/{world['association_a']}/bodies"
    made = ask("focal.a", "POST", path, {"kind": "committee", "names": {"en": "Energy"}}).json
    seats = [
        ask("focal.a", "POST", f"/bodies/{made['id']}/seats", {"role": role} | place).json["id"]
        for role, place in (
            ("chair", {}),
            ("member", {"organisation_id": str(world["company_a"])}),
        )
    ]
    taken = {"person_id": str(world["person_a"]), "to": "2027-01-31"}
    assert ask("focal.a", "POST", f"/seats/{seats[0]}/fill", taken).status_code == 201
    return made["id"], seats


def test_committees_are_a_file_by_api_and_from_their_page(ask, world, committee):
    path = f"/organisations/{world['association_a']}/bodies"

    (row,) = rows_of(ask("focal.a", "GET", f"{path}?format=csv"))

    assert (row["Name (English)"], row["Kind"], row["ID"]) == ("Energy", "committee", committee[0])
    assert (row["Seats"], row["Seats taken"]) == ("2", "1")


def test_the_seats_of_a_committee_say_who_sits_there_to_those_who_may_know(ask, committee):
    path = f"/bodies/{committee[0]}/seats?format=csv"

    own, others = rows_of(ask("focal.a", "GET", path)), rows_of(ask("focal.b", "GET", path))

    assert [row["ID"] for row in own] == [row["ID"] for row in others] == committee[1]
    assert [row["Mail address"] for row in own] == ["delegate.a@x.example", ""]
    assert [row["Organisation"] for row in own] == ["Association a", "Company a"]
    assert (own[0]["Until"], own[0]["Stands in"]) == ("2027-01-31", "no")
    assert [row["Mail address"] + row["Name"] + row["Until"] for row in others] == ["", ""]


def test_imports_are_a_file_of_those_who_manage_the_organisation(ask, world):
    data = {
        "kind": "people",
        "organisation_id": str(world["company_a"]),
        "file": (io.BytesIO(b"name,email\nAda Wu,ada@x.example\nBo Li,bad\n"), "people.csv"),
    }
    made = ask("focal.a", "POST", "/imports", data=data).json

    (row,) = rows_of(ask("focal.a", "GET", "/imports?format=csv"))

    assert (row["File"], row["Kind"], row["ID"]) == ("people.csv", "people", made["id"])
    assert (row["Rows"], row["Organisation"], row["Errors"]) == ("2", "Company a", "1")
    assert rows_of(ask("focal.b", "GET", "/imports?format=csv")) == []
    assert rows_of(ask("focal.a", "GET", "/imports?state=applied&format=csv")) == []


def test_invitations_are_a_file_with_their_states(ask, world):
    body = {"email": "ada@x.example", "role": "reader"}
    body["organisation_id"] = str(world["association_a"])
    made = ask("focal.a", "POST", "/invitations", body)
    assert made.status_code == 201, made.text

    (row,) = rows_of(ask("focal.a", "GET", "/invitations?state=open&format=csv"))

    assert (row["Mail address"], row["Role"], row["State"]) == ("ada@x.example", "reader", "open")
    assert (row["Organisation"], row["ID"]) == ("Association a", made.json["id"])
    assert rows_of(ask("focal.b", "GET", "/invitations?format=csv")) == []


def test_who_consented_is_a_file_of_whoever_asks(ask, world):
    path = f"/organisations/{world['association_a']}/consent-purposes"
    words = {"titles": {"en": "News"}, "texts": {"en": "May we write?"}}
    purpose = ask("focal.a", "POST", path, words | {"key": "news"}).json
    text = ask("focal.a", "GET", f"/consent-purposes/{purpose['id']}/texts").json["items"][0]
    body = {"purpose_id": purpose["id"], "text_hash": text["hash"]}
    assert ask("focal.a", "POST", "/me/consents", body).status_code == 201
    consents = f"/consent-purposes/{purpose['id']}/consents?format=csv"

    (row,) = rows_of(ask("focal.a", "GET", consents))

    assert (row["Mail address"], row["Purpose"], row["Version"]) == (
        "focal.a@x.example",
        "news",
        "1",
    )
    assert (row["Hash of the text"], row["Taken back"]) == (text["hash"], "")
    assert ask("focal.b", "GET", consents).status_code == 404


def test_the_files_of_places_and_offices_name_who_left_lately_for_who_sees_them(ask, world):
    ask("focal.a", "POST", f"/appointments/{world['office_a']}/end", {})
    ask("focal.a", "POST", f"/affiliations/{world['work_a']}/end", {})
    works = f"/organisations/{world['company_a']}/affiliations"
    serves = f"/organisations/{world['association_a']}/appointments"

    named = {
        who: [
            row["Name"]
            for path in (works, serves)
            for row in rows_of(ask(who, "GET", f"{path}?format=csv"))
            if row["ID"] in (str(world["work_a"]), str(world["office_a"]))
        ]
        for who in ("focal.a", "organizer")
    }

    assert set(map(tuple, named.values())) == {("Mei Delegate a", "Mei Delegate a")}
