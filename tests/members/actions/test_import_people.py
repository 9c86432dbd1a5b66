"""Imports of people and delegates: by address and name, with their places."""

import pytest
from sqlalchemy import func, select

from services.members.actions.appointing import end_affiliation
from services.members.actions.forgetting import erase_person
from services.members.actions.imports import applying, previewing, reasons
from services.members.actions.imports.previewing import Upload
from services.members.actions.imports.tables import open_table
from services.members.model import Affiliation, Appointment, ImportRow, Person
from shared.foundation.identities import Role
from tests.members.builders import (
    NOW,
    a_grant,
    a_name,
    a_person,
    an_account,
    an_affiliation,
    an_asker,
    an_organisation,
    days,
)
from tests.members.test_import_files import a_csv

HEADER = ("姓名", "英文姓名", "電子郵件", "電話", "職稱", "任期至")
MEI = ("林美", "Mei Lin", "mei@two.example", "03-5820100", "Engineer", "2026-12-31")


@pytest.fixture
def host(session):
    return an_organisation(session, "The Association", economy="TW")


@pytest.fixture
def asker(session, host):
    person = an_account(session)
    a_grant(session, person, Role.FOCAL_POINT, host)
    return an_asker(session, person)


@pytest.fixture
def upload(session, host, asker):
    def upload(*rows, kind="delegates"):
        table = open_table(kind, "list.csv", a_csv([HEADER, *rows]))
        given = Upload(kind=kind, organisation=host, filename="list.csv", table=table)
        return previewing.upload(session, given, asker=asker, now=NOW)

    return upload


@pytest.fixture
def act(session, asker):
    def act(ask, found):
        ask(session, found, asker=asker, now=NOW)
        while applying.go_on(session, found.id, now=NOW):
            pass
        return found

    return act


def people(session):
    return session.scalars(select(Person).where(Person.email_key == "mei@two.example")).all()


def test_a_delegate_is_recorded_affiliated_and_appointed(session, host, upload, act):
    act(applying.ask_apply, upload(MEI))

    [person] = people(session)
    place, office = (session.scalars(select(kind)).one() for kind in (Affiliation, Appointment))
    assert {(n.kind, n.family, n.given) for n in person.person_names} == {
        ("native", "林", "美"),
        ("romanised", "Lin", "Mei"),
    }
    assert (person.phone, person.economy, person.locale) == ("+88635820100", "TW", "zh-Hant")
    assert (place.person_id, place.organisation_id, place.title) == (
        person.id,
        host.id,
        "Engineer",
    )
    assert (office.role, office.starts_on) == ("delegate", days(0))
    assert office.ends_on.isoformat() == "2026-12-31"


def test_people_get_no_office(session, upload, act):
    upload_of_people = upload(MEI, kind="people")

    act(applying.ask_apply, upload_of_people)

    assert session.scalar(select(func.count()).select_from(Affiliation)) == 1
    assert session.scalars(select(Appointment)).all() == []


def test_the_same_person_again_is_a_duplicate_and_another_name_another_person(session, upload, act):
    act(applying.ask_apply, upload(MEI))

    found = upload(
        MEI,
        ("", "LIN Mei", "MEI@two.example", "", "", ""),
        ("", "Kai Hsu", "mei@two.example", "", "", ""),
    )

    assert found.counts == {"new": 1, "update": 0, "duplicate": 2, "error": 0}


def test_a_known_worker_becomes_a_delegate_and_is_one_no_more(session, host, upload, act):
    person = a_person(session, "Lin", "Mei", email="mei@two.example")
    an_affiliation(session, person, host)
    found = act(applying.ask_apply, upload(MEI))

    assert found.counts["update"] == 1
    assert (person.phone, len(person.names)) == ("+88635820100", 2)
    act(applying.ask_revert, found)
    assert (person.phone, person.person_names) == (None, [a_name("Lin", "Mei")])
    assert session.scalars(select(Appointment)).one().ended_at == NOW
    assert session.scalars(select(Affiliation)).one().ended_at is None


def test_reverted_people_come_back_as_themselves(session, upload, act):
    act(applying.ask_revert, act(applying.ask_apply, upload(MEI)))
    live = Affiliation.is_live_on(days(1))
    assert session.scalars(select(Affiliation).where(live)).all() == []

    act(applying.ask_apply, upload(MEI))

    assert len(people(session)) == 1
    assert len(session.scalars(select(Affiliation).where(live)).all()) == 1


def test_a_place_that_somebody_has_ended_is_left(session, upload, act):
    found = act(applying.ask_apply, upload(MEI))
    place = session.scalars(select(Affiliation)).one()
    end_affiliation(session, place, actor="them", now=NOW, reason="moved")
    version = place.version

    act(applying.ask_revert, found)

    assert (found.left_count, place.version) == (1, version)


def test_somebody_of_another_organisation_is_not_touched(session, upload, act):
    other = an_organisation(session, "Other")
    theirs = a_person(session, "Lin", "Mei", email="mei@two.example")
    an_affiliation(session, theirs, other)

    found = act(applying.ask_apply, upload(MEI))

    assert found.counts["new"] == 1
    assert (theirs.phone, theirs.version, len(people(session))) == (None, 1, 2)


def test_an_erased_person_is_forgotten_in_the_rows_too(session, upload, act, settings):
    act(applying.ask_apply, upload(MEI))
    [person] = people(session)

    erase_person(session, person, settings=settings, actor="them", now=NOW)

    row = session.scalars(select(ImportRow)).one()
    session.refresh(row)
    assert (row.cells, row.values) == ([], {})


@pytest.mark.parametrize(
    "row",
    [
        ("", "", "mei@two.example", "", "", ""),
        ("123", "", "mei@two.example", "", "", ""),
        ("林美", "", "nobody", "", "", ""),
        ("林美", "", "", "12", "", ""),
        ("林美", "", "", "", "", "2020-01-01"),
        ("林美", "", "", "", "x" * 400, ""),
        (*MEI, "too much"),
    ],
)
def test_a_bad_row_is_an_error_with_its_reason(session, upload, row):
    found = upload(row)

    kept = session.scalars(select(ImportRow)).one()
    assert (found.counts["error"], kept.verdict, bool(kept.reasons)) == (1, "error", True)


def test_a_row_without_a_name_says_so_beside_its_other_faults(session, upload):
    upload(("", "", "nobody", "", "", ""))

    kept = session.scalars(select(ImportRow)).one()
    assert [template for template, _ in kept.reasons] == [reasons.BAD_EMAIL, reasons.NO_NAME]
