"""A Plenary with the demo, Chromium, and people who are signed in."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Response,
    ViewportSize,
    sync_playwright,
)

from shared.web.pages import LANGUAGE_COOKIE
from tests.support.programs import ProgramMissing, find_chromium, skip_or_fail
from tests.support.running_embedded import DEMO_PASSWORD, EmbeddedPlenary

SCREENS = Path(__file__).parent.parent.parent / "var" / "screens"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
PHONE = ViewportSize(width=390, height=844)
DESKTOP = ViewportSize(width=1280, height=900)


@pytest.fixture(scope="package")
def plenary() -> Iterator[EmbeddedPlenary]:
    running = EmbeddedPlenary(demo=True)
    running.start()
    yield running
    running.close()


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    try:
        program = find_chromium()
    except ProgramMissing as missing:
        skip_or_fail(f"Skipped what needs a browser: {missing}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(program), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def person(plenary: EmbeddedPlenary, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Make a page of somebody's own browser: `person("organizer@demo.example", language="en")`."""
    opened: list[BrowserContext] = []
    broken: list[str] = []

    def look(response: Response) -> None:
        if response.status >= 500:
            broken.append(f"{response.status} {response.url}")

    def make(
        email: str | None = None,
        *,
        language: str = "en",
        is_dark: bool = False,
        on_phone: bool = False,
        scripts: bool = False,
    ) -> Page:
        context = chromium.new_context(
            base_url=plenary.url,
            viewport=PHONE if on_phone else DESKTOP,
            locale="zh-TW" if language == "zh-Hant" else "en-GB",
            color_scheme="dark" if is_dark else "light",
            java_script_enabled=scripts,
        )
        opened.append(context)
        context.on("response", look)
        if email is not None:
            # Else the account's language would win.
            context.add_cookies([{"name": LANGUAGE_COOKIE, "value": language, "url": plenary.url}])
        page = context.new_page()
        if email is not None:
            page.goto("/members/sign-in")
            page.fill("input[name=email]", email)
            page.fill("input[name=password]", DEMO_PASSWORD)
            page.locator("main form button").first.click()
            page.wait_for_url("**/events/start")
        return page

    yield make
    for context in opened:
        context.close()
    assert broken == []


@pytest.fixture
def keep(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Write a screenshot into var/screens."""

    def keep(page: Page, name: str) -> None:
        SCREENS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENS / f"{name}.png", full_page=True)

    return keep
