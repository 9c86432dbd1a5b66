"""Every page without an accessibility fault that axe can find, light and dark, on both sizes."""

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser
# who, page; {workshop} is the twin of the APEC workshop, {own} one's own organisation
PAGES = [
    (None, "/events/workshops"),
    (None, "/events/workshops?when=past"),
    (None, "/events/workshops/{workshop}"),
    (None, "/members/sign-in"),
    (None, "/members/sign-in/organisation"),
    (None, "/members/sign-up"),
    (None, "/members/password-reset"),
    (None, "/mailbox"),
    (None, "/no-such-page"),
    ("attendee@demo.example", "/events/mine"),
    ("attendee@demo.example", "/notifications/inbox"),
    ("attendee@demo.example", "/members/me"),
    ("attendee@demo.example", "/members/sign-out"),
    ("attendee@demo.example", "/members/me/tokens"),
    ("attendee@demo.example", "/members/me/second-step"),
    ("attendee@demo.example", "/members/me/passkeys"),
    ("focal.korea@demo.example", "/members/organisations/{own}/invitations"),
    ("focal.korea@demo.example", "/members/organisations/{own}/identity-provider"),
    ("focal.korea@demo.example", "/events/delegation"),
    ("focal.korea@demo.example", "/members/organisations"),
    ("organizer@demo.example", "/events/manage"),
    ("organizer@demo.example", "/events/manage/new"),
    ("organizer@demo.example", "/events/manage/{workshop}"),
    ("organizer@demo.example", "/events/manage/{workshop}/edit"),
    ("organizer@demo.example", "/events/manage/{workshop}/add-session"),
    ("organizer@demo.example", "/events/manage/{workshop}/add-speaker"),
]
WHO = sorted({who or "" for who, _ in PAGES})


def twin_of(page):
    page.goto("/events/workshops")
    link = page.locator("ul.cards h2 a").last.get_attribute("href")
    return link.rpartition("/")[2]


def own_of(page):
    """The first of one's own organisations."""
    page.goto("/members/organisations")
    return page.locator("ul.cards a").first.get_attribute("href").rpartition("/")[2]


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize(
    ("is_dark", "on_phone", "language"), [(False, False, "en"), (True, True, "zh-Hant")]
)
def test_no_page_has_an_accessibility_fault(person, keep, who, is_dark, on_phone, language):
    page = person(who or None, is_dark=is_dark, on_phone=on_phone, language=language, scripts=True)
    workshop, faults = twin_of(page), {}
    look = f"{'dark' if is_dark else 'light'}-{language}"
    for path in [path for name, path in PAGES if (name or "") == who]:
        own = own_of(page) if "{own}" in path else ""
        page.goto(path.format(workshop=workshop, own=own))
        name = path.strip("/").replace("/", "-").replace("?", "-").replace("{workshop}", "twin")
        keep(page, f"{name}-{look}")
        found = Axe().run(page)
        if found.violations_count:
            faults[path] = found.generate_report()
        width = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if width > 0:
            faults[path] = f"{width} px wider than the screen"

    assert faults == {}


def test_the_first_key_leads_past_the_navigation(person):
    page = person(scripts=True)
    page.goto("/events/workshops")

    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
