"""The world of the API's tests, for pages; and a browser."""

import pytest

from tests.members.api.conftest import world, world_and_file  # noqa: F401
from tests.members.pages.test_pages import Browser


@pytest.fixture
def visit(client):
    """Sign in and go: visit("focal.a") answers a browser."""

    def visit(who, language="en"):
        client.set_cookie("plenary_language", language)
        browser = Browser(client)
        browser.sign_in(f"{who}@x.example")
        return browser

    return visit
