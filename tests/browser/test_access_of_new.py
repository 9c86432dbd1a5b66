"""Calls, groups, answers with files, photos, addresses: their pages without an accessibility fault.

Those that show what somebody did first; test_access.py has the pages that stand by themselves.
"""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.test_access import twin_of
from tests.browser.test_main_job import a_new_workshop

pytestmark = pytest.mark.browser
LOOKS = [(False, False, "en"), (True, True, "zh-Hant")]
SAVE = "main form button:not([type=button])"
PDF = {"name": "passport.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 me"}


@pytest.fixture
def look(person, keep):
    """look(who, is_dark, on_phone, language) → page, and check(name): what is wrong with it."""

    def look(who, is_dark, on_phone, language):
        page = person(who, is_dark=is_dark, on_phone=on_phone, language=language, scripts=True)

        def check(name):
            keep(page, f"{name}-{'dark' if is_dark else 'light'}-{language}")
            found = Axe().run(page)
            assert not found.violations_count, f"{name}: {found.generate_report()}"
            wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert wider <= 0, f"{name} is {wider} px wider than the screen"

        return page, check

    return look


def fill_submission(page, title):
    page.locator("#f-title").fill(title)
    page.locator("#f-abstract").fill("How *portals* help.")
    for name in ("topic", "kind"):
        page.locator(f"#f-{name}").select_option(index=1)
    page.locator("#f-name").fill("Cleo Cruz")
    page.locator("#f-email").fill("cleo@looks.example")


@pytest.mark.parametrize(("is_dark", "on_phone", "language"), LOOKS)
def test_no_page_of_a_call_has_an_accessibility_fault(look, is_dark, on_phone, language):
    guest, check = look(None, is_dark, on_phone, language)
    workshop = twin_of(guest)
    guest.goto(f"/events/workshops/{workshop}/call")
    check("call")
    fill_submission(guest, f"Looks {language}")
    guest.locator("#f-email").fill("cleo@looks")
    guest.locator(SAVE).last.click()
    check("call-faulty")
    guest.locator("#f-email").fill("cleo@looks.example")
    guest.locator(SAVE).last.click()
    guest.wait_for_url(re.compile("/events/submissions/link_s_"))
    guest.locator("main details summary").first.click()
    check("submission")

    organizer, check = look("organizer@demo.example", is_dark, on_phone, language)
    organizer.goto("/events/reviewing")
    check("reviewing")
    organizer.locator("main table a.button").first.click()
    check("review")
    organizer.goto(f"/events/manage/{workshop}/call")
    organizer.locator("main details summary").first.click()
    check("call-ranking")
    organizer.locator("main table a").first.click()
    check("submission-managed")


@pytest.mark.parametrize(("is_dark", "on_phone", "language"), LOOKS)
def test_no_page_of_groups_and_files_has_an_accessibility_fault(
    look, person, is_dark, on_phone, language
):
    organizer, check_organizer = look("organizer@demo.example", is_dark, on_phone, language)
    english = person("organizer@demo.example")
    workshop = a_new_workshop(english, f"Looks in {language}", seats=5)
    organizer.goto(f"/events/manage/{workshop}/groups")
    check_organizer("groups-none")
    organizer.goto(f"/events/manage/{workshop}/form")
    organizer.locator("[name='labels.en'], #f-labels-en").first.fill("Your passport")
    organizer.locator("#f-kind").select_option("file")
    check_organizer("form-editor-file")
    organizer.locator("[name='accepts.pdf']").check()
    organizer.locator(SAVE).last.click()

    guest, check = look(None, is_dark, on_phone, language)
    guest.goto(f"/events/workshops/{workshop}/register-group")
    guest.locator("#f-people").fill("Gus Gil\nHal Hu, hal@looks.example")
    guest.locator("#f-name").fill("Office")
    guest.locator("#f-email").fill("office@looks.example")
    check("register-group")
    guest.locator(SAVE).last.click()
    guest.wait_for_url(re.compile("/events/groups/"))
    check("group")
    guest.goto(f"/events/workshops/{workshop}")
    guest.locator("#f-name").fill("Petra")
    guest.locator("#f-email").fill("petra@looks.example")
    guest.locator("main input[type=file]").set_input_files(PDF)
    check("register-with-file")
    guest.locator(SAVE).last.click()
    check("registered-with-file")

    organizer.goto(f"/events/manage/{workshop}/groups")
    check_organizer("groups")
    organizer.locator("main table a").first.click()
    check_organizer("group-managed")
    organizer.goto(f"/events/manage/{workshop}/people")
    organizer.get_by_role("link", name="Petra").click()
    check_organizer("answers-of-one")


@pytest.mark.parametrize(("is_dark", "on_phone", "language"), LOOKS)
def test_what_was_typed_while_signed_out_is_kept_without_an_accessibility_fault(
    look, is_dark, on_phone, language
):
    page, check = look("attendee@demo.example", is_dark, on_phone, language)
    page.goto("/members/me")
    page.context.clear_cookies(name=re.compile("^(?!.*(language|csrf)).*$"))
    page.locator(SAVE).first.click()
    check("kept-form")


@pytest.mark.parametrize(("is_dark", "on_phone", "language"), LOOKS)
def test_addresses_have_no_accessibility_fault(look, is_dark, on_phone, language):
    page, check = look("attendee@demo.example", is_dark, on_phone, language)
    for name in ("addresses", "preferences", "inbox"):
        page.goto(f"/notifications/{name}")
        check(name)
    page.goto("/notifications/addresses?kind=ntfy")
    check("address-chat")
    page.goto("/members/profiles")
    check("profiles")


@pytest.mark.parametrize(("is_dark", "on_phone", "language"), LOOKS)
def test_my_registrations_stand_below_a_heading(look, person, is_dark, on_phone, language):
    """Their cards came as third headings right below the first."""
    page, check = look("attendee@demo.example", is_dark, on_phone, language)
    organizer = person("organizer@demo.example")
    workshop = a_new_workshop(organizer, f"Mine in {language}", seats=5)
    page.goto(f"/events/workshops/{workshop}")
    page.locator(SAVE).last.click()
    page.goto("/events/mine")
    assert f"Mine in {language}" in page.locator("main").inner_text()
    check("mine")
