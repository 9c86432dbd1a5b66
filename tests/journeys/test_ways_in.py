"""Tokens, invitations and second steps, through all three services."""

import time

import pyotp

from tests.support.alliance import EVENTS, MEMBERS, NOTIFICATIONS, PASSWORD, Alliance, link_of
from tests.support.running import Running, eventually

OWN = (f"{MEMBERS}/me", f"{EVENTS}/workshops", f"{NOTIFICATIONS}/inbox")
NAMES = [{"kind": "romanised", "given": "Ida", "family": "Bo", "order": "given_first"}]


def test_a_token_is_good_everywhere_at_once_and_ends_everywhere(
    plenary: Running, alliance: Alliance
) -> None:
    scopes = ["members:read", "events:read", "notifications:read"]
    wanted = {"name": "a program", "scopes": scopes}
    made = alliance.post(f"{MEMBERS}/me/tokens", wanted, by=alliance.organizer)
    by = {"Authorization": f"Bearer {made['token']}"}

    def statuses() -> list[int]:
        return [plenary.api.get(path, headers=by).status_code for path in OWN]

    assert statuses() == [200, 200, 200]
    path = f"{MEMBERS}/me/tokens/{made['id']}"
    alliance.ask("DELETE", path, by=alliance.organizer)
    assert eventually(lambda: statuses() == [401, 401, 401])


def test_whoever_is_invited_comes_in_with_what_was_given(
    plenary: Running, alliance: Alliance
) -> None:
    wanted = {
        "email": "ida.bo@people.example",
        "organisation_id": alliance.ids["a"],
        "role": "reader",
    }
    alliance.post(f"{MEMBERS}/invitations", wanted, by=alliance.focal_a)
    mail = plenary.await_mail("ida.bo@people.example", "invites you")

    body = {"token": link_of(mail).rpartition("/")[2], "names": NAMES, "password": PASSWORD}
    signed_in = alliance.post(f"{MEMBERS}/invitations/accept", body)

    by = {"Authorization": f"Bearer {signed_in['access_token']}"}
    grants = alliance.get(f"{MEMBERS}/me", by=by)["grants"]
    assert [(each["role"], each["organisation_id"]) for each in grants] == [
        ("reader", alliance.ids["a"])
    ]


def test_a_second_step_is_asked_for_and_its_owner_is_told_by_mail(
    plenary: Running, alliance: Alliance
) -> None:
    email = "kim.second@people.example"
    by = plenary.make_operator(email, "Kim Second", PASSWORD)
    path = f"{MEMBERS}/me/second-factor"
    secret = alliance.post(path, by=by)["secret"]
    code = {"code": pyotp.TOTP(secret).at(time.time())}
    codes = alliance.post(f"{path}/confirm", code, by=by)["recovery_codes"]

    half = {"email": email, "password": PASSWORD}
    refused = alliance.post(f"{MEMBERS}/sign-in", half, status=401)
    whole = alliance.post(f"{MEMBERS}/sign-in", half | {"code": codes[0]})

    assert refused["code"] == "second_factor_required"
    assert whole["person"]["id"]
    mail = plenary.await_mail(email, "has changed")
    assert "the second step was turned on" in mail.text
