"""Passkeys by the API, with a device that answers as a browser's would."""

import pytest
from sqlalchemy import select

from services.members.model import Passkey
from tests.members.authenticator import Authenticator
from tests.members.builders import an_account

API = "/members/api/v1"
HERE = {"base_url": "http://localhost:8000"}


@pytest.fixture
def device():
    return Authenticator()


@pytest.fixture
def add(client, person, sign_in):
    """Add a device's passkey to an account."""

    def add(device, headers=None, **here):
        headers, here = headers or sign_in(), here or HERE
        wanted = client.post(f"{API}/me/passkeys/options", json={}, headers=headers, **here)
        credential = device.make(wanted.json["public_key"])
        body = {"name": "My phone", "credential": credential}
        return client.post(f"{API}/me/passkeys", json=body, headers=headers, **here)

    return add


@pytest.fixture
def enter(client):
    """Sign in by a device's passkey."""

    def enter(device, options=None):
        wanted = options or options_to_enter(client)
        body = {"credential": device.answer(wanted)}
        return client.post(f"{API}/sign-in/passkey", json=body, **HERE)

    return enter


def options_to_enter(client):
    return client.post(f"{API}/sign-in/passkey/options", json={}, **HERE).json["public_key"]


def test_who_added_a_passkey_signs_in_by_it(add, enter, device, person, client, sign_in):
    made = add(device)

    answer = enter(device)

    assert (made.status_code, made.json["name"]) == (201, "My phone")
    assert answer.json["person"]["id"] == str(person.id)
    listed = client.get(f"{API}/me/passkeys", headers=sign_in()).json["items"]
    assert [each["used_at"] is not None for each in listed] == [True]


def test_a_passkey_is_both_steps(add, enter, device, client, sign_in, clock):
    import pyotp

    headers = sign_in()
    secret = client.post(f"{API}/me/second-factor", json={}, headers=headers).json["secret"]
    code = {"code": pyotp.TOTP(secret).at(clock.now)}
    client.post(f"{API}/me/second-factor/confirm", json=code, headers=headers)
    add(device, headers)

    assert enter(device).status_code == 200


def test_an_answer_is_good_once(add, device, client):
    add(device)
    body = {"credential": device.answer(options_to_enter(client))}
    path = f"{API}/sign-in/passkey"

    answers = [client.post(path, json=body, **HERE) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 401]
    assert answers[1].json["code"] == "wrong_passkey"


def test_an_answer_comes_within_ten_minutes(add, enter, device, client, clock):
    add(device)
    options = options_to_enter(client)
    clock.forward(minutes=10)

    assert enter(device, options).status_code == 401


@pytest.mark.parametrize(
    "change",
    [
        {"origin": "http://evil.example"},
        {"origin": "http://127.0.0.1:8000"},
        {"site": "evil.example"},
        {"is_unlocked": False},
        {"holder": b"somebody else"},
        {"count": -1},
    ],
    ids=str,
)
def test_an_answer_that_is_wrong_in_one_thing_opens_nothing(add, enter, device, change):
    add(device)
    enter(device)
    for name, value in change.items():
        setattr(device, name, value)

    answer = enter(device)

    assert (answer.status_code, answer.json["code"]) == (401, "wrong_passkey")


def test_another_key_under_the_same_name_opens_nothing(add, enter, device):
    add(device)
    thief = Authenticator(key_id=device.key_id, holder=device.holder, count=9)

    assert enter(thief).status_code == 401


def test_a_passkey_that_nobody_has_opens_nothing(enter, device):
    assert enter(device).json["code"] == "wrong_passkey"


def test_a_challenge_for_adding_signs_nobody_in_and_the_other_way_round(
    add, enter, device, client, sign_in
):
    add(device)
    headers = sign_in()
    adding = client.post(f"{API}/me/passkeys/options", json={}, headers=headers, **HERE).json
    entering = options_to_enter(client) | {"user": adding["public_key"]["user"]}

    assert enter(device, adding["public_key"]).status_code == 401
    body = {"name": "x", "credential": Authenticator().make(entering)}
    answer = client.post(f"{API}/me/passkeys", json=body, headers=headers, **HERE)
    assert (answer.status_code, answer.json["code"]) == (422, "bad_passkey")


def test_another_s_challenge_adds_nothing(client, database, device, sign_in, person):
    with database.writing() as session:
        an_account(session, "wu@two.example", "Wu")
    mine, theirs = sign_in(), sign_in("wu@two.example")
    options = client.post(f"{API}/me/passkeys/options", json={}, headers=mine, **HERE).json
    body = {"name": "x", "credential": device.make(options["public_key"])}

    answer = client.post(f"{API}/me/passkeys", json=body, headers=theirs, **HERE)

    assert answer.json["code"] == "bad_passkey"


def test_one_device_is_one_passkey(add, device, database):
    assert [add(device).status_code for _ in range(2)] == [201, 409]
    with database.reading() as session:
        kept = session.scalars(select(Passkey)).one()
    assert kept.transports == ["internal"]


def test_a_removed_passkey_opens_nothing(add, enter, device, client, sign_in):
    made = add(device).json

    gone = client.delete(f"{API}/me/passkeys/{made['id']}", headers=sign_in())

    assert gone.status_code == 204
    assert enter(device).status_code == 401


def test_nobody_removes_another_s(add, device, client, database, sign_in):
    with database.writing() as session:
        an_account(session, "wu@two.example", "Wu")
    made = add(device).json

    answer = client.delete(f"{API}/me/passkeys/{made['id']}", headers=sign_in("wu@two.example"))

    assert answer.status_code == 404


def test_at_an_address_without_a_name_the_name_is_said(client, person, sign_in):
    answer = client.post(
        f"{API}/sign-in/passkey/options", json={}, base_url="http://127.0.0.1:8000"
    )

    assert (answer.status_code, answer.json["code"]) == (409, "no_passkeys_here")
    assert "http://localhost:8000" in answer.json["detail"]


@pytest.mark.parametrize(
    "credential",
    [
        {},
        {"id": 1},
        {"id": "x", "response": 1},
        {"id": "x", "response": {"clientDataJSON": "x"}},
        {"id": "x", "response": {"clientDataJSON": "e30"}},
        {"id": None, "response": {"clientDataJSON": "eyJjaGFsbGVuZ2UiOiAxfQ"}},
    ],
    ids=str,
)
def test_what_is_no_passkey_is_refused_in_words(client, person, sign_in, credential):
    headers = sign_in()
    entry = client.post(f"{API}/sign-in/passkey", json={"credential": credential}, **HERE)
    body = {"name": "x", "credential": credential}
    added = client.post(f"{API}/me/passkeys", json=body, headers=headers, **HERE)

    for answer in (entry, added):
        assert (answer.status_code, answer.json["code"]) == (422, "bad_passkey")
        assert answer.json["errors"][0]["pointer"] == "/credential"
