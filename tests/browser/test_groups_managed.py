"""A group by the public form, and what its organizer does for it."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_main_job import a_new_workshop

pytestmark = pytest.mark.browser


def test_an_organizer_finds_a_group_changes_its_contact_and_cancels_one(person, plenary, keep):
    organizer, guest = person("organizer@demo.example"), person(on_phone=True)
    workshop_id = a_new_workshop(organizer, "Groups by browser", seats=5)
    guest.goto(f"/events/workshops/{workshop_id}/register-group")
    guest.locator("#f-people").fill("Gus Gil\nHal Hu, hal@groups.example")
    guest.locator("#f-name").fill("Office")
    guest.locator("#f-email").fill("office@groups.example")
    guest.get_by_role("button", name="Register them").click()
    expect(guest.locator("main")).to_contain_text("Gus Gil")

    organizer.goto(f"/events/manage/{workshop_id}/people")
    organizer.get_by_role("link", name="Groups").click()
    expect(organizer.locator("main table")).to_contain_text("office@groups.example")
    keep(organizer, "groups")
    organizer.get_by_role("link", name="Office").click()
    organizer.locator("#f-email").fill("desk@groups.example")
    organizer.locator("#f-reason").fill("The office has moved")
    organizer.get_by_role("button", name="Save").click()
    expect(organizer.locator("main")).to_contain_text("The office has moved")
    assert guest.reload().status == 404
    plenary.await_mail("desk@groups.example", "")

    organizer.get_by_label("Reason to cancel Gus Gil").fill("Not coming")
    organizer.get_by_role("button", name="Cancel Gus Gil").click()
    expect(organizer.get_by_role("status")).to_contain_text("Gus Gil is cancelled.")
    keep(organizer, "group-managed")
