"""Custom fields, merges of organisations, consents and retention on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.actions.appointing import end_affiliation
from services.members.actions.auditing.watching import watch_sessions
from services.members.actions.consenting import ask_for, find_held, give, withdraw
from services.members.actions.customising.defining import change_field, define_field
from services.members.actions.customising.filling import read_values
from services.members.actions.enrolling import change_organisation
from services.members.actions.merging import merge_people, undo_merge
from services.members.actions.retaining import RETENTION
from services.members.actions.uniting import merge_organisations, undo_organisation_merge
from services.members.app import MIGRATIONS
from services.members.model import Consent, Organisation
from services.members.model.consent import hash_of
from services.members.queries.custom_fields import visible_values
from services.members.queries.custom_filters import with_custom
from services.members.queries.former import former_people
from services.members.queries.organisation_merges import duplicates_for
from services.members.queries.people import get_person
from shared.database import Database
from shared.foundation.identities import Role
from shared.migrating import run_migrations
from tests.members.builders import (
    NOW,
    a_grant,
    a_member_of,
    a_person,
    an_affiliation,
    an_appointment,
    an_asker,
    an_organisation,
    days,
)

OPTIONS = {"actor": "test", "now": NOW}
WORDS = {"titles": {"en": "News"}, "texts": {"en": "May we write to you?"}}
FIELD = {
    "kind": "company",
    "key": "green_jobs",
    "labels": {"en": "Green jobs"},
    "hints": {},
    "type": "integer",
    "is_required": False,
    "limits": {},
    "choices": [],
    "audience": "managers",
    "position": None,
}


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.real)])
def migrated(request, tmp_path_factory) -> Iterator[Database]:
    """One database of each kind for all of these tests."""
    watch_sessions()
    if request.param == "sqlite":
        made = Database(f"sqlite:///{tmp_path_factory.mktemp('both')}/members.sqlite")
    else:
        server = request.getfixturevalue("postgres")
        made = Database(server.create_database(f"members_{uuid4().hex[:8]}"))
    run_migrations(made, MIGRATIONS)
    yield made
    made.dispose()


@pytest.fixture
def session(migrated) -> Iterator[Session]:
    """A transaction that is taken back."""
    with Session(migrated.engine, expire_on_commit=False) as opened:
        yield opened
        opened.rollback()


@pytest.fixture
def host(session):
    return an_organisation(session, "Host")


@pytest.fixture
def asker(session, host):
    person = a_person(session)
    a_grant(session, person, Role.FOCAL_POINT, host)
    session.flush()
    return an_asker(session, person)


def test_values_are_kept_found_and_changed_with_their_type(session, host, asker):
    company = a_member_of(session, host)
    field = define_field(session, host, FIELD, **OPTIONS)
    filled = read_values({"green_jobs": 12}, {"green_jobs": field})
    change_organisation(session, company, {"custom": filled}, **OPTIONS)
    session.flush()

    def found(wanted):
        query = with_custom(session, select(Organisation), [f"green_jobs:{wanted}"], asker)
        return [each.id for each in session.scalars(query)]

    as_number = [found("10..20"), found("..11")]
    change_field(session, field, {"type": "text"}, **OPTIONS)
    session.flush()

    assert as_number == [[company.id], []]
    assert found("12") == [company.id]
    assert visible_values(session, [company.id], asker) == {company.id: [(field, ["12"])]}


def test_two_organisations_are_found_alike_merged_and_parted(session, host, asker):
    kept, gone = (a_member_of(session, host, name) for name in ("Solar Ltd.", "Solar Co., Ltd."))
    session.flush()
    alike = duplicates_for(session, asker)

    merge = merge_organisations(session, kept, gone, [], **OPTIONS)
    session.flush()
    rested = len(merge.collapsed)
    undo_organisation_merge(session, merge, settings=None, **OPTIONS)
    session.flush()

    assert [set(each.ids) for each in alike] == [{kept.id, gone.id}]
    assert (rested, gone.merged_into) == (1, None)
    assert len(duplicates_for(session, asker)) == 1


def test_consents_are_given_once_and_their_addresses_go_after_their_days(session, host, settings):
    person = a_person(session)
    purpose = ask_for(session, host, WORDS | {"key": "news"}, **OPTIONS)
    session.flush()
    words = {"text_hash": hash_of(**WORDS), "language": "en", "way": "api"}
    given = [give(session, person, purpose, **words, **OPTIONS)[0] for _ in range(2)]
    withdraw(session, given[0], way="api", **OPTIONS)
    kinds = RETENTION.chosen("consent_addresses=30")

    RETENTION.retain(session, kinds, now=NOW + timedelta(days=31))

    assert given[0] is given[1]
    assert find_held(session, person.id, purpose.id) is None
    assert session.scalars(select(Consent.given_place)).all() == [None]


def test_an_office_that_two_records_hold_is_united_and_parted(session, host):
    kept, gone = a_person(session, "Lin", "Mei"), a_person(session, "Lin", "May")
    first = an_appointment(session, kept, host, "focal_point", ends_on=days(9))
    second = an_appointment(session, gone, host, "focal_point", starts_on=days(5), ends_on=days(20))
    session.flush()

    merge = merge_people(session, kept, gone, [], **OPTIONS)
    session.flush()
    while_merged = (first.ends_on, second.ended_at)
    session.expire_all()
    undo_merge(session, merge, settings=None, **OPTIONS)
    session.flush()

    assert while_merged == (days(20), NOW)
    assert (first.ends_on, second.ends_on, second.ended_at) == (days(9), days(20), None)
    assert second.person_id == gone.id


def test_who_left_lately_is_found_by_their_last_organisation(session, host, asker):
    person = a_person(session, "Wu", "Ada")
    end_affiliation(session, an_affiliation(session, person, host), **OPTIONS)
    session.flush()

    found = session.scalars(former_people(asker, today=NOW.date(), words="ada")).all()

    assert found == [person]
    assert get_person(session, person.id, asker, today=NOW.date()) is person
