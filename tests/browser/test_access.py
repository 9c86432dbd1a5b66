"""Every page without an accessibility fault that axe can find, light and dark, on both sizes."""

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser
# who, page; {workshop} is the twin of the APEC workshop, {own} the reader's own organisation,
# {office}, {membership}, {merge}, {body} and {segment} the paths of things of it
PAGES = [
    (None, "/"),
    (None, "/events/workshops?view=month"),
    (None, "/styleguide"),
    (None, "/events/guides"),
    (None, "/events/guides/association"),
    ("attendee@demo.example", "/events/start"),
    ("focal.korea@demo.example", "/events/start"),
    ("organizer@demo.example", "/events/start"),
    ("organizer@demo.example", "/events/manage/{workshop}/seats"),
    ("organizer@demo.example", "/events/manage/{workshop}/people"),
    ("organizer@demo.example", "/notifications/workshops/{workshop}/proof"),
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
    ("attendee@demo.example", "/notifications/preferences"),
    ("attendee@demo.example", "/notifications/addresses"),
    ("attendee@demo.example", "/notifications/addresses?kind=ntfy"),
    ("attendee@demo.example", "/members/me"),
    ("attendee@demo.example", "/members/sign-out"),
    ("attendee@demo.example", "/members/me/tokens"),
    ("attendee@demo.example", "/members/me/second-step"),
    ("attendee@demo.example", "/members/me/passkeys"),
    ("focal.teema@demo.example", "/members/organisations/{own}/invitations"),
    ("focal.teema@demo.example", "/members/organisations/{own}/identity-provider"),
    ("attendee@demo.example", "/members/me/privacy"),
    (None, "/members/cases"),
    ("attendee@demo.example", "/members/catalogue"),
    ("attendee@demo.example", "/members/needs"),
    ("attendee@demo.example", "/members/needs/new"),
    ("focal.teema@demo.example", "/members/cases/ours"),
    ("focal.teema@demo.example", "/members/organisations/{own}/cases/new"),
    ("focal.teema@demo.example", "/members/organisations/{own}/catalogue/new"),
    ("operator@demo.example", "/members/erasures"),
    ("operator@demo.example", "/members/identity-providers"),
    ("operator@demo.example", "/members/duplicates"),
    ("operator@demo.example", "/members/organisations"),
    ("focal.korea@demo.example", "/events/delegation"),
    ("focal.korea@demo.example", "/members/organisations"),
    ("focal.teema@demo.example", "/members/audit"),
    ("focal.teema@demo.example", "/members/memberships"),
    ("focal.teema@demo.example", "/members/memberships?state=active"),
    ("focal.teema@demo.example", "{membership}"),
    ("focal.teema@demo.example", "/members/organisations/{own}/membership-types"),
    ("focal.teema@demo.example", "/members/organisations/{own}/segments"),
    ("focal.teema@demo.example", "{segment}"),
    ("focal.teema@demo.example", "/members/organisations/{own}/bodies"),
    ("focal.teema@demo.example", "/members/organisations/{own}/grants"),
    ("focal.teema@demo.example", "/members/organisations/{own}/join"),
    ("focal.teema@demo.example", "/members/organisations/{own}"),
    ("focal.teema@demo.example", "{office}"),
    ("focal.teema@demo.example", "{merge}"),
    ("focal.teema@demo.example", "{body}"),
    ("operator@demo.example", "/members/audit"),
    ("organizer@demo.example", "/events/manage"),
    ("organizer@demo.example", "/events/manage/new"),
    ("organizer@demo.example", "/events/manage/{workshop}"),
    ("organizer@demo.example", "/events/manage/{workshop}/edit"),
    ("organizer@demo.example", "/events/manage/{workshop}/door"),
    ("organizer@demo.example", "/events/manage/{workshop}/report"),
    ("organizer@demo.example", "/events/manage/{workshop}/participants"),
    ("organizer@demo.example", "/events/manage/{workshop}/add-session"),
    ("organizer@demo.example", "/events/manage/{workshop}/add-speaker"),
    ("organizer@demo.example", "/events/manage/{workshop}/add-talk"),
    ("organizer@demo.example", "/events/manage/{workshop}/programme"),
    ("organizer@demo.example", "/events/manage/{workshop}/form"),
    ("organizer@demo.example", "/events/manage/{workshop}/certificates"),
    ("organizer@demo.example", "/events/manage/{workshop}/certificate-rule"),
    ("organizer@demo.example", "/events/manage/{workshop}/surveys/after"),
    (None, "/events/courses"),
    (None, "{course}"),
    ("organizer@demo.example", "/events/courses"),
    ("organizer@demo.example", "/events/courses/new"),
    ("organizer@demo.example", "/events/courses/plan"),
    ("organizer@demo.example", "{course}"),
    ("organizer@demo.example", "{run}/course"),
    ("organizer@demo.example", "/events/trainers"),
    ("organizer@demo.example", "/events/learning-paths/new"),
    (None, "/events/certificates/00000000-0000-7000-8000-000000000000"),
    (None, "/events/workshops/{workshop}/agenda"),
]
TOLD_APART = ("members-audit", "events-start")
WHO = sorted({who or "" for who, _ in PAGES})


def twin_of(page):
    page.goto("/events/workshops")
    link = page.locator("ul.cards h2 a").last.get_attribute("href")
    return link.rpartition("/")[2]


def course_places(page, who):
    """A course with a run, and the workspace of the run."""
    page.goto("/events/courses")
    course = page.locator("table.curriculum td a:not(.soft)").first.get_attribute("href")
    places = {"course": course}
    if who == "organizer@demo.example":
        page.goto("/events/manage")
        run = page.get_by_role("link", name="Energy management").or_(
            page.get_by_role("link", name="能源管理")
        )
        places["run"] = run.first.get_attribute("href")
    return places


def own_places(page):
    """What the paths of a focal point's own things are."""
    page.goto("/members/organisations")
    own = page.locator("ul.cards h3 a").first.get_attribute("href").rpartition("/")[2]
    page.goto("/members/memberships?state=active")
    membership = page.locator("table a").first.get_attribute("href")
    page.goto(f"/members/organisations/{own}")
    office = page.locator("table a[href^='/members/appointments/']").first.get_attribute("href")
    page.goto(office)
    page.locator("main a[href^='/members/people/']").first.click()
    merge = page.locator("a[href$='/merge']").first.get_attribute("href")
    page.goto(f"/members/organisations/{own}/bodies")
    page.locator("[name='names.en']").fill("Green jobs")
    page.locator("main form button").first.click()
    page.locator("main form button").first.click()
    page.goto(page.url)
    body = page.url.partition("/members/")[2]
    page.goto(f"/members/organisations/{own}/segments")
    page.locator("[name='names.en']").fill("Everybody")
    page.locator("main form button").first.click()
    page.wait_for_url("**/members/segments/*")
    segment = page.url.partition("/members/")[2]
    return {
        "own": own,
        "office": office,
        "membership": membership,
        "merge": merge,
        "body": f"/members/{body}",
        "segment": f"/members/{segment}",
    }


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize(
    ("is_dark", "on_phone", "language"), [(False, False, "en"), (True, True, "zh-Hant")]
)
def test_no_page_has_an_accessibility_fault(person, keep, who, is_dark, on_phone, language):
    page = person(who or None, is_dark=is_dark, on_phone=on_phone, language=language, scripts=True)
    places, faults = {"workshop": twin_of(page)} | course_places(page, who), {}
    if who == "focal.teema@demo.example":
        places |= own_places(page)
    look = f"{'dark' if is_dark else 'light'}-{language}"
    for path in [path for name, path in PAGES if (name or "") == who]:
        page.goto(path.format(**places))
        name = (path.strip("/") or "front").replace("/", "-").replace("?", "-")
        name = name.replace("{workshop}", "twin")
        name = f"{name}-{who.partition('@')[0]}" if name in TOLD_APART else name
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
