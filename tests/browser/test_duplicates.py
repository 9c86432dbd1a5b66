"""Two records of one organisation are found, compared and merged, by the mouse alone."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_each_link_of_a_card_is_reached_though_its_heading_is_as_large_as_the_card(person):
    operator = person("operator@demo.example")
    operator.goto("/members/duplicates")
    first = operator.locator("ul.cards > li").first
    name = first.locator("h2 a").first.inner_text()

    first.get_by_role("link", name="Keep this one and compare").first.click()

    expect(operator.locator("h1")).to_have_text("Merge two records of one organisation")
    expect(operator.locator("main")).to_contain_text(name)
