"""A slow network, two tabs, a way back, a session that ended: nothing lost, nothing twice."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_main_job import a_new_workshop, register
from tests.support.running_embedded import DEMO_PASSWORD

pytestmark = pytest.mark.browser
SLOW = {
    "offline": False,
    "latency": 800,
    "downloadThroughput": 8_000,
    "uploadThroughput": 8_000,
}


@pytest.fixture
def workshop(person):
    """Make a workshop by the organizer's page; answers the page and the workshop's id."""

    def make(title, seats=20):
        page = person("organizer@demo.example")
        return page, a_new_workshop(page, title, seats=seats)

    return make


def slowed(page):
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW)
    return page


def test_over_a_slow_network_an_impatient_guest_has_one_seat(person, workshop, plenary, keep):
    organizer, workshop_id = workshop("By a slow line")
    guest = slowed(person(on_phone=True, scripts=True))
    guest.goto(f"/events/workshops/{workshop_id}")
    guest.locator("#f-name").fill("Ida Slow")
    guest.locator("#f-email").fill("ida.slow@guests.example")
    button = guest.locator("main form button").last

    button.dblclick()
    expect(guest.locator("main")).to_contain_text("Ida Slow, you have a seat.", timeout=30_000)
    keep(guest, "registered-over-a-slow-network")

    plenary.await_mail("ida.slow@guests.example", "seat")
    organizer.goto(f"/events/manage/{workshop_id}/people")
    expect(organizer.get_by_text("ida.slow@guests.example")).to_have_count(1)


def test_what_another_tab_saved_is_not_lost_unseen(workshop, keep):
    first, workshop_id = workshop("In two tabs")
    second = first.context.new_page()
    for page in (first, second):
        page.goto(f"/events/manage/{workshop_id}/edit")
    first.get_by_label("Title in English").fill("From the first tab")
    first.get_by_role("button", name="Save").first.click()
    expect(first.get_by_role("status")).to_contain_text("Saved")
    second.get_by_label("Title in English").fill("From the second tab")

    second.get_by_role("button", name="Save").first.click()

    expect(second.get_by_role("alert")).to_contain_text("Somebody changed this")
    expect(second.get_by_label("Title in English")).to_have_value("From the second tab")
    keep(second, "changed-in-another-tab")
    first.reload()
    expect(first.get_by_role("heading", level=1)).to_contain_text("From the first tab")
    second.get_by_role("button", name="Save").first.click()
    expect(second.get_by_role("status")).to_contain_text("Saved")


def test_the_way_back_and_sending_again_is_no_second_registration(person, workshop):
    organizer, workshop_id = workshop("There and back")
    guest = person()
    register(guest, workshop_id, "Bo Back", "bo.back@guests.example")
    expect(guest.locator("main")).to_contain_text("you have a seat")

    guest.go_back()
    register(guest, workshop_id, "Bo Back", "bo.back@guests.example")

    expect(guest.locator("main")).to_contain_text("You are registered already")
    organizer.goto(f"/events/manage/{workshop_id}/people")
    expect(organizer.get_by_text("bo.back@guests.example")).to_have_count(1)


def test_a_form_sent_after_the_session_ended_waits_until_one_has_signed_in(workshop, keep):
    page, workshop_id = workshop("After the end")
    page.goto(f"/events/manage/{workshop_id}/edit")
    page.get_by_label("Title in English").fill("Typed before the end")
    other = page.context.new_page()
    other.goto("/members/sign-out")
    other.locator("main").get_by_role("button", name="Sign out").click()

    page.get_by_role("button", name="Save").first.click()

    expect(page.locator("main")).to_contain_text("what you typed is kept")
    keep(page, "session-ended-while-writing")
    other.goto("/members/sign-in")
    other.fill("input[name=email]", "organizer@demo.example")
    other.fill("input[name=password]", DEMO_PASSWORD)
    other.locator("main form button").first.click()
    other.wait_for_url("**/events/start")
    page.get_by_role("button", name="Send it again").click()
    expect(page.get_by_role("status")).to_contain_text("Saved")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Typed before the end")
