"""A form of questions: written by the organizer, answered by a guest, changed after the end."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_main_job import a_new_workshop

pytestmark = pytest.mark.browser


def ask(page, label, kind, *, options=(), is_required=False, after=None):
    page.get_by_label("Question in English").fill(label)
    page.get_by_label("Kind").select_option(label=kind)
    for number, words in enumerate(options, 1):
        for language, word in zip(("English", "Traditional Chinese"), words, strict=False):
            page.get_by_label(f"Option {number}, {language}").fill(word)
    if is_required:
        page.get_by_label("An answer is needed").check()
    if after:
        page.get_by_role("group", name=after[0]).get_by_label(after[1]).check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved.")


def test_an_organizer_asks_and_a_guest_answers_and_a_late_change_is_approved(person, keep):
    organizer, guest = person("organizer@demo.example"), person(on_phone=True)
    workshop_id = a_new_workshop(organizer, "Questions by browser", seats=5)
    organizer.goto(f"/events/manage/{workshop_id}/form")
    meals = [("Any", "都可以"), ("Vegan", "純素"), ("Something else", "其他")]
    ask(organizer, "What do you eat?", "One of several", options=meals, is_required=True)
    ask(organizer, "What is it?", "One line of text", after=("What do you eat?", "Something else"))
    ask(organizer, "Which days?", "Any of several", options=[("Monday",), ("Tuesday",)])
    keep(organizer, "form-editor")

    guest.goto(f"/events/workshops/{workshop_id}")
    guest.locator("#f-name").fill("Quinn")
    guest.locator("#f-email").fill("quinn@forms.example")
    guest.get_by_label("What do you eat?").select_option(label="Vegan")
    guest.get_by_label("Tuesday").check()
    keep(guest, "register-with-questions-phone")
    guest.locator("main form button").last.click()
    expect(guest.locator("main")).to_contain_text("Quinn, you have a seat.")

    organizer.goto(f"/events/manage/{workshop_id}")
    organizer.get_by_role("button", name="Close registration").click()
    guest.reload()
    guest.get_by_text("Change my details").click()
    guest.get_by_label("What do you eat?").select_option(label="Any")
    guest.get_by_role("button", name="Save").click()
    expect(guest.locator("main")).to_contain_text("Your change waits for the organizer.")

    organizer.reload()
    expect(organizer.locator("main")).to_contain_text("What do you eat?: Vegan → Any")
    keep(organizer, "workspace-changes")
    organizer.get_by_role("button", name="Approve").click()
    guest.reload()
    guest.get_by_text("Change my details").click()
    expect(guest.get_by_label("What do you eat?")).to_have_value("any")


def test_a_guest_sends_a_file_which_outlives_a_fault_and_the_organizer_reads(person, keep):
    organizer, guest = person("organizer@demo.example"), person(on_phone=True)
    workshop_id = a_new_workshop(organizer, "Files by browser", seats=5)
    organizer.goto(f"/events/manage/{workshop_id}/form")
    organizer.get_by_label("Kind").select_option(label="A file")
    organizer.get_by_label("PDF").check()
    ask(organizer, "Your passport", "A file", is_required=True)

    guest.goto(f"/events/workshops/{workshop_id}")
    guest.locator("#f-name").fill("Petra")
    guest.locator("#f-email").fill("petra@forms")
    passport = {"name": "passport.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 me"}
    guest.get_by_label("Your passport").set_input_files(passport)
    guest.locator("main form button").last.click()
    expect(guest.locator("main")).to_contain_text("Kept: passport.pdf")
    keep(guest, "register-with-file-phone")
    guest.locator("#f-email").fill("petra@forms.example")
    guest.locator("main form button").last.click()
    expect(guest.locator("main")).to_contain_text("Petra, you have a seat.")
    with guest.expect_download() as download:
        guest.get_by_role("link", name="passport.pdf").click()
    assert download.value.path().read_bytes() == b"%PDF-1.7 me"

    organizer.goto(f"/events/manage/{workshop_id}/people")
    organizer.get_by_label("Name or address").fill("nobody")
    organizer.get_by_role("button", name="Show").click()
    expect(organizer.locator("main")).to_contain_text("Nothing fits.")
    organizer.get_by_label("Name or address").fill("@forms.example")
    organizer.get_by_role("button", name="Show").click()
    keep(organizer, "people-found")
    organizer.get_by_role("link", name="Petra").click()
    keep(organizer, "answers-of-one")
    with organizer.expect_download() as download:
        organizer.get_by_role("link", name="passport.pdf").click()
    assert download.value.path().read_bytes() == b"%PDF-1.7 me"


def test_what_is_missing_is_said_beside_its_question(person):
    organizer, guest = person("organizer@demo.example"), person(language="zh-Hant", on_phone=True)
    workshop_id = a_new_workshop(organizer, "Questions with faults", seats=5)
    organizer.goto(f"/events/manage/{workshop_id}/form")
    ask(organizer, "Age", "A number")

    guest.goto(f"/events/workshops/{workshop_id}")
    guest.locator("#f-name").fill("Rae")
    guest.locator("#f-email").fill("rae@forms.example")
    guest.locator("#f-answers-Age, #f-answers-age").evaluate("each => each.type = 'text'")
    guest.locator("#f-answers-age").fill("old")
    guest.locator("main form button").last.click()
    expect(guest.locator("#f-answers-age-fault")).to_have_text("請輸入數字。")
    expect(guest.locator("#f-name")).to_have_value("Rae")
