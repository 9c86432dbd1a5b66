"""Names are found by every word of a search, in any script and any part of a word."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from services.members.app import MIGRATIONS
from services.members.model import Person
from services.members.queries import people_of_many, searching
from services.members.queries.organisations import organisations_where
from services.members.queries.people import people_for
from services.members.queries.people_listed import Wanted, names_in_order, people_listed
from services.members.queries.people_of_many import people_for_many, reaches_many
from shared.database import Database
from shared.foundation.identities import Role
from shared.migrating import run_migrations
from shared.web.paging import Key, page_of
from tests.members.builders import (
    NOW,
    a_grant,
    a_member_of,
    a_name,
    a_person,
    an_affiliation,
    an_appointment,
    an_asker,
    an_organisation,
)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.real)])
def migrated(request, tmp_path_factory) -> Iterator[Database]:
    """One database of each kind for all of these tests."""
    if request.param == "sqlite":
        made = Database(f"sqlite:///{tmp_path_factory.mktemp('search')}/members.sqlite")
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


NAMES = {
    "itri": {"en": "Industrial Technology Research Institute", "zh-Hant": "工業技術研究院"},
    "teema": {"en": "Electrical Manufacturers", "zh-Hant": "台灣區電機電子工業同業公會"},
    "odd": {"en": "50% _off\\ Ltd.", "ja": "テスト株式会社"},
}


def found(session, words) -> set[str]:
    rows = session.scalars(organisations_where(words=words))
    return {key for row in rows for key, names in NAMES.items() if row.names == names}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("technology", {"itri"}),
        ("TECHNO", {"itri"}),
        ("nolog", {"itri"}),
        ("institute industrial", {"itri"}),
        ("institute teema", set()),
        ("technologie", set()),
        ("工业", {"itri", "teema"}),
        ("臺灣", {"teema"}),
        ("台湾", {"teema"}),
        ("研", {"itri"}),
        ("電機電子工業", {"teema"}),
        ("電子電機", set()),
        ("el", {"teema"}),
        ("テスト", {"odd"}),
        ("50", {"odd"}),
        ("i", {"itri", "teema"}),
        ("'", {"itri", "teema", "odd"}),
    ],
)
def test_what_contains_every_word_is_found_and_nothing_else(session, words, expected):
    for names in NAMES.values():
        an_organisation(session, names=names)

    assert found(session, words) == expected


@pytest.mark.parametrize("words", ["yun", "yoon", "允", "尹允", "允 尹", "ji-yoon", "Yoon Ji"])
def test_a_person_is_found_by_each_of_their_names(session, words):
    names = [
        a_name("Yun", "Ji-yoon"),
        a_name("尹", "允智", kind="native", order="family_first"),
    ]
    person = a_person(session, names=names, email="yun@x.example")
    a_person(session, "Lin", "Mei")
    operator = an_asker(session, _operator(session))

    rows = session.scalars(people_for(operator, today=NOW.date(), words=words))

    assert [row.id for row in rows] == [person.id]


def _operator(session):
    person = a_person(session, "Peng", "Olivia")
    a_grant(session, person, Role.OPERATOR)
    return person


def test_a_search_finds_nobody_of_another_association(session):
    ours, theirs = an_organisation(session, "Ours"), an_organisation(session, "Theirs")
    focal = a_person(session, "Ko", "Fay")
    a_grant(session, focal, Role.FOCAL_POINT, ours)
    mine, other = a_person(session, "Sun", "Amy"), a_person(session, "Sun", "Bea")
    an_affiliation(session, mine, ours)
    an_affiliation(session, other, theirs)

    rows = session.scalars(people_for(an_asker(session, focal), today=NOW.date(), words="sun"))

    assert [row.id for row in rows] == [mine.id]


@pytest.mark.real
@pytest.mark.parametrize("migrated", ["postgres"], indirect=True)
def test_on_postgresql_an_index_answers_for_a_single_letter(session):
    an_organisation(session, names=NAMES["itri"])
    many = (
        "INSERT INTO organisations (id, names, version, search_key, sort_key, kind, created_at)"
        " SELECT gen_random_uuid(), '{}', 1, md5(n::text), md5(n::text), 'company', now()"
        " FROM generate_series(1, 5000) n"
    )
    session.execute(text(many))
    session.execute(text("ANALYZE organisations"))
    query = organisations_where(words="研").compile(session.get_bind())

    plan = session.connection().exec_driver_sql(f"EXPLAIN {_filled(query)}")

    assert "ix_organisations_names" in "\n".join(plan.scalars())


def _filled(query) -> str:
    """As it goes to the driver."""
    return str(
        query.statement.compile(dialect=query.dialect, compile_kwargs={"literal_binds": True})
    )


def test_who_reaches_many_is_shown_the_same_people(session):
    top, aside = an_organisation(session, "Top"), an_organisation(session, "Aside")
    middle = a_member_of(session, top, "Middle", kind="association")
    low = a_member_of(session, middle, "Low")
    focal = a_person(session, "Ko", "Fay")
    a_grant(session, focal, Role.FOCAL_POINT, top)
    for place in (top, middle, low, aside):
        an_affiliation(session, a_person(session, "Sun", "Amy"), place)
        an_appointment(session, a_person(session, "Sun", "Bea"), place)
    own = a_person(session, "Sun", "New")
    own.registered_by = focal.id
    asker = an_asker(session, focal)

    listed, walked = (
        {row.id for row in session.scalars(read(asker, today=NOW.date(), words="sun"))}
        for read in (people_for, people_for_many)
    )

    assert len(listed) == 7
    assert own.id in listed
    assert walked == listed


@pytest.mark.parametrize("is_descending", [False, True])
def test_pages_of_who_reaches_many_are_in_order_and_whole(session, is_descending):
    top = an_organisation(session, "Top")
    member = a_member_of(session, top)
    focal = a_person(session, "Ko", "Fay")
    a_grant(session, focal, Role.FOCAL_POINT, top)
    for given in ("Eve", "Amy", "Dan", "Bea", "Cai", "Amy"):
        an_affiliation(session, a_person(session, "Sun", given), member)
        an_affiliation(session, a_person(session, "Sun", given), an_organisation(session, "Else"))
    read = people_for_many(
        an_asker(session, focal), today=NOW.date(), words="sun", is_descending=is_descending
    )
    keys = [Key(Person.sort_key, is_descending), Key(Person.id, is_descending)]

    rows, cursor = page_of(session, read, keys, cursor=None, limit=4)
    others, end = page_of(session, read, keys, cursor=cursor, limit=4)

    found = [(row.sort_key, row.id) for row in [*rows, *others]]
    assert (len(rows), len(found), end) == (4, 6, None)
    assert found == sorted(found, reverse=is_descending)


def test_without_a_wide_grant_nobody_reaches_many(session):
    top = an_organisation(session, "Top")
    a_member_of(session, top)
    focal = a_person(session, "Ko", "Fay")
    a_grant(session, focal, Role.FOCAL_POINT, top)

    assert not reaches_many(session, an_asker(session, focal))
    assert not reaches_many(session, an_asker(session, _operator(session)))


def test_whose_members_are_many_reaches_many(session, monkeypatch):
    monkeypatch.setattr(people_of_many, "MANY", 2)
    top = an_organisation(session, "Top")
    focal = a_person(session, "Ko", "Fay")
    a_grant(session, focal, Role.FOCAL_POINT, top)
    before = reaches_many(session, an_asker(session, focal))
    a_member_of(session, a_member_of(session, top, "Middle", kind="association"))

    assert (before, reaches_many(session, an_asker(session, focal))) == (False, True)


def test_a_surname_whose_people_stand_together_comes_page_by_page_in_order(session, monkeypatch):
    """On PostgreSQL the order is an expression then; the cursor is read all the same."""
    monkeypatch.setattr(searching, "FIRST", 3)
    monkeypatch.setattr(searching, "SPREAD", 2)
    operator = an_asker(session, _operator(session))
    people = {
        word: sorted((a_person(session, word, each) for each in "DBCA"), key=lambda p: p.sort_key)
        for word in ("Aou", "Yang")
    }
    session.flush()
    for word, is_descending in (("yang", False), ("aou", True), ("aou", False)):
        wanted = Wanted(words=word)
        options = {"is_descending": is_descending}
        query = people_listed(session, operator, wanted, today=NOW.date(), **options)
        names = names_in_order(session, operator, wanted, **options)
        keys, seen, cursor = [Key(names, is_descending), Key(Person.id, is_descending)], [], None
        while True:
            rows, cursor = page_of(session, query, keys, cursor=cursor, limit=3)
            seen += [row.id for row in rows]
            if cursor is None:
                break
        expected = [each.id for each in people[word.title()]]
        assert seen == (expected[::-1] if is_descending else expected)
        is_expression = names is not Person.sort_key
        together = word == "yang" or is_descending
        assert is_expression == (together and session.get_bind().dialect.name == "postgresql")
