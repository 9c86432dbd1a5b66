"""Every change leaves an entry in a chain that shows tampering, and forgets who is erased."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.orm import Session

from services.members.actions import checking_codes, giving_tokens
from services.members.actions.auditing.verifying import heads, verify
from services.members.actions.enrolling import change_organisation
from services.members.actions.forgetting import erase_person
from services.members.actions.introducing import change_person
from services.members.actions.inviting import Wish, invite
from services.members.model import AuditEntry, Organisation, Person
from shared.foundation.identities import Role
from shared.foundation.origins import NOWHERE, Origin, come_from
from tests.members.builders import (
    NOW,
    a_grant,
    a_member_of,
    a_person,
    an_account,
    an_affiliation,
    an_asker,
    an_organisation,
)


@pytest.fixture
def from_office():
    """Ask as somebody from an address; nowhere again afterwards."""

    def ask(asker, place="203.0.113.9"):
        come_from(Origin(identity=asker.identity, place=place, request_id="r-1"))

    yield ask
    come_from(NOWHERE)


@pytest.fixture
def alliance(database):
    """An association with a member, and its focal point: (host, company, person, asker)."""
    with database.writing() as session:
        host = an_organisation(session)
        company = a_member_of(session, host)
        focal = an_account(session)
        a_grant(session, focal, Role.FOCAL_POINT, host)
        return host, company, focal, an_asker(session, focal)


def entries(database, **wanted):
    with database.reading() as session:
        query = select(AuditEntry).filter_by(**wanted).order_by(AuditEntry.number)
        return list(session.scalars(query))


def breaks(database, **options):
    with database.reading() as session:
        return verify(session, **options).breaks


def whys(database, **options):
    return [each.why for each in breaks(database, **options)]


def tamper(database, statement):
    with database.writing() as session:
        session.connection().execute(statement)


def test_ways_of_signing_in_are_in_it_without_their_secrets(database, settings):
    with database.writing() as session:
        person = an_account(session)
        giving_tokens.give_token(
            session,
            person,
            name="a program",
            scopes=["members:read"],
            expires_at=NOW + timedelta(days=9),
            now=NOW,
        )
        checking_codes.set_up(session, person, settings=settings, now=NOW)
    with database.writing() as session:
        checking_codes.forget_codes_of(session, person.id)

    (token,) = entries(database, subject="personal_tokens")
    made, gone = entries(database, subject="code_secrets")
    assert token.act == "given"
    assert token.changes["scopes"] == [None, ["members:read"]]
    assert made.changes["sealed"] == [None, "•••"]
    assert (gone.changes["sealed"], gone.person_id) == (["•••", None], person.id)


def test_an_invitation_is_in_it_without_whom_it_was_sent_to(database, settings):
    with database.writing() as session:
        host, by = an_organisation(session), an_account(session)
        wish = Wish(email="new@x.example", name="Neu", locale="en", organisation_id=host.id)
        invite(session, wish, by=by, settings=settings, now=NOW)

    (entry,) = entries(database, subject="invitations")

    assert entry.organisation_id == host.id
    assert "new@x.example" not in entry.facts
    assert "Neu" not in entry.facts
    assert "token_hash" not in entry.changes


def test_a_change_says_who_for_whom_what_and_from_where(database, alliance, from_office):
    host, company, focal, asker = alliance
    from_office(asker)

    with database.writing() as session:
        found = session.get_one(Organisation, company.id)
        change_organisation(session, found, {"sector": "pumps"}, actor=asker.name, now=NOW)

    entry = entries(database, subject_id=company.id, act="changed")[0]
    assert entry.changes == {"sector": [None, "pumps"]}
    assert (entry.actor, entry.place, entry.request_id) == (str(focal.id), "203.0.113.9", "r-1")
    assert (entry.acting_role, entry.acting_for) == ("focal_point", host.id)
    assert entry.grant_id is not None


def test_one_s_own_data_are_changed_for_nobody_else(database, alliance, from_office):
    *_, focal, asker = alliance
    from_office(asker)

    with database.writing() as session:
        found = session.get_one(Person, focal.id)
        change_person(session, found, {"gender": "female"}, actor=asker.name, now=NOW)

    entry = entries(database, subject_id=focal.id, act="changed")[0]
    assert entry.acting_role is None
    assert entry.changes == {"gender": [None, "•••"]}


def test_what_is_undone_leaves_no_entry(database):
    with Session(database.engine) as session:
        an_organisation(session, "Undone")
        session.rollback()
        done = an_organisation(session, "Done").id
        session.commit()

    assert [entry.subject_id for entry in entries(database)] == [done]
    assert breaks(database) == []


def test_what_a_savepoint_takes_back_leaves_no_entry(database, alliance):
    _, company, *_ = alliance

    with database.writing() as session:
        found = session.get_one(Organisation, company.id)
        savepoint = session.begin_nested()
        found.sector = "pumps"
        session.flush()
        savepoint.rollback()
        an_organisation(session, "Another")

    assert entries(database, subject_id=company.id, act="changed") == []
    assert breaks(database) == []


def test_identifiers_are_told_with_their_organisation(database):
    with database.writing() as session:
        made = an_organisation(session, identifiers=[{"scheme": "duns", "value": "1"}])
    with database.writing() as session:
        found = session.get_one(Organisation, made.id)
        values = {"identifiers": [{"scheme": "duns", "value": "2"}]}
        change_organisation(session, found, values, actor="x", now=NOW)

    entry = entries(database, subject_id=made.id, act="changed")[0]
    assert entry.changes["identifiers"] == [["duns 1"], ["duns 2"]]


def test_no_password_is_kept(database, alliance):
    found = entries(database, subject="accounts")

    assert found
    assert all("argon2" not in entry.facts for entry in found)


def test_a_statement_that_nobody_would_see_is_refused(database, alliance):
    with pytest.raises(RuntimeError, match="unseen"), database.writing() as session:
        session.execute(update(Organisation).values(sector="pumps"))
    with pytest.raises(RuntimeError, match="unseen"), database.writing() as session:
        session.execute(delete(Person))
    with pytest.raises(RuntimeError, match="unseen"), database.writing() as session:
        session.execute(insert(Organisation), [{"kind": "company"}])


def test_what_nobody_touched_holds(database, alliance):
    assert breaks(database) == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("actor = 'somebody'", "the entry was changed"),
        ("at = '2020-01-01 00:00:00'", "the entry was changed"),
        ("acting_for = NULL, act = 'x'", "the entry was changed"),
        ("""facts = '{"changes": {}, "reason": ""}'""", "what was changed is not what was sealed"),
        ("place = '192.0.2.1'", "the address is not what was sealed"),
        ("facts = NULL", "what was changed is gone, and nobody was erased"),
        ("place = NULL", "the address is gone, and nobody was erased"),
    ],
)
def test_an_entry_that_was_changed_is_found(database, alliance, change, why):
    tamper(database, text(f"UPDATE audit_entries SET {change} WHERE number = 3"))

    found = breaks(database)

    assert why in [each.why for each in found]
    assert {each.position for each in found} == {3}


def test_an_entry_that_is_missing_is_found(database, alliance):
    tamper(database, delete(AuditEntry).where(AuditEntry.number == 2))

    assert whys(database)[0] == "entries 2 to 2 are missing"


def test_a_missing_end_is_found(database, alliance):
    last = entries(database)[-1].number
    tamper(database, delete(AuditEntry).where(AuditEntry.number == last))

    assert f"entries {last} to {last} are missing" in whys(database)


def test_a_chain_that_was_shortened_with_its_head_is_found_by_heads_kept_elsewhere(
    database, alliance
):
    with database.reading() as session:
        kept = heads(session)
    whole = entries(database)
    tamper(database, delete(AuditEntry).where(AuditEntry.number == whole[-1].number))
    head = f"UPDATE audit_heads SET position = {whole[-2].position}, hash = '{whole[-2].hash}'"
    tamper(database, text(f"{head} WHERE chain = 0"))

    assert whys(database) == []
    assert whys(database, against=kept) == [f"entries {len(whole)} to {len(whole)} are missing"]


def test_erased_people_s_data_are_gone_and_the_chain_holds(
    database, alliance, settings, from_office
):
    host, _, focal, asker = alliance
    with database.writing() as session:
        person = a_person(session, "Unmistakable", "Person", email="u@one.example")
        an_affiliation(session, person, host)
    from_office(asker, "198.51.100.77")
    with database.writing() as session:
        found = session.get_one(Person, person.id)
        change_person(session, found, {"phone": "+886223456789"}, actor=asker.name, now=NOW)

    for each in (person, focal):
        with database.writing() as session:
            found = session.get_one(Person, each.id)
            erase_person(session, found, settings=settings, actor=asker.name, now=NOW)

    kept = json.dumps([[str(v) for v in vars(entry).values()] for entry in entries(database)])
    for secret in ("Unmistakable", "u@one.example", "+886223456789", "198.51.100.77", "Mei"):
        assert secret not in kept
    assert breaks(database) == []
