"""The other ways of signing in, as their user goes them."""

import re
import time

import pyotp
import pytest
from playwright.sync_api import expect

from tests.support.running_embedded import DEMO_PASSWORD

pytestmark = pytest.mark.browser
ME = "/members/me"


def by_name(plenary):
    """The site under a name, since browsers keep passkeys for names alone."""
    return plenary.url.replace("127.0.0.1", "localhost")


def with_authenticator(page):
    """The page's browser has a device that unlocks by itself."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return page


def sign_in(page, site, email):
    page.goto(f"{site}/members/sign-in")
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", DEMO_PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_passkey_is_added_and_signs_in_without_a_password(person, plenary, keep):
    site, page = by_name(plenary), with_authenticator(person(scripts=True))
    sign_in(page, site, "organizer@demo.example")
    page.wait_for_url("**/events/start")
    page.goto(f"{site}{ME}/passkeys")
    page.get_by_label("What to call it").fill("My laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("status")).to_contain_text("The passkey is added.")
    keep(page, "passkeys")
    page.goto(f"{site}/members/sign-out")
    page.locator("main form button").first.click()

    page.goto(f"{site}/members/sign-in")
    keep(page, "sign-in-with-passkey")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/events/start")

    page.goto(f"{site}{ME}/passkeys")
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("status")).to_contain_text("removed")


def test_without_a_passkey_the_page_says_so_and_the_password_is_still_there(person, plenary):
    page = with_authenticator(person(scripts=True))
    page.goto(f"{by_name(plenary)}/members/sign-in")

    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.get_by_text("No passkey was used.")).to_be_visible(timeout=70_000)
    expect(page.get_by_label("Password")).to_be_visible()


def test_without_javascript_the_button_is_not_there(person, plenary):
    page = person()
    page.goto(f"{by_name(plenary)}/members/sign-in")

    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()


def test_a_second_step_is_set_up_by_hand_and_asked_for(person, keep):
    page = person("focal.peru@demo.example")
    page.goto(f"{ME}/second-step")
    page.get_by_role("button", name="Set it up").click()
    secret = page.locator("main code").first.text_content().replace(" ", "")
    keep(page, "second-step-set-up")
    page.get_by_label("Code").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Turn the second step on").click()
    codes = page.locator("main li code").all_text_contents()
    keep(page, "second-step-recovery-codes")
    assert len(codes) == 10

    other = person(on_phone=True, is_dark=True)
    sign_in(other, "", "focal.peru@demo.example")
    expect(other.get_by_role("heading", level=1)).to_have_text("The second step")
    keep(other, "second-step-phone-dark")
    other.get_by_label("Code").fill(codes[0])
    other.get_by_role("button", name="Sign in").click()
    other.wait_for_url("**/events/start")

    other.goto(f"{ME}/second-step")
    other.get_by_label("Code").fill(codes[1])
    other.get_by_role("button", name="Turn the second step off").click()
    expect(other.get_by_role("status")).to_contain_text("off")


def test_a_token_is_made_and_works_for_a_program(person, plenary, keep):
    page = person("attendee@demo.example")
    page.goto(f"{ME}/tokens")
    page.get_by_label("What it is for").fill("My calendar")
    page.get_by_label("Workshops and registrations").select_option("read")
    page.get_by_role("button", name="Make the token").click()
    text = page.get_by_label("Token", exact=True).input_value()
    keep(page, "token-shown-once")
    headers = {"Authorization": f"Bearer {text}"}

    assert plenary.api.get("/events/api/v1/workshops", headers=headers).status_code == 200
    page.get_by_role("button", name="Delete").first.click()
    expect(page.get_by_role("status")).to_contain_text("deleted")
    deadline = time.monotonic() + 20
    while plenary.api.get("/events/api/v1/workshops", headers=headers).status_code != 401:
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_somebody_is_invited_by_mail_and_comes_in(person, plenary, keep):
    focal = person("focal.teema@demo.example")
    focal.goto("/members/organisations")
    focal.locator("ul.cards a").first.click()
    focal.get_by_role("link", name="Invite somebody").click()
    focal.get_by_label("Mail address").fill("ada.lo@guests.example")
    focal.get_by_label("Invited to").select_option("reader")
    focal.get_by_role("button", name="Invite", exact=True).click()
    expect(focal.get_by_role("status")).to_contain_text("on its way")
    keep(focal, "invitations")

    mail = plenary.await_mail("ada.lo@guests.example", "invites you")
    guest = person(on_phone=True)
    guest.goto(re.search(r"http\S+/members/invitations/\S+", mail.text)[0])
    keep(guest, "invitation-phone")
    guest.get_by_label("Given name").first.fill("Ada")
    guest.get_by_label("Family name").first.fill("Lo")
    guest.get_by_role("button", name="Accept the invitation").click()

    expect(guest.get_by_role("heading", level=1)).to_have_text("Ada Lo")
    expect(guest.locator("main")).to_contain_text("reader")
