"""Somebody downloads what is held about them, takes a list along, and erases themselves."""

import zipfile
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.support.running import eventually

pytestmark = pytest.mark.browser


def downloaded(page, link):
    with page.expect_download() as begun:
        link.click()
    return begun.value


def test_a_list_is_downloaded_by_its_button(person):
    page = person("focal.teema@demo.example")
    page.goto("/members/organisations?kind=association")

    file = downloaded(page, page.locator("p.files a[href*='format=xlsx']").first)

    assert file.suggested_filename.startswith("organisations-")
    assert zipfile.is_zipfile(Path(file.path()))


def test_one_s_data_are_gathered_downloaded_and_then_erased(person, keep):
    page = person(
        "focal.tami@demo.example", language="zh-Hant", is_dark=True, on_phone=True, scripts=True
    )
    page.goto("/members/me/privacy")
    page.locator("form[action$='/gather'] button").click()

    def is_ready():
        page.goto("/members/me/privacy")
        return page.locator("a[href*='/privacy/exports/']").count() == 1

    eventually(is_ready)
    keep(page, "privacy-dark-zh-Hant")
    file = downloaded(page, page.locator("a[href*='/privacy/exports/']"))
    with zipfile.ZipFile(Path(file.path())) as archive:
        assert {"members/person.csv", "events/people.json"} <= set(archive.namelist())

    page.fill("input[name=email]", "focal.tami@demo.example")
    page.locator("form[action$='/erase'] button").click()
    page.wait_for_url("**/members/erasures/**")

    def all_have_said():
        page.reload()
        return page.locator("section.card ul").count() == 3

    eventually(all_have_said)
    keep(page, "receipt-dark-zh-Hant")
    assert Axe().run(page).violations_count == 0
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
