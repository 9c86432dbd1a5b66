"""Files of what an association asks and offers, of demand, cases and what comes after the course."""

import pytest
from sqlalchemy import select

from services.members.model import Organisation, Person
from tests.members.api.test_files_of_lists import rows_of
from tests.members.builders import an_affiliation

FORMULA = "=1+1"


def same(ask, who, path):
    """The rows of the file, which has what the list has, in its order."""
    joint = "&" if "?" in path else "?"
    items = ask(who, "GET", f"{path}{joint}limit=500").json["items"]
    rows = rows_of(ask(who, "GET", f"{path}{joint}format=csv"))
    assert [row["ID"] for row in rows] == [item["id"] for item in items] != []
    assert ask(who, "GET", f"{path}{joint}format=pdf").content_type == "application/pdf"
    return rows


@pytest.fixture
def need(ask, database, world, lineage):
    """Of the attendee, who works for company A; shown to the association alone."""
    with database.writing() as session:
        person = session.scalars(select(Person).where(Person.email == "attendee@x.example")).one()
        an_affiliation(session, person, session.get_one(Organisation, world["company_a"]))
    body = {"organisation_id": str(world["association_a"]), "kind": "expert", "text": FORMULA}
    body |= {"language": "en", "capability_ids": [lineage], "shown_to": ["association"]}
    return ask("attendee", "POST", "/needs", body).json["id"]


@pytest.fixture
def referral(ask, world, need, lineage):
    body = {"organisation_id": str(world["association_b"]), "kind": "expert"}
    body |= {"names": {"en": "Dr Lin"}, "capability_ids": [lineage]}
    entry = ask("focal.b", "POST", "/catalogue-entries", body).json["id"]
    made = ask("focal.a", "POST", f"/needs/{need}/referrals", {"entry_id": entry})
    assert made.status_code == 201, made.text
    return made.json["id"]


def test_custom_fields_are_a_file_with_their_choices(ask, world):
    path = f"/organisations/{world['association_a']}/custom-fields"
    choices = [{"key": "iso", "labels": {"en": "ISO 14064"}}]
    body = {"kind": "company", "key": "norm", "labels": {"en": FORMULA}, "type": "choice"}
    made = ask("focal.a", "POST", path, body | {"choices": choices})
    assert made.status_code == 201, made.text

    (row,) = same(ask, "focal.a", path)

    assert (row["Label"], row["Short name"], row["Choices"]) == (f"'{FORMULA}", "norm", "ISO 14064")
    assert ask("focal.b", "GET", f"{path}?format=csv").status_code == 403


def test_membership_types_are_a_file(ask, world):
    path = f"/organisations/{world['association_a']}/membership-types"
    body = {"key": "full", "names": {"en": "Full"}, "term": "rolling", "months": 12}
    assert ask("focal.a", "POST", path, body).status_code == 201

    (row,) = same(ask, "attendee", path)

    assert (row["Name (English)"], row["Term"], row["Months"]) == ("Full", "rolling", "12")


def test_segments_are_a_file_of_those_who_manage_them(ask, world):
    path = f"/organisations/{world['association_a']}/segments"
    body = {"names": {"en": "Companies"}, "kind": "organisations", "filters": {"kind": "company"}}
    assert ask("focal.a", "POST", path, body).status_code == 201

    (row,) = same(ask, "focal.a", path)

    assert (row["Filters"], row["In it"]) == ("kind: company", "1")
    assert ask("focal.b", "GET", f"{path}?format=csv").status_code in (403, 404)


def test_capabilities_are_a_file_of_an_edition_and_of_what_holds_now(ask, asked_for):
    edition = ask("attendee", "GET", f"/capabilities/{asked_for}").json["framework_id"]

    for path in ("/capabilities", f"/capability-frameworks/{edition}/capabilities"):
        (row,) = same(ask, "attendee", path)
        assert (row["Capability code"], row["Name (English)"]) == ("MG-01", "Carbon inventory")


def test_a_round_and_its_answers_line_by_line_are_files(ask, world, open_round, timer, asked_for):
    made = open_round()
    (message,) = timer()
    lines = [
        {"capability_id": asked_for, "staff_level": "manager", "job_kind": "hybrid"}
        | {"quarter": quarter, "headcount": 3}
        for quarter in (1, 2)
    ]
    link = {"Authorization": f"Bearer {message.link_token}"}
    ask(None, "PUT", f"/demand-answers/{message.answer_id}", {"lines": lines}, headers=link)

    (round_,) = same(ask, "focal.a", "/demand-rounds")
    path = f"/demand-rounds/{made['id']}/answers"
    answers = rows_of(ask("focal.a", "GET", f"{path}?state=answered&format=csv"))

    assert (round_["Companies asked"], round_["Companies that answered"]) == ("1", "1")
    assert [(row["Capability code"], row["Quarter"], row["People"]) for row in answers] == [
        ("MG-01", "1", "3"),
        ("MG-01", "2", "3"),
    ]
    assert rows_of(ask("focal.a", "GET", f"{path}?state=asked&format=csv")) == []
    assert ask("organizer", "GET", f"{path}?format=csv").status_code == 403


def test_a_company_that_has_not_answered_has_a_row_too(ask, open_round, timer):
    made = open_round()
    timer()

    (row,) = rows_of(ask("focal.a", "GET", f"/demand-rounds/{made['id']}/answers?format=csv"))

    assert (row["State"], row["Capability code"], row["People"]) == ("asked", "", "")


def test_snapshots_of_the_gap_are_a_file(ask, world, asked_for):
    body = {"organisation_id": str(world["alliance"])}
    assert ask("organizer", "POST", "/gap-snapshots", body).status_code == 201

    (row,) = same(ask, "focal.a", "/gap-snapshots")

    assert (row["Organisation"], row["Snapshot"]) == ("Alliance", "1")


def test_guests_have_the_published_cases_as_a_file_and_no_drafts(ask, world):
    body = {"titles": {"en": "Compressed air"}, "organisation_id": str(world["company_a"])}
    body |= {"association_id": str(world["association_a"])}
    body |= {"summaries": {"en": "A survey."}, "texts": {"en": "We measured."}}
    first, second = (ask("focal.a", "POST", "/cases", body).json["id"] for _ in range(2))
    for who, step in (("focal.a", "submit"), ("focal.a", "endorse"), ("organizer", "publish")):
        assert ask(who, "POST", f"/cases/{first}/{step}", {}).status_code == 200

    (row,) = same(ask, None, "/cases")

    assert (row["ID"], row["Company"], row["State"]) == (first, "Company a", "published")
    assert {row["ID"] for row in same(ask, "focal.a", "/cases")} == {first, second}


def test_the_catalogue_is_a_file_with_its_filters(ask, referral):
    (row,) = same(ask, "attendee", "/catalogue-entries?kind=expert")

    assert (row["Name (English)"], row["Capabilities"], row["Referrals now"]) == (
        "Dr Lin",
        "MG-01",
        "1",
    )
    assert rows_of(ask("attendee", "GET", "/catalogue-entries?kind=technology&format=csv")) == []


def test_needs_and_referrals_are_files_by_the_trainee_s_consent(ask, referral):
    (need,) = same(ask, "focal.a", "/needs")
    (own,), (seen,) = (same(ask, who, "/referrals") for who in ("focal.a", "focal.b"))

    assert (need["Need"], need["Capabilities"], need["Name"]) == (
        f"'{FORMULA}",
        "MG-01",
        "Mei Attendee",
    )
    assert (own["Need"], own["Expert or technology"]) == (f"'{FORMULA}", "Dr Lin")
    assert (seen["Need"], seen["Name"], seen["State"]) == ("", "", "offered")
    for who in ("organizer", "operator", "focal.b"):
        assert rows_of(ask(who, "GET", "/needs?format=csv")) == []


def test_erasures_are_a_file_of_operators_alone(ask, world):
    assert ask("operator", "POST", f"/people/{world['person_a']}/erase", {}).status_code == 200

    (row,) = same(ask, "operator", "/erasures?state=running")

    assert (row["Person"], row["State"]) == (str(world["person_a"]), "running")
    assert ask("organizer", "GET", "/erasures?format=csv").status_code == 403
