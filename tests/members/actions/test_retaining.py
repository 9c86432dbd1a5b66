"""Each kind of data is kept as many days as the table says, and no longer."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from services.members.actions.auditing.verifying import verify
from services.members.actions.consenting import ask_for, give, withdraw
from services.members.actions.retaining import KINDS, RETENTION
from services.members.actions.signing_in import sign_in
from services.members.model import AuditEntry, Consent, SignInSession
from services.members.model.consent import hash_of
from shared.foundation.failures import BadSettings
from shared.foundation.origins import NOWHERE, Origin, come_from
from tests.members.builders import NOW, an_account, an_organisation

WORDS = {"titles": {"en": "News"}, "texts": {"en": "May we write to you?"}}


def days(count):
    return NOW + timedelta(days=count)


@pytest.fixture
def from_an_address():
    come_from(Origin(place="192.0.2.7"))
    yield
    come_from(NOWHERE)


def count(session, kind):
    return session.scalar(select(func.count()).select_from(kind))


def test_the_table_names_each_kind_once_with_its_days(settings):
    table = {each.name: each.days for each in RETENTION.chosen("")}

    assert len(table) == len(KINDS)
    assert (table["audit_addresses"], table["invitations"], table["sessions"]) == (365, 90, 0)


def test_settings_keep_a_kind_longer(session, settings):
    person = an_account(session)
    sign_in(session, person.id, agent="", settings=settings, now=NOW)
    kinds = RETENTION.chosen("sessions=60")

    RETENTION.retain(session, kinds, now=days(89))
    kept = count(session, SignInSession)
    RETENTION.retain(session, kinds, now=days(91))

    assert (kept, count(session, SignInSession)) == (1, 0)
    assert RETENTION.done(session)["sessions"].total == 1


@pytest.mark.parametrize("text", ["sessions", "sessions=-1", "no_such=3", "audit_addresses=29"])
def test_a_setting_that_makes_no_sense_is_told_at_the_start(settings, text):
    with pytest.raises(BadSettings, match="PLENARY_KEEP_DAYS"):
        RETENTION.chosen(text)


def test_a_kind_is_gone_over_once_a_day(session, settings):
    kinds = RETENTION.chosen("")

    first = RETENTION.retain(session, kinds, now=NOW)
    soon = RETENTION.retain(session, kinds, now=NOW + timedelta(hours=1))
    later = RETENTION.retain(session, kinds, now=days(1))

    assert set(first) == set(later) == {each.name for each in KINDS}
    assert set(soon) == {each.name for each in KINDS if each.days == 0}


def test_addresses_leave_the_audit_after_their_days_and_its_chain_holds(
    database, settings, from_an_address
):
    with database.writing() as session:
        an_organisation(session)
    with database.writing() as session:
        RETENTION.retain(session, RETENTION.chosen(""), now=days(364))
        early = session.scalars(select(AuditEntry.place)).all()
    with database.writing() as session:
        RETENTION.retain(session, RETENTION.chosen(""), now=days(366))
        late = session.scalars(select(AuditEntry.place)).all()

    assert "192.0.2.7" in early
    assert set(late) == {None}
    with database.reading() as session:
        assert verify(session).breaks == []


def test_an_address_that_is_gone_before_its_days_is_a_fault(database, settings, from_an_address):
    with database.writing() as session:
        an_organisation(session)
        RETENTION.retain(session, RETENTION.chosen(""), now=NOW)
    with database.writing() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.place == "192.0.2.7")).first()
        entry.place = entry.place_salt = None

    with database.reading() as session:
        found = verify(session).breaks

    assert [each.why for each in found] == ["the address is gone, and nobody was erased"]


def test_a_consent_s_addresses_go_and_its_proof_stays(session, settings, from_an_address):
    person, owner = an_account(session), an_organisation(session)
    purpose = ask_for(session, owner, WORDS | {"key": "news"}, actor="x", now=NOW)
    shown = hash_of(**WORDS)
    given, _ = give(
        session,
        person,
        purpose,
        text_hash=shown,
        language="en",
        way="page",
        actor="x",
        now=NOW,
    )
    at_first = given.given_place
    withdraw(session, given, way="page", actor="x", now=NOW)

    RETENTION.retain(session, RETENTION.chosen(""), now=days(1096))

    session.refresh(given)
    assert (at_first, given.given_place, given.withdrawn_place) == ("192.0.2.7", None, None)
    assert (given.text_hash, given.given_at) == (shown, NOW)
    assert count(session, Consent) == 1
