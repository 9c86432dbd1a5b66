"""What the workshop of 2024 recommended: its pages, without an accessibility fault."""

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser
LOOKS = [(False, False, "en"), (True, True, "zh-Hant")]


def pages_of(page):
    """name → path of what an organizer sees of it."""
    page.goto("/events/recommendations")
    found = page.locator("main table a").first.get_attribute("href")
    page.goto(found)
    room = page.locator("a[href^='/events/manage/'][href$='/findings']").get_attribute("href")
    return {
        "recommendations": "/events/recommendations",
        "recommendation": found,
        "recommendation-form": found.replace("/events/", "/events/manage/"),
        "findings": room,
        "workshop-findings": room.replace("/manage/", "/workshops/"),
    }


@pytest.mark.parametrize(("is_dark", "on_phone", "language"), LOOKS)
def test_no_page_of_findings_has_an_accessibility_fault(person, keep, is_dark, on_phone, language):
    page = person(
        "organizer@demo.example",
        is_dark=is_dark,
        on_phone=on_phone,
        language=language,
        scripts=True,
    )
    faults = {}
    for name, path in pages_of(page).items():
        page.goto(path)
        keep(page, f"{name}-{'dark' if is_dark else 'light'}-{language}")
        found = Axe().run(page)
        if found.violations_count:
            faults[name] = found.generate_report()
        width = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if width > 0:
            faults[name] = f"{width} px wider than the screen"

    assert faults == {}


def test_everyone_finds_the_three_recommendations_from_the_workshops_page(person):
    organizer, guest = person("organizer@demo.example"), person()
    public = pages_of(organizer)["workshop-findings"]

    guest.goto(public.removesuffix("/findings"))
    guest.locator(f"a[href='{public}']").click()

    assert guest.locator("main ol.cards > li").count() == 3
    assert "under way" in guest.locator("main ol.cards > li").last.inner_text()
