"""Two records of one person become one, and exactly the two again."""

import pytest
from sqlalchemy import select

from services.members.actions.forgetting import erase_person
from services.members.actions.merging import merge_people, undo_merge
from services.members.actions.signing_in import sign_in
from services.members.model import Affiliation, Merge
from shared.contracts.members import PersonErased
from shared.contracts.members_directory import PersonMerged
from shared.foundation.identities import Role
from tests.members.builders import (
    NOW,
    a_grant,
    a_name,
    a_person,
    an_account,
    an_affiliation,
    an_appointment,
    an_organisation,
    told,
)


@pytest.fixture
def twice(ask, world):
    """Somebody of association A who was recorded a second time; the second one's id."""
    name = {"kind": "native", "given": "美", "family": "林", "order": "family_first"}
    made = ask("focal.a", "POST", "/people", {"names": [name], "phone": "+88635820100"})
    place = f"/organisations/{world['company_a']}/affiliations"
    ask("focal.a", "POST", place, {"person_id": made.json["id"], "title": "Engineer"})
    return made.json["id"]


def rows(session, person):
    query = select(Affiliation.id).where(Affiliation.person_id == person.id)
    return set(session.scalars(query))


def facts(person):
    return (person.names, person.email, person.phone, person.titles, person.search_key)


def test_a_merge_moves_places_and_takes_what_was_chosen(ask, world, twice):
    kept = f"/people/{world['person_a']}"

    made = ask("focal.a", "POST", f"{kept}/merge", {"other_id": twice, "take": ["phone"]})

    assert made.status_code == 201, made.text
    assert (made.json["moved_count"], made.json["taken"]) == (1, ["phone"])
    assert ask("focal.a", "GET", kept).json["phone"] == "+88635820100"
    assert ask("focal.a", "GET", f"/people/{twice}").status_code == 404
    assert ask("focal.a", "GET", "/people?q=林").json["items"] == []


def test_undoing_it_gives_each_what_it_had(ask, world, twice):
    kept = f"/people/{world['person_a']}"
    before = [ask("focal.a", "GET", path).json for path in (kept, f"/people/{twice}")]
    made = ask("focal.a", "POST", f"{kept}/merge", {"other_id": twice, "take": ["names", "phone"]})
    listed = ask("focal.a", "GET", f"{kept}/merges").json["items"]

    undone = ask("focal.a", "POST", f"/merges/{made.json['id']}/undo", {})

    after = [ask("focal.a", "GET", path).json for path in (kept, f"/people/{twice}")]
    assert [each["id"] for each in listed] == [made.json["id"]]
    assert undone.json["undone_at"]
    assert [each | {"version": 0} for each in after] == [each | {"version": 0} for each in before]
    assert ask("focal.a", "GET", f"{kept}/merges").json["items"] == []


def test_undoing_leaves_what_came_since(session):
    here, there = an_organisation(session, "Here"), an_organisation(session, "There")
    kept, gone = (
        a_person(session, "Lin", "Mei", phone="+88635820100"),
        a_person(session, "Lin", "May"),
    )
    own, others = an_affiliation(session, kept, here), an_affiliation(session, gone, there)
    office = an_appointment(session, gone, there)
    merge = merge_people(session, kept, gone, ["names"], actor="x", now=NOW)
    new = an_affiliation(session, kept, there)
    kept.titles = {"en": "Dr"}

    undo_merge(session, merge, settings=None, actor="x", now=NOW)
    undo_merge(session, merge, settings=None, actor="x", now=NOW)

    assert (rows(session, kept), rows(session, gone)) == ({own.id, new.id}, {others.id})
    assert office.person_id == gone.id
    assert (kept.person_names, kept.titles) == ([a_name("Lin", "Mei")], {"en": "Dr"})


def test_every_service_is_told_of_the_merge_and_of_its_end(session):
    kept, gone = a_person(session), a_person(session)
    merge = merge_people(session, kept, gone, [], actor="x", now=NOW)
    undo_merge(session, merge, settings=None, actor="x", now=NOW)

    messages = [each for each in told(session) if isinstance(each, PersonMerged)]

    assert [(each.version, each.is_undone) for each in messages] == [(1, False), (2, True)]


@pytest.mark.parametrize(
    ("kept", "other", "status"),
    [
        ("person_a", "person_b", 422),
        ("person_b", "person_a", 404),
        ("person_a", "focal_a", 409),
        ("person_a", "person_a", 422),
    ],
)
def test_nobody_is_merged_beyond_what_the_asker_manages(ask, world, kept, other, status):
    path = f"/people/{world[kept]}/merge"

    refused = ask("focal.a", "POST", path, {"other_id": str(world[other])})

    assert refused.status_code == status, refused.text


def test_an_account_is_kept_and_two_are_not_merged(ask, world):
    def merge(kept, other):
        return ask(
            "operator", "POST", f"/people/{world[kept]}/merge", {"other_id": str(world[other])}
        )

    lost, both, well = (
        merge("person_a", "focal_a"),
        merge("focal_b", "focal_a"),
        merge("focal_a", "person_a"),
    )

    assert (lost.status_code, both.status_code, well.status_code) == (409, 409, 201)
    assert "account" in both.json["detail"]


def test_another_association_s_merge_is_not_there(ask, world, twice):
    path = f"/people/{world['person_a']}"
    made = ask("focal.a", "POST", f"{path}/merge", {"other_id": twice})

    assert ask("focal.b", "POST", f"/merges/{made.json['id']}/undo", {}).status_code == 404
    assert ask("focal.b", "GET", f"{path}/merges").status_code == 404


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/other_id"),
        ({"other_id": "x"}, "/other_id"),
        ({"take": ["has_account"]}, "/take/0"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_a_bad_body_is_refused_where_it_is_wrong(ask, world, twice, body, pointer):
    body = {"other_id": twice} | body if body else body

    refused = ask("focal.a", "POST", f"/people/{world['person_a']}/merge", body)

    assert refused.status_code == 422
    assert pointer in [each["pointer"] for each in refused.json["errors"]]


def test_grants_that_go_back_end_the_sessions_that_had_them(session, settings):
    place = an_organisation(session)
    kept, gone = an_account(session), a_person(session)
    granted = a_grant(session, gone, Role.READER, place)
    merge = merge_people(session, kept, gone, [], actor="x", now=NOW)
    opened = sign_in(session, kept.id, settings=settings, agent="", now=NOW).session
    at_first = granted.person_id

    undo_merge(session, merge, settings=settings, actor="x", now=NOW)

    assert (at_first, granted.person_id) == (kept.id, gone.id)
    assert not opened.is_live(NOW)


def test_who_asks_to_be_forgotten_is_forgotten_in_both_records(session, settings):
    kept, gone = a_person(session, phone="+88635820100"), a_person(session)
    merge_people(session, kept, gone, ["phone"], actor="x", now=NOW)

    erase_person(session, kept, settings=settings, actor="x", now=NOW)

    erased = [each.person_id for each in told(session) if isinstance(each, PersonErased)]
    assert set(erased) == {kept.id, gone.id}
    assert session.scalars(select(Merge).where(Merge.kept_id == kept.id)).one().before == {}
    assert [kept.names, gone.names] == [[], []]


def test_undoing_leaves_the_address_of_an_account_opened_since(session):
    kept, gone = a_person(session, email="old@x.example"), a_person(session, email="new@x.example")
    merge = merge_people(session, kept, gone, ["email"], actor="x", now=NOW)
    kept.has_account = True

    undo_merge(session, merge, settings=None, actor="x", now=NOW)

    assert kept.email == "new@x.example"
