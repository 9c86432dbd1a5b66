"""What must happen once happens once, whoever asks at the same moment; on PostgreSQL."""

import threading
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from services.members.actions import joining, signing_up
from services.members.actions.auditing.verifying import verify
from services.members.actions.failures import AlreadyThere, BadLink, Circle
from services.members.actions.founding import make_account
from services.members.actions.signing_tokens import signing_key
from services.members.app import MIGRATIONS
from services.members.model import Account, AuditEntry, Membership, SigningKey
from shared.database import Database
from shared.foundation.failures import Failure
from shared.migrating import run_migrations
from tests.members.builders import NOW, a_draft, a_name, an_account, an_organisation, told

pytestmark = pytest.mark.real
AT_ONCE = 6


@pytest.fixture
def file() -> bytes:
    return b""


@pytest.fixture
def database(postgres):
    name = f"members_{uuid4().hex[:8]}"
    made = Database(postgres.create_database(name))
    run_migrations(made, MIGRATIONS)
    yield made
    made.dispose()
    postgres.drop_database(name)


@pytest.fixture
def at_once(database):
    """Run the acts at the same moment, a transaction each; answers what each failed with."""

    def run(*acts):
        barrier, failures = threading.Barrier(len(acts)), []

        def one(act):
            barrier.wait()
            try:
                with database.writing() as session:
                    act(session)
            except Failure as failure:
                failures.append(type(failure))

        threads = [threading.Thread(target=one, args=(act,)) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return failures

    return run


def test_the_first_key_is_made_once(database, at_once):
    failures = at_once(*[lambda session: signing_key(session, now=NOW)] * AT_ONCE)

    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(SigningKey)) == 1
    assert failures == []


def test_a_mailed_token_is_used_once(database, settings, at_once):
    with database.writing() as session:
        an_account(session)
        signing_up.ask_sign_in_link(session, "mei@one.example", settings=settings, now=NOW)
        token = told(session)[-1].link.rpartition("/")[2]

    failures = at_once(
        *[lambda session: signing_up.confirm_sign_in_link(session, token, now=NOW)] * AT_ONCE
    )

    assert failures == [BadLink] * (AT_ONCE - 1)


def test_an_address_has_one_account(database, at_once):
    def act(session):
        make_account(session, [a_name()], "mei@one.example", actor="test", now=NOW)

    failures = at_once(*[act] * AT_ONCE)

    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Account)) == 1
    assert set(failures) <= {AlreadyThere}


def test_two_approvals_at_once_make_no_circle(database, at_once):
    with database.writing() as session:
        pair = [an_organisation(session, name) for name in ("one", "two")]
        drafts = [a_draft(session, *pair), a_draft(session, *reversed(pair))]
        for draft in drafts:
            joining.submit(session, draft, actor="test", now=NOW)

    def approve(session, draft_id):
        joining.approve(session, session.get_one(Membership, draft_id), actor="x", now=NOW)

    failures = at_once(*[lambda s, d=draft.id: approve(s, d) for draft in drafts])

    assert failures == [Circle]


def test_the_audit_s_chains_hold_whoever_writes_at_the_same_moment(database, at_once):
    def act(session):
        an_organisation(session)

    failures = [each for _ in range(4) for each in at_once(*[act] * 12)]

    with database.reading() as session:
        verdict = verify(session)
        chains = session.scalar(select(func.count(AuditEntry.chain.distinct())))
    assert failures == []
    assert (verdict.count, verdict.breaks) == (48, [])
    assert chains > 1
