"""A speaker's photo, from the organizer's page to the public one."""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.test_main_job import a_new_workshop

pytestmark = pytest.mark.browser


def a_photo():
    written = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").resize((900, 600)).save(written, "JPEG")
    return {"name": "ada.jpg", "mimeType": "image/jpeg", "buffer": written.getvalue()}


def test_an_organizer_sets_a_photo_and_everyone_sees_it_without_a_jump(person, keep):
    organizer, guest = person("organizer@demo.example"), person(on_phone=True)
    workshop_id = a_new_workshop(organizer, "Photos by browser", seats=5)
    organizer.goto(f"/events/manage/{workshop_id}/add-session")
    organizer.get_by_label("Title in English").fill("Opening")
    organizer.locator("#f-ends_at").fill(
        organizer.locator("#f-ends_at").input_value()[:11] + "12:00"
    )
    organizer.locator("main form button").last.click()
    organizer.goto(f"/events/manage/{workshop_id}/add-speaker")
    organizer.get_by_label("Name, romanised").fill("Ada Lovelace")
    organizer.get_by_label("Topic in English").fill("Looms")
    organizer.get_by_label("Speaks in the session").select_option(label="Opening")
    organizer.locator("main form button").last.click()
    organizer.get_by_role("row", name="Ada Lovelace").get_by_role("link", name="Edit").click()

    wrong = {"name": "ada.jpg", "mimeType": "image/jpeg", "buffer": b"<svg/>"}
    organizer.locator("#f-file").set_input_files(wrong)
    organizer.get_by_role("button", name="Keep the photo").click()
    expect(organizer.get_by_role("alert")).to_be_visible()
    expect(organizer.get_by_label("Name, romanised")).to_have_value("Ada Lovelace")
    organizer.locator("#f-file").set_input_files(a_photo())
    organizer.get_by_role("button", name="Keep the photo").click()
    expect(organizer.get_by_role("img", name="Portrait of Ada Lovelace")).to_be_visible()
    keep(organizer, "speaker-photo")

    guest.goto(f"/events/workshops/{workshop_id}")
    shown = guest.get_by_role("img", name="Portrait of Ada Lovelace")
    shown.scroll_into_view_if_needed()
    expect(shown).to_have_js_property("complete", True)
    assert shown.evaluate("each => each.naturalWidth") == 256
    assert shown.bounding_box()["width"] == shown.bounding_box()["height"] == 44
    keep(guest, "workshop-photo-phone")
    guest.goto(f"/events/workshops/{workshop_id}/agenda")
    expect(guest.get_by_role("img", name="Portrait of Ada Lovelace")).to_be_visible()

    organizer.get_by_role("button", name="Remove the photo").click()
    expect(organizer.get_by_role("img", name="Portrait of Ada Lovelace")).to_have_count(0)
