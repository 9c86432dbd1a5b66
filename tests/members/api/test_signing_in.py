"""Signing in by the API: the same answer for all who may not, and an end to what is ended."""

from datetime import timedelta
from unittest.mock import patch

import pytest

from services.members.actions import hashing
from services.members.actions.founding import make_operator
from services.members.actions.limiting import LIMITS
from services.members.actions.signing_in import sign_out_everywhere
from shared.contracts.members import SessionRevoked
from tests.members.builders import NOW, PASSWORD, a_name, an_account, password_hash

API = "/members/api/v1"


def attempt(client, email="mei@one.example", password="not the password", **options):
    return client.post(f"{API}/sign-in", json={"email": email, "password": password}, **options)


def from_place(address):
    return {"environ_base": {"REMOTE_ADDR": address}}


def test_who_signs_in_gets_a_token_and_who_they_are(client, person):
    answer = attempt(client, password=PASSWORD)

    assert answer.status_code == 200
    assert answer.json["expires_in"] == 600
    assert answer.json["person"]["id"] == str(person.id)
    assert answer.headers["Cache-Control"] == "no-store"
    me = client.get(f"{API}/me", headers={"Authorization": f"Bearer {answer.json['access_token']}"})
    assert me.json["person"]["name"] == "Mei Lin"


def test_the_address_may_be_written_in_capitals(client, person):
    assert attempt(client, "MEI@ONE.example", PASSWORD).status_code == 200


def test_an_unknown_address_and_a_wrong_password_answer_alike(client, person):
    wrong, unknown = attempt(client), attempt(client, "nobody@one.example")

    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert wrong.json == unknown.json


@pytest.mark.parametrize("email", ["mei@one.example", "nobody@one.example", "link@one.example"])
def test_every_attempt_costs_one_hashing(client, database, person, email):
    with database.writing() as session:
        from services.members.actions.founding import make_account

        make_account(session, [a_name("Wu")], "link@one.example", actor="test", now=NOW)
    hashing._nobodys_hash()

    with patch.object(hashing, "_HASHER", wraps=hashing._HASHER) as hasher:
        attempt(client, email)

    assert hasher.verify.call_count == 1


def test_failed_attempts_are_counted_although_their_request_is_undone(client, person):
    answers = [attempt(client).status_code for _ in range(LIMITS["sign_in"].pair + 1)]

    assert answers[-2:] == [401, 429]


def test_who_is_slowed_down_is_told_for_how_long(client, person):
    for _ in range(LIMITS["sign_in"].pair):
        attempt(client)

    answer = attempt(client, password=PASSWORD)

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "900")


def test_a_stranger_s_attempts_lock_nobody_out_elsewhere(client, person):
    for _ in range(LIMITS["sign_in"].pair + 1):
        attempt(client, **from_place("198.51.100.7"))

    answer = attempt(client, password=PASSWORD, **from_place("192.0.2.1"))

    assert answer.status_code == 200


def test_an_unknown_address_is_slowed_down_like_a_known_one(client):
    answers = [attempt(client).status_code for _ in range(LIMITS["sign_in"].pair + 1)]

    assert answers[-2:] == [401, 429]


def test_a_token_is_renewed_while_its_session_lives(client, person, sign_in, clock):
    headers = sign_in()
    clock.forward(minutes=8)

    answer = client.post(f"{API}/sign-in/renew", headers=headers)

    assert answer.status_code == 200
    clock.forward(minutes=8)
    renewed = {"Authorization": f"Bearer {answer.json['access_token']}"}
    assert client.get(f"{API}/me", headers=renewed).status_code == 200
    assert client.get(f"{API}/me", headers=headers).status_code == 401


def test_a_revoked_session_is_not_renewed(client, database, person, sign_in, settings):
    headers = sign_in()
    with database.writing() as session:
        sign_out_everywhere(session, person.id, settings=settings, now=NOW)

    assert client.post(f"{API}/sign-in/renew", headers=headers).status_code == 401


def test_who_signs_out_is_out_at_once_and_the_others_are_told(client, database, person, sign_in):
    headers = sign_in()

    assert client.post(f"{API}/sign-out", headers=headers, json={}).status_code == 200

    assert client.get(f"{API}/me", headers=headers).status_code == 401
    with database.reading() as session:
        from sqlalchemy import select

        from shared.messaging.tables import outbox

        types = session.scalars(select(outbox.c.type)).all()
    assert SessionRevoked.type in types


def test_a_taken_grant_is_not_in_the_next_token(client, database, sign_in):
    with database.writing() as session:
        for email in ("one@one.example", "two@one.example"):
            make_operator(
                session,
                [a_name()],
                email,
                password_hash=password_hash(),
                actor="test",
                now=NOW,
            )
    first, second = sign_in("one@one.example"), sign_in("two@one.example")
    grants = client.get(f"{API}/me", headers=second).json["grants"]

    gone = client.delete(f"{API}/grants/{grants[0]['id']}", headers=first)

    assert gone.status_code == 204
    answer = client.post(f"{API}/sign-in/renew", headers=second)
    renewed = {"Authorization": f"Bearer {answer.json['access_token']}"}
    assert client.get(f"{API}/me", headers=renewed).json["grants"] == []
    assert client.post(f"{API}/organisations", headers=renewed, json={}).status_code == 403


@pytest.mark.parametrize("path", ["sign-in/link", "password-reset"])
def test_asking_for_a_mail_says_nothing_about_the_address(client, person, path):
    known = client.post(f"{API}/{path}", json={"email": "mei@one.example"})
    unknown = client.post(f"{API}/{path}", json={"email": "nobody@one.example"})

    assert (known.status_code, known.json) == (unknown.status_code, unknown.json) == (202, {})


def test_signing_up_says_nothing_about_the_address(client, person):
    names = [{"kind": "romanised", "given": "Mei", "family": "Lin"}]
    answers = [
        client.post(f"{API}/sign-up", json={"names": names, "email": email})
        for email in ("mei@one.example", "nobody@one.example")
    ]

    assert [(answer.status_code, answer.json) for answer in answers] == [(202, {})] * 2


def test_a_used_or_wrong_token_is_pointed_at(client):
    answer = client.post(f"{API}/sign-in/link/confirm", json={"token": "nothing"})

    assert (answer.status_code, answer.json["code"]) == (422, "bad_link")
    assert answer.json["errors"][0]["pointer"] == "/token"


def test_the_public_keys_verify_the_tokens(client, person, sign_in):
    from joserfc import jwt
    from joserfc.jwk import KeySet

    token = sign_in()["Authorization"].removeprefix("Bearer ")
    keys = KeySet.import_key_set(client.get(f"{API}/jwks.json").json)

    assert jwt.decode(token, keys, algorithms=["EdDSA"]).claims["sub"] == str(person.id)


def test_a_key_with_the_same_idempotency_key_signs_in_without_a_dead_lock(client, person):
    answers = [
        attempt(client, password=PASSWORD, headers={"Idempotency-Key": "k"}) for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [200, 200]


def test_a_session_ends_after_thirty_days(client, database, person, settings):
    from services.members.actions.signing_in import find_session, sign_in

    with database.writing() as session:
        opened = sign_in(session, person.id, agent="x" * 900, settings=settings, now=NOW)
        session.flush()
        assert opened.secret
        assert find_session(session, opened.secret, now=NOW + timedelta(days=29))
        assert find_session(session, opened.secret, now=NOW + timedelta(days=30)) is None


def test_two_people_with_one_mailbox_have_one_account(database):
    with database.writing() as session:
        one = an_account(session)

        assert an_account(session, family="Wu") is one


@pytest.mark.parametrize("password", ["password", "mei@one.example", "meilin12"])
def test_a_password_that_anybody_would_guess_is_not_taken(client, password):
    names = [{"kind": "romanised", "given": "Mei", "family": "Lin"}]
    body = {"names": names, "email": "mei@one.example", "password": password}

    answer = client.post(f"{API}/sign-up", json=body)

    assert (answer.status_code, answer.json["code"]) == (422, "weak_password")
    assert answer.json["errors"][0]["pointer"] == "/password"


def test_a_weak_new_password_uses_no_link_up(client, database, person, settings):
    from services.members.actions.signing_up import ask_password_reset
    from tests.members.builders import told

    with database.writing() as session:
        ask_password_reset(session, "mei@one.example", settings=settings, now=NOW)
        token = told(session)[-1].link.rpartition("/")[2]
    path = f"{API}/password-reset/confirm"

    weak = client.post(path, json={"token": token, "password": "mei@one.example"})
    good = client.post(path, json={"token": token, "password": "another sentence"})

    assert (weak.json["code"], good.status_code) == ("weak_password", 200)
