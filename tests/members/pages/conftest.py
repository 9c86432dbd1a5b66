"""The world of the API's tests, for pages; and a browser."""

import pytest

from tests.members.api.conftest import (  # noqa: F401
    ask,
    asked_for,
    lineage,
    open_round,
    world,
    world_and_file,
)
from tests.members.pages.test_pages import Browser


@pytest.fixture
def visit(app):
    """Sign in and go: visit("focal.a") answers a browser of their own; visit(None) a guest's."""

    def visit(who, language="en"):
        client = app.test_client()
        client.set_cookie("plenary_language", language)
        browser = Browser(client)
        if who:
            browser.sign_in(f"{who}@x.example")
        return browser

    return visit
