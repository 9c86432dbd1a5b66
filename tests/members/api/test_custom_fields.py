"""Custom fields: what an association asks of its companies, who fills it in, and who sees it."""

import csv
import io

import pytest

from services.members.actions.joining import join_all
from services.members.model import Organisation
from tests.members.builders import NOW, a_member_of, an_organisation

LABELS = {"en": "Green jobs", "zh-Hant": "綠色職缺"}
INTEGER = {"kind": "company", "key": "green_jobs", "labels": LABELS, "type": "integer"}
CHOICES = [
    {"key": "iso-14001", "labels": {"en": "ISO 14001", "zh-Hant": "環境管理"}},
    {"key": "iso-50001", "labels": {"en": "ISO 50001"}},
]


@pytest.fixture
def define(ask, world):
    """Define a field of an association: define("a", type="url"); answers it."""

    def define(letter="a", by=None, **values):
        body = INTEGER | values
        path = f"/organisations/{world[f'association_{letter}']}/custom-fields"
        made = ask(by or f"focal.{letter}", "POST", path, body)
        assert made.status_code == 201, made.text
        return made.json

    return define


@pytest.fixture
def company(world):
    return f"/organisations/{world['company_a']}"


@pytest.fixture
def shared(database, world):
    """A company that both associations have; its path."""
    with database.writing() as session:
        a, b = (session.get(Organisation, world[f"association_{each}"]) for each in "ab")
        both = a_member_of(session, a, "Both Co.")
        join_all(session, b, [both], starts_on=NOW.date(), actor="test", now=NOW)
    return f"/organisations/{both.id}"


@pytest.mark.parametrize(
    ("values", "good", "bad"),
    [
        ({"type": "text", "limits": {"longest": 5}}, "green", "greener"),
        ({"type": "text"}, "one line", "two\nlines"),
        ({"type": "long_text"}, "two\nlines", 7),
        ({"type": "integer", "limits": {"least": 1, "most": 9}}, 9, 10),
        ({"type": "integer"}, 12, 1.5),
        ({"type": "integer"}, 0, True),
        ({"type": "decimal"}, "12.50", "12,50"),
        ({"type": "decimal", "limits": {"least": 0}}, "0.1", "-0.1"),
        ({"type": "decimal"}, "1", "NaN"),
        ({"type": "date", "limits": {"earliest": "2026-01-01"}}, "2026-01-01", "2025-12-31"),
        ({"type": "date"}, "2026-02-28", "2026-02-30"),
        ({"type": "boolean"}, False, "no"),
        ({"type": "choice", "choices": CHOICES}, "iso-14001", "iso-9001"),
        ({"type": "choices", "choices": CHOICES}, ["iso-14001", "iso-50001"], ["iso-9001"]),
        ({"type": "url"}, "https://a.example/x", "javascript:alert(1)"),
        ({"type": "email"}, "office@a.example", "office"),
    ],
)
def test_a_value_is_of_its_field_s_type(ask, define, company, values, good, bad):
    define(**values)

    refused = ask("focal.a", "PATCH", company, {"custom": {"green_jobs": bad}})
    kept = ask("focal.a", "PATCH", company, {"custom": {"green_jobs": good}})

    assert refused.status_code == 422
    assert [each["pointer"] for each in refused.json["errors"]] == ["/custom/green_jobs"]
    assert kept.json["custom"] == {"green_jobs": good}
    assert ask("focal.a", "GET", company).json["custom"] == {"green_jobs": good}


def test_what_is_absent_stays_and_null_empties(ask, define, company):
    define()
    define(key="site", type="url")
    ask("focal.a", "PATCH", company, {"custom": {"green_jobs": 3, "site": "https://a.example"}})

    changed = ask("focal.a", "PATCH", company, {"custom": {"site": None}})

    assert changed.json["custom"] == {"green_jobs": 3}
    assert (
        ask("focal.a", "PATCH", company, {"custom": {}}).json["version"] == changed.json["version"]
    )


def test_a_required_field_is_not_emptied_and_is_asked_of_new_companies(ask, define, company):
    define(is_required=True)
    body = {"names": {"en": "New Co."}, "kind": "company"}

    emptied = ask("focal.a", "PATCH", company, {"custom": {"green_jobs": None}})
    lacking = ask("focal.a", "POST", "/organisations", body)
    made = ask("focal.a", "POST", "/organisations", body | {"custom": {"green_jobs": 1}})
    elsewhere = ask("focal.b", "POST", "/organisations", body)

    assert [emptied.status_code, lacking.status_code] == [422, 422]
    assert lacking.json["errors"][0]["pointer"] == "/custom/green_jobs"
    assert [made.status_code, elsewhere.status_code] == [201, 201]


def test_only_those_who_manage_see_what_is_theirs_to_see(ask, define, company):
    define()
    define(key="site", type="url", audience="everyone")
    values = {"green_jobs": 3, "site": "https://a.example"}
    ask("focal.a", "PATCH", company, {"custom": values})

    seen = {who: ask(who, "GET", company).json["custom"] for who in ("focal.b", "attendee")}

    assert set(map(str, seen.values())) == {"{'site': 'https://a.example'}"}
    for who in ("focal.a", "organizer", "operator"):
        assert ask(who, "GET", company).json["custom"] == values


def test_associations_neither_see_nor_fill_in_each_other_s_fields(ask, define, shared):
    define("a")
    define("b", key="revenue", type="decimal")
    ask("focal.a", "PATCH", shared, {"custom": {"green_jobs": 3}})
    ask("focal.b", "PATCH", shared, {"custom": {"revenue": "1.5"}})

    tried = ask("focal.a", "PATCH", shared, {"custom": {"revenue": "2"}})

    assert ask("focal.a", "GET", shared).json["custom"] == {"green_jobs": 3}
    assert ask("focal.b", "GET", shared).json["custom"] == {"revenue": "1.5"}
    assert tried.status_code == 422
    assert "revenue" not in tried.json["detail"]
    both = ask("organizer", "GET", shared).json["custom"]
    assert both == {"green_jobs": 3, "revenue": "1.5"}


def test_the_same_key_of_two_associations_goes_by_the_field_s_id(ask, define, shared):
    ids = [define(letter)["id"] for letter in "ab"]
    ask("focal.a", "PATCH", shared, {"custom": {"green_jobs": 3}})

    unclear = ask("organizer", "PATCH", shared, {"custom": {"green_jobs": 4}})
    clear = ask("organizer", "PATCH", shared, {"custom": {ids[1]: 4}})

    assert unclear.status_code == 422
    assert clear.json["custom"] == {ids[0]: 3, ids[1]: 4}
    assert ask("focal.b", "GET", shared).json["custom"] == {"green_jobs": 4}


def test_a_key_above_or_below_is_not_taken_again(ask, define, world):
    define("a")
    path = f"/organisations/{world['alliance']}/custom-fields"

    above = ask("organizer", "POST", path, INTEGER)
    beside = define("b")

    assert above.status_code == 409
    assert above.json["code"] == "already_there"
    assert beside["key"] == "green_jobs"


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"type": "text"}, 200),
        ({"type": "decimal"}, 200),
        ({"type": "boolean"}, 409),
        ({"type": "date"}, 409),
        ({"limits": {"most": 12}}, 200),
        ({"limits": {"most": 11}}, 409),
        ({"limits": {"longest": 3}}, 422),
        ({"choices": CHOICES}, 422),
        ({"labels": {"en": "Jobs"}}, 200),
    ],
)
def test_a_change_that_a_value_would_not_survive_is_refused(ask, define, company, changes, status):
    field = define()
    ask("focal.a", "PATCH", company, {"custom": {"green_jobs": 12}})

    answer = ask("focal.a", "PATCH", f"/custom-fields/{field['id']}", changes)

    assert answer.status_code == status, answer.text
    kept = ask("focal.a", "GET", company).json["custom"]["green_jobs"]
    assert str(kept) == "12"
    if status == 409:
        assert "12" in answer.json["detail"]
        assert answer.json["code"] == "values_in_the_way"


def test_a_choice_in_use_is_not_taken_away(ask, define, company):
    field = define(type="choices", choices=CHOICES)
    ask("focal.a", "PATCH", company, {"custom": {"green_jobs": ["iso-50001"]}})
    path = f"/custom-fields/{field['id']}"

    assert ask("focal.a", "PATCH", path, {"choices": CHOICES[:1]}).status_code == 409
    assert ask("focal.a", "PATCH", path, {"choices": CHOICES[1:]}).status_code == 200


def test_what_is_archived_keeps_its_values_and_is_filled_in_no_more(ask, define, company):
    field = define(audience="everyone")
    ask("focal.a", "PATCH", company, {"custom": {"green_jobs": 3}})
    path = f"/custom-fields/{field['id']}"

    archived = ask("focal.a", "POST", f"{path}/archive", {})
    tried = ask("focal.a", "PATCH", company, {"custom": {"green_jobs": 4}})
    seen = [ask(who, "GET", company).json["custom"] for who in ("focal.a", "attendee")]
    ask("focal.a", "POST", f"{path}/restore", {})
    again = ask("focal.a", "PATCH", company, {"custom": {"green_jobs": 4}})

    assert archived.json["archived_at"]
    assert tried.status_code == 422
    assert seen == [{"green_jobs": 3}, {}]
    assert again.json["custom"] == {"green_jobs": 4}


@pytest.mark.parametrize(
    ("values", "wanted", "is_found"),
    [
        ({}, "green_jobs:12", True),
        ({}, "green_jobs:10..20", True),
        ({}, "green_jobs:..11", False),
        ({"type": "text"}, "green_jobs:12", True),
        ({"type": "choice", "choices": CHOICES}, "green_jobs:環境管理", True),
        ({"type": "choice", "choices": CHOICES}, "green_jobs:iso-50001", False),
        ({"type": "choices", "choices": CHOICES}, "green_jobs:ISO 14001", True),
        ({"type": "date"}, "green_jobs:2026-01-01..", True),
        ({"type": "boolean"}, "green_jobs:no", False),
    ],
)
def test_the_list_is_filtered_by_values(ask, define, company, world, values, wanted, is_found):
    good = {
        "text": "12",
        "choice": "iso-14001",
        "choices": ["iso-14001"],
        "date": "2026-05-01",
        "boolean": True,
    }
    define(**values)
    value = good.get(values.get("type"), 12)
    assert ask("focal.a", "PATCH", company, {"custom": {"green_jobs": value}}).status_code == 200

    mine = ask("focal.a", "GET", "/organisations", query_string={"custom": wanted})
    other = ask("focal.b", "GET", "/organisations", query_string={"custom": wanted})

    assert [each["id"] for each in mine.json["items"]] == [str(world["company_a"])] * is_found
    assert other.status_code == 422
    assert other.json["errors"][0]["pointer"] == "/custom/0"


def test_files_have_a_column_for_each_field_that_the_asker_sees(ask, define, company):
    define(type="choices", choices=CHOICES)
    value = ["iso-14001", "iso-50001"]
    ask("focal.a", "PATCH", company, {"custom": {"green_jobs": value}})

    def column(who):
        answer = ask(who, "GET", "/organisations?format=csv&kind=company")
        rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
        return [row.get("Green jobs") for row in rows]

    assert column("focal.a") == ["ISO 14001; ISO 50001", ""]
    assert column("focal.b") == [None, None]


def test_a_company_that_left_is_asked_and_shown_no_more(ask, define, company, world):
    define()
    ask("focal.a", "PATCH", company, {"custom": {"green_jobs": 3}})

    ask("focal.a", "POST", f"/memberships/{world['membership_a']}/expel", {})

    assert ask("operator", "GET", company).json["custom"] == {}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"key": "Green Jobs"}, "/key"),
        ({"kind": "person"}, "/kind"),
        ({"labels": {}}, "/labels"),
        ({"type": "money"}, "/type"),
        ({"audience": "nobody"}, "/audience"),
        ({"choices": CHOICES}, "/choices"),
        ({"type": "choice"}, "/choices"),
        ({"type": "choice", "choices": [CHOICES[0], CHOICES[0]]}, "/choices/1/key"),
        ({"type": "choice", "choices": [{"key": "a"}]}, "/choices/0/labels"),
        ({"limits": {"longest": 3}}, "/limits/longest"),
        ({"limits": {"least": 3, "most": 1}}, "/limits/most"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_a_bad_definition_is_refused_where_it_is_wrong(ask, world, body, pointer):
    path = f"/organisations/{world['association_a']}/custom-fields"

    refused = ask("focal.a", "POST", path, INTEGER | body)

    assert refused.status_code == 422, refused.text
    assert pointer in [each["pointer"] for each in refused.json["errors"]]


def test_nobody_else_defines_reads_or_changes_them(ask, define, world):
    field = define()
    path = f"/organisations/{world['association_a']}/custom-fields"

    assert ask("focal.b", "GET", path).status_code == 403
    assert ask("focal.b", "POST", path, INTEGER | {"key": "x"}).status_code == 403
    assert ask("attendee", "GET", path).status_code == 403
    for method, end in (("GET", ""), ("PATCH", ""), ("POST", "/archive"), ("POST", "/restore")):
        body = None if method == "GET" else {}
        assert ask("focal.b", method, f"/custom-fields/{field['id']}{end}", body).status_code == 404
    assert [each["key"] for each in ask("focal.a", "GET", path).json["items"]] == ["green_jobs"]


def test_a_stale_change_of_a_field_is_refused(ask, define):
    path = f"/custom-fields/{define()['id']}"
    ask("focal.a", "PATCH", path, {"position": 3})

    stale = ask("focal.a", "PATCH", path, {"position": 4}, headers={"If-Match": '"1"'})

    assert stale.status_code == 412


def test_the_form_of_an_organisation_has_its_fields_in_order(ask, define, company):
    define(position=2)
    define(key="site", type="url", position=1)
    ask("focal.a", "PATCH", company, {"custom": {"green_jobs": 3}})

    form = ask("focal.a", "GET", f"{company}/custom").json["items"]

    assert [(each["name"], each["value"]) for each in form] == [("site", None), ("green_jobs", 3)]
    assert ask("focal.b", "GET", f"{company}/custom").status_code == 403


def test_the_audit_says_that_a_value_changed_and_hides_what_only_managers_see(
    ask, define, company, world
):
    define()
    define(key="site", type="url", audience="everyone")
    ask("focal.a", "PATCH", company, {"custom": {"green_jobs": 3, "site": "https://a.example"}})

    path = f"/audit?organisation_id={world['company_a']}&subject=organisations"
    entries = ask("focal.a", "GET", path).json["items"]

    changes = {each["field"]: each["after"] for each in entries[0]["changes"]}
    assert changes["custom.site"] == ["https://a.example"]
    assert changes["custom.green_jobs"] == "•••"


def test_fields_of_another_kind_are_not_asked_of_a_company(database, ask, world, company):
    with database.writing() as session:
        an_organisation(session, "Elsewhere", kind="institute")
    path = f"/organisations/{world['association_a']}/custom-fields"
    ask("focal.a", "POST", path, INTEGER | {"kind": "institute"})

    refused = ask("focal.a", "PATCH", company, {"custom": {"green_jobs": 3}})

    assert refused.status_code == 422
