"""Nobody learns who has an account: the same answer, for as much work. Work is counted, since a
clock in a test would say more of the machine."""

import pytest
from sqlalchemy import event

from services.members.actions import hashing
from tests.members.builders import an_account

API = "/members/api/v1"
NAMES = [{"kind": "romanised", "given": "Mei", "family": "Lin"}]
KNOWN, UNKNOWN = "mei@one.example", "nobody@one.example"
ASKED = [
    ("/sign-in", {"password": "not the password"}),
    ("/sign-in", {"password": "not the password", "code": "123456"}),
    ("/sign-in/link", {}),
    ("/password-reset", {}),
    ("/sign-up", {"names": NAMES}),
    ("/sign-up", {"names": NAMES, "password": "a sentence is best"}),
]


class Counted:
    """A hasher that says when it works."""

    def __init__(self, hasher, done):
        self._hasher, self._done = hasher, done

    def __getattr__(self, name):
        if name in ("verify", "hash"):
            self._done.append(name)
        return getattr(self._hasher, name)


@pytest.fixture
def work(database, monkeypatch):
    """What was asked of the databases and the hasher since it was last looked at."""
    done: list[str] = []

    def note(_, __, statement, *___):
        done.append(" ".join(statement.split()[:3]))

    for engine in (database.engine, database._reading):
        event.listen(engine, "before_cursor_execute", note)
    hashing._nobodys_hash()
    monkeypatch.setattr(hashing, "_HASHER", Counted(hashing._HASHER, done))

    def look():
        seen = list(done)
        done.clear()
        return seen

    return look


@pytest.mark.parametrize(("path", "body"), ASKED, ids=str)
def test_known_and_unknown_addresses_cost_the_same(client, database, work, path, body):
    with database.writing() as session:
        an_account(session, KNOWN)
    work()
    answers, works = [], []
    for email in (KNOWN, UNKNOWN):
        answers.append(client.post(f"{API}{path}", json=body | {"email": email}))
        works.append(work())

    known, unknown = answers
    assert known.status_code == unknown.status_code
    assert known.json == unknown.json
    hashed = [[each for each in done if each in ("verify", "hash")] for done in works]
    assert hashed[0] == hashed[1]
    written = [[each for each in done if each.startswith("INSERT")] for done in works]
    assert written[0] == written[1]
