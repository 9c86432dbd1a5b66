"""Demand from a file: judged row by row, written into companies' answers, taken back."""

import pytest

from services.members.model import Organisation
from tests.members.api.test_demand import line
from tests.members.test_import_files import a_csv, a_form

COLUMNS = ("公司名稱", "能力代碼", "職級", "職務類型", "季度", "需求人數")
ROW = ("Company a", "MG-01", "中階主管", "混合型", "1", "3")
CHECKED = {"new": 0, "update": 0, "duplicate": 0, "error": 0}


@pytest.fixture
def upload(ask, world):
    def upload(*rows, who="focal.a", to="association_a", columns=COLUMNS, **more):
        form = {"kind": "demand", "organisation_id": str(world[to])}
        content = a_csv([columns, *rows])
        return ask(who, "POST", "/imports", **a_form(form | more, "demand.csv", content))

    return upload


@pytest.fixture
def rows_of(ask):
    def rows_of(made):
        found = ask("focal.a", "GET", f"/imports/{made['id']}/rows").json["items"]
        return [(each["verdict"], each.get("reason") or "") for each in found]

    return rows_of


@pytest.fixture
def answer(ask, open_round, timer):
    """The answer that company a is asked for, read anew each time."""
    open_round()
    (message,) = timer()
    return lambda: ask("focal.a", "GET", f"/demand-answers/{message.answer_id}").json


def test_rows_become_the_answer_of_the_company_and_are_taken_back(ask, upload, answer, asked_for):
    made = upload(ROW, (*ROW[:4], "2026Q3", "2"))

    assert made.status_code == 201, made.text
    assert (made.json["state"], made.json["counts"]) == ("previewed", CHECKED | {"new": 2})
    assert (answer()["state"], answer()["lines"]) == ("asked", [])
    path = f"/imports/{made.json['id']}"
    applied = ask("focal.a", "POST", f"{path}/apply", {})
    assert (applied.status_code, applied.json["state"]) == (200, "applied")
    assert answer()["state"] == "answered"
    assert answer()["lines"] == [
        line(asked_for),
        line(asked_for, quarter=2, headcount=2),
    ]

    reverted = ask("focal.a", "POST", f"{path}/revert", {})

    assert (reverted.json["state"], reverted.json["progress"]["left"]) == ("reverted", 0)
    assert (answer()["state"], answer()["lines"]) == ("asked", [])


def test_what_is_known_is_told_from_what_changes_it(ask, upload, answer, rows_of, asked_for):
    first = upload(ROW).json
    ask("focal.a", "POST", f"/imports/{first['id']}/apply", {})

    made = upload(ROW, (*ROW[:5], "5"), (*ROW[:5], "5"), (*ROW[:5], "0")).json

    assert rows_of(made) == [
        ("duplicate", "All of this is recorded already."),
        ("update", "Says otherwise than row 2; the later row counts."),
        ("duplicate", "The same as row 3."),
        ("update", "Says otherwise than row 4; the later row counts."),
    ]
    ask("focal.a", "POST", f"/imports/{made['id']}/apply", {})
    assert answer()["lines"] == []
    ask("focal.a", "POST", f"/imports/{made['id']}/revert", {})
    assert (answer()["state"], answer()["lines"]) == ("answered", [line(asked_for)])


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (("Company b", *ROW[1:]), "The open round of demand has not asked this company."),
        (("", *ROW[1:]), "The row does not say which company it is."),
        ((ROW[0], "XX-09", *ROW[2:]), "The round does not ask for “XX-09”."),
        ((*ROW[:2], "king", *ROW[3:]), "“king” is none of these: executive, manager"),
        ((*ROW[:3], "odd", *ROW[4:]), "“odd” is none of these: augmented, hybrid"),
        ((*ROW[:4], "5", ROW[5]), "The round asks for 4 quarters; “5” is not among them."),
        ((*ROW[:4], "2024Q1", ROW[5]), "The round asks for 4 quarters; “2024Q1” is not"),
        ((*ROW[:4], "soon", ROW[5]), "“soon” is not a quarter."),
        ((*ROW[:5], "-3"), "“-3” is not a number of people."),
        ((*ROW[:5], "9999999"), "“9999999” is not a number of people."),
        ((*ROW[:5], ""), "This is missing: headcount."),
    ],
)
def test_a_row_that_cannot_be_used_says_why(upload, answer, rows_of, row, reason):
    ((verdict, said),) = rows_of(upload(row).json)

    assert verdict == "error"
    assert said.startswith(reason)


def test_an_accepted_answer_is_not_written_over(ask, upload, answer, rows_of):
    first = upload(ROW).json
    later = upload((*ROW[:5], "9")).json
    ask("focal.a", "POST", f"/imports/{first['id']}/apply", {})
    ask("focal.a", "POST", f"/demand-answers/{answer()['id']}/accept", {})

    assert rows_of(upload((*ROW[:5], "8")).json) == [
        ("error", "The answer of this company was accepted already.")
    ]
    applied = ask("focal.a", "POST", f"/imports/{later['id']}/apply", {}).json
    assert applied["counts"] == CHECKED | {"error": 1}
    reverted = ask("focal.a", "POST", f"/imports/{first['id']}/revert", {}).json
    assert reverted["progress"]["left"] == 1
    assert [each["headcount"] for each in answer()["lines"]] == [3]


def test_without_an_open_round_nothing_is_taken(upload, world):
    made = upload(ROW)

    assert (made.status_code, made.json["code"]) == (409, "wrong_state")


def test_only_those_who_speak_for_the_association_see_its_demand(ask, upload, answer):
    made = upload(ROW).json

    assert upload(ROW, who="organizer").status_code == 403
    assert upload(ROW, who="focal.b").status_code in (403, 404)
    for who in ("organizer", "focal.b"):
        assert ask(who, "GET", f"/imports/{made['id']}/rows").status_code == 404


def test_columns_that_are_not_told_by_their_names_are_asked_for(ask, upload, answer):
    made = upload(ROW, columns=("a", "b", "c", "d", "e", "f"), mapping=None)

    refused = upload(ROW, mapping='{"公司名稱": "name"}')

    assert made.status_code in (201, 422)
    assert refused.status_code == 422
    assert refused.json["code"] == "bad_mapping"
    assert "headcount" in refused.json["detail"]


def test_a_company_imports_its_own_answer_without_naming_itself(
    ask, database, sign_in, session_for_company, upload, answer, asked_for
):
    made = upload(ROW[1:], who="company.a", to="company_a", columns=COLUMNS[1:])

    assert made.status_code == 201, made.text
    ask("company.a", "POST", f"/imports/{made.json['id']}/apply", {})
    assert answer()["lines"] == [line(asked_for)]


@pytest.fixture
def session_for_company(database, world):
    from services.members.actions.founding import make_account
    from shared.foundation.identities import Role
    from tests.members.api.conftest import OPTIONS
    from tests.members.builders import a_grant, a_name

    with database.writing() as session:
        person = make_account(session, [a_name("Coco")], "company.a@x.example", **OPTIONS)
        company = session.get(Organisation, world["company_a"])
        a_grant(session, person, Role.FOCAL_POINT, company)
