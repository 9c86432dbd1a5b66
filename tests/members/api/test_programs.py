"""Personal tokens and sessions: what asks in a person's name, and how it ends."""

from datetime import timedelta

import pytest

from services.members.actions.granting import revoke_grant
from services.members.actions.hashing import hash_password
from services.members.actions.signing_tokens import rotate_keys
from services.members.actions.signing_up import ask_password_reset, reset_password
from services.members.model import PersonalToken, RoleGrant
from shared.foundation.clock import rfc3339
from shared.foundation.identities import Role
from tests.members.builders import NOW, PASSWORD, a_grant, an_account, an_organisation, told

API = "/members/api/v1"


@pytest.fixture
def give(client, person, sign_in):
    """Make a token; answers the answer."""

    def give(scopes=("members:write",), headers=None, **rest):
        body = {"name": "nightly export", "scopes": list(scopes)} | rest
        return client.post(f"{API}/me/tokens", json=body, headers=headers or sign_in())

    return give


def bearer(answer):
    return {"Authorization": f"Bearer {answer.json['token']}"}


def test_a_token_is_shown_once_and_asks_in_its_owner_s_name(client, give, sign_in, person):
    made = give()

    listed = client.get(f"{API}/me/tokens", headers=sign_in()).json["items"]
    assert made.status_code == 201
    assert made.headers["Cache-Control"] == "no-store"
    assert [each["id"] for each in listed] == [made.json["id"]]
    assert "token" not in listed[0]
    me = client.get(f"{API}/me", headers=bearer(made))
    assert me.json["person"]["id"] == str(person.id)


def test_a_token_outlives_the_session_and_the_key_that_made_it(client, give, clock, database):
    headers = bearer(give(expires_at=rfc3339(NOW + timedelta(days=300))))

    for _ in range(29):
        clock.forward(days=10)
        with database.writing() as session:
            rotate_keys(session, now=clock.now)

    assert client.get(f"{API}/me", headers=headers).status_code == 200
    clock.forward(days=11)
    assert client.get(f"{API}/me", headers=headers).status_code == 401


def test_a_token_that_only_reads_changes_nothing(client, give):
    headers = bearer(give(["members:read"]))

    answer = client.patch(f"{API}/me", json={"locale": "zh-Hant"}, headers=headers)

    assert (answer.status_code, answer.json["code"]) == (403, "scope_missing")
    assert "members:write" in answer.json["detail"]
    assert client.get(f"{API}/me", headers=headers).json["locale"] == "en"


def test_a_token_for_elsewhere_opens_nothing_here(client, give):
    headers = bearer(give(["events:write"]))

    answer = client.get(f"{API}/me", headers=headers)

    assert (answer.status_code, answer.json["code"]) == (403, "scope_missing")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/me/tokens"),
        ("POST", "/me/tokens"),
        ("GET", "/me/sessions"),
        ("POST", "/me/sign-out-everywhere"),
        ("POST", "/sign-in/renew"),
        ("POST", "/sign-out"),
    ],
)
def test_a_token_makes_no_token_and_touches_no_session(client, give, method, path):
    headers, body = bearer(give()), {} if method == "POST" else None

    answer = client.open(f"{API}{path}", method=method, json=body, headers=headers)

    assert (answer.status_code, answer.json["code"]) == (403, "personal_token_refused")


def test_a_deleted_token_is_refused_from_then_on(client, give, sign_in):
    made = give()

    gone = client.delete(f"{API}/me/tokens/{made.json['id']}", headers=sign_in())

    assert gone.status_code == 204
    refused = client.get(f"{API}/me", headers=bearer(made))
    assert refused.status_code == 401
    assert "personal token was deleted" in refused.json["detail"]
    assert client.get(f"{API}/me/tokens", headers=sign_in()).json["items"] == []


def test_nobody_else_sees_or_deletes_it(client, database, give, sign_in):
    with database.writing() as session:
        an_account(session, "wu@two.example", "Wu")
    made, other = give(), sign_in("wu@two.example")

    gone = client.delete(f"{API}/me/tokens/{made.json['id']}", headers=other)

    assert gone.status_code == 404
    assert client.get(f"{API}/me/tokens", headers=other).json["items"] == []
    assert client.get(f"{API}/me", headers=bearer(made)).status_code == 200


def test_a_grant_that_is_taken_is_taken_from_the_token_too(client, database, give, person):
    with database.writing() as session:
        one, other = an_organisation(session, "One"), an_organisation(session, "Other")
        taken = a_grant(session, person, Role.FOCAL_POINT, one)
        a_grant(session, person, Role.FOCAL_POINT, other)
    headers = bearer(give())
    with database.writing() as session:
        revoke_grant(session, session.get_one(RoleGrant, taken.id), actor="test", now=NOW)

    answers = [
        client.patch(f"{API}/organisations/{each.id}", json={"sector": "x"}, headers=headers)
        for each in (one, other)
    ]

    assert [answer.status_code for answer in answers] == [403, 200]


def test_a_grant_that_ends_is_over_in_the_token_too(client, database, give, person, clock):
    with database.writing() as session:
        place = an_organisation(session)
        a_grant(session, person, Role.FOCAL_POINT, place, expires_at=NOW + timedelta(days=2))
    headers, path = bearer(give()), f"{API}/organisations/{place.id}"

    assert client.patch(path, json={"sector": "x"}, headers=headers).status_code == 200
    clock.forward(days=2)
    assert client.patch(path, json={"sector": "y"}, headers=headers).status_code == 403


def test_a_grant_that_comes_later_is_for_a_new_token(client, database, give, person):
    headers = bearer(give())
    with database.writing() as session:
        a_grant(session, person, Role.OPERATOR)

    answer = client.post(f"{API}/organisations", json={}, headers=headers)

    assert answer.status_code == 403


def test_who_signs_out_everywhere_ends_sessions_and_tokens(client, give, sign_in):
    made, other, headers = give(), sign_in(), sign_in()

    answer = client.post(f"{API}/me/sign-out-everywhere", json={}, headers=headers)

    assert answer.status_code == 200
    for each in (bearer(made), other, headers):
        assert client.get(f"{API}/me", headers=each).status_code == 401


def test_its_last_use_is_noted_now_and_then(client, database, give, clock):
    made = give()
    at = clock.forward(hours=1)

    for _ in range(3):
        client.get(f"{API}/me", headers=bearer(made))
        clock.forward(seconds=1)

    with database.reading() as session:
        found = session.query(PersonalToken).one()
    assert (str(found.id), found.used_at) == (made.json["id"], at)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"scopes": []}, "/scopes"),
        ({"scopes": ["everything"]}, "/scopes/0"),
        ({"name": ""}, "/name"),
        ({"name": "a\nb"}, "/name"),
        ({"expires_at": rfc3339(NOW)}, "/expires_at"),
        ({"expires_at": rfc3339(NOW + timedelta(days=367))}, "/expires_at"),
        ({"person_id": "x"}, "/person_id"),
    ],
    ids=str,
)
def test_what_is_wrong_in_a_wish_is_pointed_at(give, change, pointer):
    answer = give(**change)

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == pointer


def test_nobody_has_more_than_fifty(give, sign_in):
    headers = sign_in()
    answers = [give(headers=headers).status_code for _ in range(51)]

    assert answers[-2:] == [201, 409]


def test_sessions_say_where_one_is_signed_in_and_end_one_by_one(client, person, sign_in):
    phone = sign_in(headers={"User-Agent": "A phone"}, environ_base={"REMOTE_ADDR": "192.0.2.9"})
    here = sign_in()

    listed = client.get(f"{API}/me/sessions", headers=here).json["items"]

    assert [(each["agent"], each["is_this_one"]) for each in listed][1] == ("A phone", False)
    assert listed[1]["address"] == "192.0.2.9"
    gone = client.delete(f"{API}/me/sessions/{listed[1]['id']}", headers=here)
    assert gone.status_code == 204
    assert client.get(f"{API}/me", headers=phone).status_code == 401
    assert client.get(f"{API}/me", headers=here).status_code == 200


def test_nobody_ends_another_s_session(client, database, person, sign_in):
    with database.writing() as session:
        an_account(session, "wu@two.example", "Wu")
    theirs = sign_in("wu@two.example")
    listed = client.get(f"{API}/me/sessions", headers=theirs).json["items"]

    answer = client.delete(f"{API}/me/sessions/{listed[0]['id']}", headers=sign_in())

    assert answer.status_code == 404
    assert client.get(f"{API}/me", headers=theirs).status_code == 200


def test_a_new_password_ends_the_tokens_of_whoever_had_the_old_one(
    client, database, give, settings
):
    made = give()
    with database.writing() as session:
        ask_password_reset(session, "mei@one.example", settings=settings, now=NOW)
        token = told(session)[-1].link.rpartition("/")[2]
        reset_password(session, token, hash_password(PASSWORD), settings=settings, now=NOW)

    assert client.get(f"{API}/me", headers=bearer(made)).status_code == 401
