"""The site as a whole: short ways, light pages, the keyboard alone, one page for each role."""

import gzip
import re

import pytest
from playwright.sync_api import expect

from shared.web.settings import static_folder

pytestmark = pytest.mark.browser
MOST_BYTES = 36 * 1024
STYLESHEET_BYTES = len(gzip.compress((static_folder() / "plenary.css").read_bytes()))
BYTES = """[...performance.getEntriesByType("navigation"),
    ...performance.getEntriesByType("resource")]
    .reduce((sum, each) => sum + each.encodedBodySize, 0)"""
FOCAL = "focal.teema@demo.example"
PAGES = [
    (None, "/"),
    (None, "/events/workshops?view=month"),
    ("organizer@demo.example", "/events/start"),
    ("organizer@demo.example", "/events/manage/{workshop}"),
    ("organizer@demo.example", "/events/manage/{workshop}/programme"),
    (FOCAL, "/members/organisations"),
]


def a_workshop_to_come(page):
    page.goto("/events/workshops")
    return page.locator("ul.cards h2 a").last.get_attribute("href").rpartition("/")[2]


def test_a_person_of_several_roles_switches_without_signing_out(person, keep):
    page = person("focal.korea@demo.example", scripts=True)
    expect(page.get_by_role("heading", name="First steps")).to_be_visible()
    expect(page.locator("main")).to_contain_text("seats have nobody yet")
    keep(page, "start-association")

    page.get_by_role("link", name="For myself").click()

    expect(page.get_by_role("heading", name="What I must do")).to_be_visible()


def test_without_scripts_what_others_draw_is_a_link_to_their_page(person):
    page = person("organizer@demo.example")

    page.get_by_role("link", name="Who was not told, and why").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Deliveries")


def test_several_delegates_are_nominated_with_a_tick_each_and_one_click(person, keep):
    page = person("focal.peru@demo.example")
    page.get_by_role("link", name="Nominate", exact=True).first.click()
    ticks = page.locator("input[name=person_id]")
    count = min(ticks.count(), 4)
    for number in range(count):
        ticks.nth(number).check()
    page.get_by_role("button", name="Nominate the chosen").click()

    expect(page.get_by_role("status")).to_contain_text("asked by mail")
    expect(page.locator("table tbody tr")).to_have_count(count)
    keep(page, "nominated-by-ticks")


def test_a_guest_registers_by_the_keyboard_alone(person):
    page = person(on_phone=True)
    page.goto(f"/events/workshops/{a_workshop_to_come(page)}")
    page.locator(".sticky-act a").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "f-name"
    page.keyboard.type("Keyboard Kay")
    page.keyboard.press("Tab")
    page.keyboard.type("kay@keys.example")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "locale"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.type") == "file"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Register"
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_contain_text("Keyboard Kay, you")


def test_every_main_page_is_light(person):
    heavy = {}
    for who in sorted({who or "" for who, _ in PAGES}):
        page = person(who or None, scripts=True)
        workshop = a_workshop_to_come(page)
        devtools = page.context.new_cdp_session(page)
        devtools.send("Network.enable")
        devtools.send("Network.setCacheDisabled", {"cacheDisabled": True})
        for path in [path for name, path in PAGES if (name or "") == who]:
            page.goto(path.format(workshop=workshop), wait_until="networkidle")
            size = page.evaluate(BYTES)
            assert size >= STYLESHEET_BYTES
            if size > MOST_BYTES:
                heavy[path] = size

    assert heavy == {}


def test_stopping_a_workshop_asks_first_and_escape_leaves_all_as_it_was(person, keep):
    page = person("organizer@demo.example")
    page.goto(f"/events/manage/{a_workshop_to_come(page)}")
    page.get_by_role("button", name="Postpone or cancel").click()
    expect(page.get_by_role("button", name="Cancel the workshop")).to_be_visible()
    keep(page, "workspace-dialog")

    page.keyboard.press("Escape")

    expect(page.get_by_role("button", name="Cancel the workshop")).to_be_hidden()


def test_the_number_of_unread_messages_comes_and_goes_by_itself(person, keep):
    attendee = person("attendee@demo.example", scripts=True)
    number = attendee.locator("[data-unread] b")
    attendee.goto("/notifications/inbox")
    if attendee.get_by_role("button", name="Mark all as read").count():
        attendee.get_by_role("button", name="Mark all as read").click()
    expect(number).to_be_hidden()

    elsewhere = person("attendee@demo.example")
    elsewhere.goto(f"/events/workshops/{a_workshop_to_come(elsewhere)}")
    elsewhere.locator("main form button").last.click()
    expect(elsewhere.locator("main")).to_contain_text("you have a seat")
    # The reader comes back to the page, which was left open.
    for _ in range(40):
        attendee.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        attendee.wait_for_timeout(500)
        if number.is_visible():
            break

    expect(number).to_have_text("1")
    keep(attendee, "inbox-count")


def test_on_a_phone_the_room_that_one_is_in_is_in_sight(person):
    page = person("organizer@demo.example", on_phone=True, scripts=True)
    workshop = a_workshop_to_come(page)

    page.goto(f"/events/manage/{workshop}/report")

    expect(page.locator(".tabs [aria-current]")).to_be_in_viewport(ratio=1)
    expect(page.locator("header.site nav [aria-current]")).to_be_in_viewport(ratio=1)


def test_with_scripts_each_fault_says_its_field_and_chinese_headings_break_between_words(person):
    page = person(language="zh-Hant", on_phone=True, scripts=True)
    page.goto("/members/password-reset")
    page.locator("#f-email").fill("mei@reset")
    page.locator("main form button").first.click()

    expect(page.locator("#faults a")).to_have_text(re.compile("^電子郵件："))
    page.goto("/events/workshops")
    heading = page.get_by_role("heading", name="APEC 綠色人才解決方案後續工作坊")
    assert "綠色<wbr>人才<wbr>解決" in heading.inner_html()
