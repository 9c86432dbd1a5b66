"""The second step by the API."""

import pyotp
import pytest

from services.members.actions.limiting import LIMITS
from services.members.actions.signing_up import ask_sign_in_link
from tests.members.builders import PASSWORD, told

API = "/members/api/v1"
FACTOR = f"{API}/me/second-factor"


@pytest.fixture
def turned_on(client, person, sign_in, clock):
    """The app's secret and the recovery codes of a second step that is on."""
    headers = sign_in()
    made = client.post(FACTOR, headers=headers, json={}).json
    code = pyotp.TOTP(made["secret"]).at(clock.now)
    answer = client.post(f"{FACTOR}/confirm", headers=headers, json={"code": code})
    assert answer.status_code == 200, answer.text
    clock.forward(minutes=2)
    return made["secret"], answer.json["recovery_codes"]


def attempt(client, password=PASSWORD, **more):
    body = {"email": "mei@one.example", "password": password} | more
    return client.post(f"{API}/sign-in", json=body)


def test_the_password_alone_is_answered_with_how_to_go_on(client, turned_on):
    answer = attempt(client)

    assert (answer.status_code, answer.json["code"]) == (401, "second_factor_required")
    assert "`code`" in answer.json["detail"]


def test_password_and_code_sign_in_once(client, turned_on, clock):
    code = pyotp.TOTP(turned_on[0]).at(clock.now)

    first, again = attempt(client, code=code), attempt(client, code=code)

    assert first.status_code == 200
    assert (again.status_code, again.json["code"]) == (422, "wrong_code")


def test_a_recovery_code_signs_in_and_one_fewer_is_left(client, turned_on):
    answer = attempt(client, code=turned_on[1][0])

    headers = {"Authorization": f"Bearer {answer.json['access_token']}"}
    standing = client.get(FACTOR, headers=headers).json
    assert (standing["is_on"], standing["recovery_codes_left"]) == (True, 9)


def test_with_a_wrong_password_nobody_learns_that_there_is_a_second_step(client, turned_on):
    answers = [attempt(client, "wrong"), attempt(client, "wrong", code="123456")]

    assert {answer.json["code"] for answer in answers} == {"wrong_credentials"}


def test_codes_can_t_be_guessed_for_long(client, turned_on, clock):
    answers = [attempt(client, code="000000") for _ in range(LIMITS["second_factor"].pair + 1)]

    assert [each.status_code for each in answers[-2:]] == [422, 429]
    good = pyotp.TOTP(turned_on[0]).at(clock.now)
    assert attempt(client, code=good).status_code == 429


def test_a_mailed_link_asks_for_the_code_too_and_is_not_used_up_before(
    client, turned_on, database, settings, clock
):
    with database.writing() as session:
        ask_sign_in_link(session, "mei@one.example", settings=settings, now=clock.now)
        token = told(session)[-1].link.rpartition("/")[2]
    path = f"{API}/sign-in/link/confirm"

    alone = client.post(path, json={"token": token})
    whole = client.post(path, json={"token": token, "code": turned_on[1][0]})

    assert alone.json["code"] == "second_factor_required"
    assert whole.status_code == 200


def test_only_who_has_a_code_turns_it_off(client, turned_on, clock):
    token = attempt(client, code=turned_on[1][0]).json["access_token"]
    headers = {"Authorization": f"Bearer {token}"}

    wrong = client.post(f"{FACTOR}/remove", headers=headers, json={"code": "000000"})
    right = client.post(f"{FACTOR}/remove", headers=headers, json={"code": turned_on[1][1]})

    assert (wrong.status_code, right.status_code) == (422, 200)
    assert attempt(client).status_code == 200


def test_a_session_that_was_opened_long_ago_sets_nothing_up_and_erases_nobody(
    client, person, sign_in, clock
):
    headers = sign_in()
    for _ in range(8):
        clock.forward(minutes=9)
        token = client.post(f"{API}/sign-in/renew", headers=headers, json={}).json["access_token"]
        headers = {"Authorization": f"Bearer {token}"}

    answer = client.post(FACTOR, headers=headers, json={})
    erased = client.post(f"{API}/people/{person.id}/erase", headers=headers, json={})

    for refused in (answer, erased):
        assert (refused.status_code, refused.json["code"]) == (403, "fresh_sign_in_required")


def test_a_code_is_nothing_for_who_has_no_second_step(client, person):
    assert attempt(client, code="000000").status_code == 200
