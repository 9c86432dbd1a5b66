"""The talent gap of the demo alliance: heat map, one cell, and who sees which associations."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.support.running_embedded import DEMO_PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def gap(plenary):
    """The path of the alliance's page."""
    with plenary.browser() as asking:
        typed = {"email": "organizer@demo.example", "password": DEMO_PASSWORD}
        signed = asking.post("/members/api/v1/sign-in", json=typed).json()
        headers = {"Authorization": f"Bearer {signed['access_token']}"}
        snapshots = asking.get("/members/api/v1/gap-snapshots", headers=headers).json()["items"]
    assert [each["number"] for each in snapshots] == [2, 1]
    return f"/members/organisations/{snapshots[0]['organisation_id']}/gap"


def test_the_heat_map_leads_to_a_cell_and_to_the_planning_of_a_run(person, gap, keep):
    page = person("organizer@demo.example")
    page.goto(gap)
    expect(page.get_by_role("heading", name="Talent gap")).to_be_visible()
    keep(page, "gap")

    page.locator(".heat-4 a, .heat-3 a").first.click()

    expect(page.get_by_role("heading", name="Plan a run")).to_be_visible()
    keep(page, "gap-cell")
    path = page.get_by_role("link", name="Hybrid").get_attribute("href")
    assert path.startswith("/events/courses/plan?capability=")
    assert path.count("&need=") == 6


def test_what_few_companies_demand_is_hidden_and_something_beside_it(person, gap):
    page = person("organizer@demo.example")
    page.goto(gap)

    assert page.locator(".heat-hidden").count() >= 2


def test_a_focal_point_sees_the_whole_and_their_own_association(person, gap, keep):
    page = person("focal.teema@demo.example", language="zh-Hant")
    page.set_viewport_size(PHONE)
    page.goto(f"{gap}?across=association&since=1")

    assert page.locator(".heat thead th").count() == 2
    keep(page, "gap-phone")


@pytest.mark.parametrize(("is_dark", "on_phone"), [(False, False), (True, True)])
def test_the_gap_has_no_accessibility_fault(person, gap, keep, is_dark, on_phone):
    page = person("organizer@demo.example", is_dark=is_dark, on_phone=on_phone, scripts=True)
    faults = {}
    page.goto(gap)
    cell = page.locator(".heat td a").first.get_attribute("href")
    for path in (f"{gap}?since=1", f"{gap}?across=association", cell):
        page.goto(path)
        keep(page, f"gap-{'dark' if is_dark else 'light'}")
        found = Axe().run(page)
        if found.violations_count:
            faults[path] = found.generate_report()
        width = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if width > 0:
            faults[path] = f"{width} px wider than the screen"

    assert faults == {}
