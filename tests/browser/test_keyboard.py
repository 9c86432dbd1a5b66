"""The main jobs by the keyboard alone: focus is seen, and after a fault it is on the summary."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_addresses import await_post
from tests.browser.test_calls import add_session, write_call
from tests.browser.test_main_job import WHEN, a_new_workshop
from tests.notifications.receiver import receiving

pytestmark = pytest.mark.browser
MOST_TABS = 80
# What has the focus, how it is called, and whether its reader sees that.
FOCUS = """() => {
  const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
  const label = at.labels && at.labels[0] ? at.labels[0].textContent : at.textContent;
  return {
    id: at.id,
    name: (at.getAttribute("aria-label") || label).replace(/\\s+/g, " ").trim(),
    isOutlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    isOnScreen: box.width > 0 && box.bottom > 0 && box.top < innerHeight,
  };
}"""


class Keyboard:
    """A page whose reader has no mouse. Every stop must be seen."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def tab(self, key: str = "Tab") -> dict[str, str]:
        """The next stop; the browser's own stops between two rounds of the page are passed over."""
        self.page.keyboard.press(key)
        at: dict[str, str] = self.page.evaluate(FOCUS)
        if self.page.evaluate("document.activeElement !== document.body"):
            assert at["isOutlined"], at
            assert at["isOnScreen"], at
        return at

    def reach(self, *, name: str = "", field: str = "") -> None:
        """Tab to the stop whose name begins so, or that has the id."""
        for _ in range(MOST_TABS):
            at = self.tab()
            if (field and at["id"] == field) or (name and at["name"].startswith(name)):
                return
        raise AssertionError(f"{name or field} can not be reached by the keyboard")

    def press(self, **stop: str) -> None:
        """Follow the link, or push the button, and wait for the next page."""
        self.reach(**stop)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def write(self, text: str, **stop: str) -> None:
        """In place of what the field has."""
        self.reach(**stop)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.press("Delete")
        self.page.keyboard.type(text)

    def expect_faults(self) -> str:
        """The summary has the focus, and its first link leads to the field. Its words."""
        # The browser focuses it when it draws the page, which a busy machine does later.
        self.page.wait_for_function("document.activeElement.id === 'faults'")
        at = self.page.evaluate(FOCUS)
        assert at["isOnScreen"]
        words = str(at["name"])
        self.tab()
        self.page.keyboard.press("Enter")
        assert self.page.evaluate("document.activeElement.matches('[aria-invalid=true]')")
        return words


@pytest.fixture
def keyboard(person):
    """A keyboard at somebody's first page: keyboard("organizer@demo.example")."""
    return lambda email=None: Keyboard(person(email))


def test_a_guest_submits_a_contribution(person, keyboard):
    organizer, guest = person("organizer@demo.example"), keyboard()
    workshop_id = a_new_workshop(organizer, "Call by keyboard", seats=5)
    add_session(organizer, workshop_id)
    write_call(organizer, workshop_id)
    guest.page.goto(f"/events/workshops/{workshop_id}")

    guest.press(name="Call for contributions")
    guest.write("Wind by hand", field="f-title")
    guest.write("What we learned.", field="f-abstract")
    guest.write("Kim Keys", field="f-name")
    guest.write("kim@keys", field="f-email")
    guest.press(name="Submit it")
    words = guest.expect_faults()
    guest.page.keyboard.press("Control+A")
    guest.page.keyboard.type("kim@keys.example")
    guest.press(name="Submit it")

    assert words.startswith("Some fields need another value.")
    expect(guest.page.get_by_role("heading", level=1)).to_contain_text("Wind by hand")
    expect(guest.page.locator("main")).to_contain_text("awaiting a decision")


def test_a_focal_point_names_somebody(keyboard):
    focal = keyboard("focal.korea@demo.example")

    focal.press(name="Our delegation")
    focal.press(name="The ROPES II")
    focal.reach(name="Somebody else, or in another role")
    focal.page.keyboard.press("Enter")
    focal.write("Kit Keys", field="f-name")
    focal.write("kit@keys", field="f-email")
    focal.press(name="Nominate")
    focal.expect_faults()
    focal.page.keyboard.press("Control+A")
    focal.page.keyboard.type("kit@keys.example")
    focal.press(name="Nominate")

    expect(focal.page.locator("main table")).to_contain_text("kit@keys.example")


def test_an_organizer_mends_and_publishes_a_draft(person, keyboard):
    setting_up, organizer = person("organizer@demo.example"), keyboard("organizer@demo.example")
    setting_up.goto("/events/manage/new")
    setting_up.get_by_label("Title in English").fill("Draft by keyboard")
    setting_up.get_by_label("Begins").fill(WHEN.strftime("%Y-%m-%dT09:00"))
    setting_up.get_by_label("Ends", exact=True).fill(WHEN.strftime("%Y-%m-%dT17:00"))
    setting_up.get_by_role("button", name="Save", exact=True).click()

    organizer.press(name="Organize")
    organizer.press(name="Draft by keyboard")
    organizer.press(name="Edit")
    organizer.write("", field="f-titles-en")
    organizer.press(name="Save")
    words = organizer.expect_faults()
    organizer.page.keyboard.type("Mended by keyboard")
    organizer.press(name="Save")
    organizer.press(name="Publish")

    assert words == "Some fields need another value. This must be filled in."
    expect(organizer.page.get_by_role("status")).to_contain_text("published")
    expect(organizer.page.get_by_role("heading", level=1)).to_contain_text("Mended by keyboard")


def test_somebody_gives_a_chat_and_chooses_it(keyboard):
    with receiving() as receiver:
        reader = keyboard("focal.tami@demo.example")

        reader.press(name="Inbox")
        reader.press(name="Choose what you are told")
        reader.press(name="A chat, a phone or this browser")
        reader.reach(field="f-kind")
        reader.page.keyboard.type("Gotify")
        reader.press(name="Go on")
        reader.write("no address", field="f-server")
        reader.write("AToken1", field="f-token")
        reader.press(name="Send a code there")
        reader.expect_faults()
        reader.page.keyboard.press("Control+A")
        reader.page.keyboard.type(receiver.url.removesuffix("/hooks"))
        reader.write("AToken1", field="f-token")
        reader.press(name="Send a code there")
        reader.reach(name="The code that came there")
        reader.page.keyboard.type(json.loads(await_post(receiver)[0][1])["message"][:6])
        reader.press(name="Confirm")
        reader.reach(name="News of your associations: Chat")
        box = reader.page.locator('input[name="categories.news.chat"]')
        before = box.is_checked()
        reader.page.keyboard.press("Space")
        reader.press(name="Save")

        expect(box).to_be_checked(checked=not before)
