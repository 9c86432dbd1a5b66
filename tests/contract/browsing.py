"""Pages of the place as somebody opens them in a browser."""

import httpx

from tests.contract.place import Place
from tests.support.running import Headers


def browser_of(place: Place, by: Headers | None = None) -> httpx.Client:
    """A client with their cookies, or a guest's; it reads English."""
    page = place.plenary.browser()
    if by:
        page.cookies.set("plenary_token", by["Authorization"].removeprefix("Bearer "))
    page.cookies.set("plenary_language", "en")
    return page
