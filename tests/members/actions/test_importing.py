"""Imports of companies: judged without writing, applied once, taken back exactly."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.members.actions import enrolling, joining
from services.members.actions.failures import BadFile, WrongState
from services.members.actions.imports import applying, previewing
from services.members.actions.imports.forgetting import forget_old_imports
from services.members.actions.imports.previewing import Upload
from services.members.actions.imports.tables import open_table
from services.members.model import Identifier, Import, ImportRow, Membership, Organisation
from services.members.model.tax_numbers import TAX_NUMBER
from services.members.queries.organisations import organisations_where
from services.members.reactions import go_on_with_imports
from shared.contracts.members import MembershipRecorded, OrganisationRecorded
from shared.foundation.failures import Conflict, Invalid
from shared.foundation.identities import Role
from tests.members.builders import (
    NOW,
    a_grant,
    a_member_of,
    an_account,
    an_asker,
    an_organisation,
    days,
    told,
)
from tests.members.test_import_files import COMPANIES, a_csv, tax_numbers

ONE, TWO, THREE = tax_numbers(3)


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
    def upload(*rows, header=COMPANIES, kind="companies", to=None, **more):
        table = open_table(kind, "list.csv", a_csv([header, *rows]))
        given = Upload(kind=kind, organisation=to or host, filename="list.csv", table=table, **more)
        return previewing.upload(session, given, asker=asker, now=NOW)

    return upload


@pytest.fixture
def act(session, asker):
    def act(ask, found, *, by=None):
        ask(session, found, asker=by or asker, now=NOW)
        while applying.go_on(session, found.id, now=NOW):
            pass
        return found

    return act


def verdicts(session, found):
    query = select(ImportRow).where(ImportRow.import_id == found.id).order_by(ImportRow.number)
    return [row.verdict for row in session.scalars(query)]


def listed(session, host):
    return set(session.scalars(organisations_where(member_of=host.id)))


def names_in(session, host):
    return {name for each in listed(session, host) for name in each.names.values()}


def test_a_preview_writes_nothing_but_itself(session, upload):
    before = len(told(session))

    found = upload((ONE, "甲公司", "a@one.example"), (TWO, "乙公司", "bad"))

    assert (found.state, found.counts) == (
        "previewed",
        {"new": 1, "update": 0, "duplicate": 0, "error": 1},
    )
    assert len(told(session)) == before
    assert session.scalar(select(func.count()).select_from(Organisation)) == 1


def test_applied_companies_are_active_members_from_today(session, host, upload, act):
    found = act(applying.ask_apply, upload((ONE, "甲公司", "a@one.example")))

    [company] = listed(session, host)
    membership = session.scalars(select(Membership)).one()
    assert (company.names, company.kind, company.economy) == (
        {"zh-Hant": "甲公司"},
        "company",
        "TW",
    )
    assert (membership.state, membership.starts_on) == ("active", days(0))
    assert session.scalars(select(Identifier.value)).one() == ONE
    assert found.state == "applied"
    assert {type(each) for each in told(session)} >= {OrganisationRecorded, MembershipRecorded}


def test_the_same_file_again_is_all_duplicates(session, upload, act):
    rows = [(ONE, "甲股份有限公司", "a@one.example"), ("", "Acme Co., Ltd.", "b@two.example")]
    act(applying.ask_apply, upload(*rows))

    found = upload((ONE, "甲(股)公司", "a@one.example"), ("", "ＡＣＭＥ", "b@two.example"))

    assert found.counts == {"new": 0, "update": 0, "duplicate": 2, "error": 0}


def test_repeats_within_a_file_are_duplicates_or_updates(session, host, upload, act):
    found = upload(
        (ONE, "甲公司", ""), (ONE, "甲有限公司", ""), ("", "甲", "a@one.example"), (TWO, "甲", "")
    )

    assert verdicts(session, found) == ["new", "duplicate", "update", "new"]
    act(applying.ask_apply, found)
    assert len(listed(session, host)) == 2
    assert {each.email for each in listed(session, host)} == {"a@one.example", None}


def test_an_update_gives_a_company_its_tax_number_and_back(session, host, upload, act):
    company = a_member_of(session, host, "Acme Ltd.")
    found = act(applying.ask_apply, upload((ONE, "Acme", "a@one.example")))

    assert found.counts["update"] == 1
    assert (company.email, session.scalars(select(Identifier.value)).all()) == (
        "a@one.example",
        [ONE],
    )
    act(applying.ask_revert, found)
    assert (company.email, session.scalars(select(Identifier.value)).all()) == (None, [])
    assert listed(session, host) == {company}


def test_reverting_takes_back_what_was_written_and_applying_again_brings_it(
    session, host, upload, act
):
    rows = [(ONE, "甲公司", "a@one.example"), (TWO, "乙公司", ""), (ONE, "", "")]
    first = act(applying.ask_apply, upload(*rows[:2]))
    act(applying.ask_revert, first)

    assert (first.state, listed(session, host)) == ("reverted", set())
    assert "甲公司" not in {
        name for each in session.scalars(organisations_where()) for name in each.names.values()
    }

    second = act(applying.ask_apply, upload(*rows[:2]))
    assert second.counts["new"] == 2
    assert names_in(session, host) == {"甲公司", "乙公司"}
    assert session.scalar(select(func.count()).select_from(Organisation)) == 3
    act(applying.ask_revert, second)
    assert listed(session, host) == set()


def test_what_somebody_changed_since_is_left_and_said(session, host, upload, act):
    found = act(applying.ask_apply, upload((ONE, "甲公司", "a@one.example"), (TWO, "乙公司", "")))
    company = next(each for each in listed(session, host) if each.names["zh-Hant"] == "甲公司")
    enrolling.change_organisation(
        session, company, {"email": "own@one.example"}, actor="them", now=NOW
    )
    membership = session.scalars(select(Membership).where(Membership.member_id == company.id)).one()
    joining.renew(session, membership, actor="them", now=NOW)

    act(applying.ask_revert, found)

    assert (found.left_count, membership.state, company.withdrawn_at) == (1, "active", None)
    assert listed(session, host) == {company}


def test_what_somebody_added_since_is_kept_and_found_by_the_next_file(session, host, upload, act):
    rows = [("甲股份有限公司", "a@one.example"), ("乙公司", "")]
    header = ("公司名稱", "電子郵件")
    found = act(applying.ask_apply, upload(*rows, header=header))
    company = next(each for each in listed(session, host) if each.email)
    enrolling.change_organisation(session, company, {"sector": "steel"}, actor="them", now=NOW)

    act(applying.ask_revert, found)
    again = act(applying.ask_apply, upload(*rows, header=header))

    assert (found.left_count, company.withdrawn_at) == (1, None)
    assert (again.counts["update"], again.counts["new"]) == (1, 1)
    assert company in listed(session, host)
    assert len(listed(session, host)) == 2
    assert company.sector == "steel"


def test_what_stayed_behind_and_belongs_to_others_now_is_not_theirs_to_change(
    session, host, upload, act
):
    header = ("公司名稱", "電子郵件")
    found = act(applying.ask_apply, upload(("甲公司", "a@one.example"), header=header))
    [company] = listed(session, host)
    enrolling.change_organisation(session, company, {"sector": "steel"}, actor="them", now=NOW)
    act(applying.ask_revert, found)
    other = an_organisation(session, "Other Association")
    joining.join_all(session, other, [company], starts_on=days(0), actor="them", now=NOW)

    act(applying.ask_apply, upload(("甲公司", "evil@one.example"), header=header))

    assert company.email == "a@one.example"
    assert company not in listed(session, host)


def test_a_company_of_others_is_asked_and_not_changed(session, host, upload, act):
    other = an_organisation(session, "Other Association")
    values = {"names": {"en": "Theirs"}, "kind": "company"}
    values["identifiers"] = [{"scheme": TAX_NUMBER, "value": ONE}]
    [theirs] = joining.add_members(
        session, other, [values], starts_on=days(0), actor="test", now=NOW
    )

    found = act(applying.ask_apply, upload((ONE, "Mine Now", "evil@one.example")))

    membership = session.scalars(select(Membership).where(Membership.host_id == host.id)).one()
    assert found.counts["update"] == 1
    assert (membership.state, membership.member_id) == ("draft", theirs.id)
    assert (theirs.names, theirs.email) == ({"en": "Theirs"}, None)


def test_who_manages_both_sides_makes_it_a_member_at_once(session, host, act, upload, asker):
    other = an_organisation(session, "Other Association")
    values = {"names": {"en": "Theirs"}, "kind": "company"}
    values["identifiers"] = [{"scheme": TAX_NUMBER, "value": ONE}]
    joining.add_members(session, other, [values], starts_on=days(0), actor="test", now=NOW)
    operator = an_account(session, "op@one.example", "Op")
    a_grant(session, operator, Role.OPERATOR)
    by = an_asker(session, operator)
    table = open_table("companies", "a.csv", a_csv([COMPANIES, (ONE, "Theirs", "")]))
    given = Upload(kind="companies", organisation=host, filename="a.csv", table=table)
    found = previewing.upload(session, given, asker=by, now=NOW)

    act(applying.ask_apply, found, by=by)

    assert names_in(session, host) == names_in(session, other) == {"Theirs"}


def test_the_organisation_itself_and_those_above_are_no_members_of_it(session, host, upload):
    alliance = an_organisation(session, "The Alliance", kind="alliance")
    joining.join_all(session, alliance, [host], starts_on=days(0), actor="test", now=NOW)

    found = upload(("", "The Association", ""), ("", "The Alliance", ""))

    assert verdicts(session, found) == ["error", "error"]


def test_a_row_that_has_become_another_since_the_preview_is_left_out(session, host, upload, act):
    found = upload((ONE, "甲公司", ""), (TWO, "乙公司", ""))
    a_member_of(session, host, "甲公司")

    act(applying.ask_apply, found)

    assert verdicts(session, found) == ["error", "new"]
    assert (found.counts["new"], found.counts["error"]) == (1, 1)
    assert len(listed(session, host)) == 2


def test_columns_that_say_nothing_wait_for_a_mapping_that_is_remembered(session, asker, upload):
    header, row = ("Firma", "Nummer"), ("Acme", ONE)
    found = upload(row, header=header)
    assert (found.state, found.counts["new"]) == ("uploaded", 0)

    previewing.change_mapping(
        session, found, {"Firma": "name", "Nummer": "tax_number"}, asker=asker, now=NOW
    )

    assert (found.state, found.counts["new"]) == ("previewed", 1)
    assert upload(row, header=header).state == "previewed"


@pytest.mark.parametrize(
    ("mapping", "pointer"),
    [
        ({"統一編號": "tax_number"}, "/mapping"),
        ({"公司名稱": "colour"}, "/mapping/公司名稱"),
        ({"no such": "name"}, "/mapping/no such"),
        ({"公司名稱": "name", "電子郵件": "name"}, "/mapping/電子郵件"),
    ],
)
def test_a_bad_mapping_is_pointed_at(upload, mapping, pointer):
    with pytest.raises(Invalid) as refused:
        upload((ONE, "甲公司", ""), mapping=mapping)

    assert [fault.pointer for fault in refused.value.faults] == [pointer]


def test_a_step_out_of_turn_is_refused(session, asker, upload, act):
    found = upload((ONE, "甲公司", ""))
    with pytest.raises(WrongState):
        act(applying.ask_revert, found)
    act(applying.ask_apply, found)
    with pytest.raises(WrongState):
        act(applying.ask_apply, found)
    with pytest.raises(WrongState):
        previewing.change_mapping(session, found, {"公司名稱": "name"}, asker=asker, now=NOW)


def test_one_import_of_an_organisation_is_under_way_at_a_time(session, asker, upload):
    first, second = upload((ONE, "甲公司", "")), upload((TWO, "乙公司", ""))
    applying.ask_apply(session, first, asker=asker, now=NOW)

    with pytest.raises(Conflict):
        applying.ask_apply(session, second, asker=asker, now=NOW)


def test_a_file_that_breaks_further_down_keeps_nothing(session, upload):
    rows = [(number, f"第{number}公司", "") for number in tax_numbers(3000)]

    with pytest.raises(BadFile):
        upload(*rows, ("=1+1", "", ""))


def test_what_was_killed_between_batches_goes_on_and_writes_nothing_twice(database, monkeypatch):
    monkeypatch.setattr(applying, "AT_ONCE", 2)
    with database.writing() as session:
        host = an_organisation(session, "The Association")
        person = an_account(session)
        a_grant(session, person, Role.OPERATOR)
        asker = an_asker(session, person)
        rows = [(number, f"第{number}公司", "") for number in tax_numbers(5)]
        table = open_table("companies", "a.csv", a_csv([COMPANIES, *rows]))
        given = Upload(kind="companies", organisation=host, filename="a.csv", table=table)
        found = previewing.upload(session, given, asker=asker, now=NOW)
        applying.ask_apply(session, found, asker=asker, now=NOW)
    with database.writing() as session:
        assert applying.go_on(session, found.id, now=NOW)
    with Session(database.engine) as session:
        applying.go_on(session, found.id, now=NOW)
        session.flush()

    with database.reading() as session:
        assert session.get_one(Import, found.id).done_count == 2
    go_on_with_imports(database, NOW)

    with database.reading() as session:
        assert session.get_one(Import, found.id).state == "applied"
        assert len(listed(session, host)) == 5


def test_old_imports_are_forgotten(session, upload, act, clock):
    unused, used = upload((ONE, "甲公司", "")), upload((TWO, "乙公司", ""))
    act(applying.ask_apply, used)

    forget_old_imports(session, clock.forward(days=31) - timedelta(days=30))

    assert session.scalars(select(Import.id)).all() == [used.id]
    assert session.scalars(select(ImportRow)).one().cells == []
    assert unused.id != used.id
