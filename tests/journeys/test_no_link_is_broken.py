"""Every link of the site, followed by each of its users from the front page on."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import httpx
import pytest

from tests.support.running_embedded import DEMO_PASSWORD, EmbeddedPlenary

USERS = (
    None,
    "operator@demo.example",
    "organizer@demo.example",
    "focal.teema@demo.example",
    "attendee@demo.example",
)
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
FIRST = ("/", "/events/start", "/mailbox")
LANGUAGE = re.compile(r"/\w+/language/")


class Links(HTMLParser):
    """Where a page leads, and its form's token."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.token = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if tag == "a" and known.get("href"):
            self.found.append(str(known["href"]))
        if tag == "input" and known.get("name") == "csrf_token":
            self.token = str(known["value"])


def sign_in(browser: httpx.Client, email: str) -> None:
    token = Links(browser.get("/members/sign-in").text).token
    form = {"csrf_token": token, "email": email, "password": DEMO_PASSWORD}
    assert browser.post("/members/sign-in", data=form).status_code == 200


def kind_of(path: str) -> str:
    """Paths of one kind: ids and values left out."""
    parts = urlsplit(path)
    names = sorted(part.partition("=")[0] for part in parts.query.split("&"))
    return f"{ID.sub('*', parts.path)}?{'&'.join(names)}"


def broken_links(browser: httpx.Client) -> Iterator[str]:
    todo, seen = [(path, "") for path in FIRST], set()
    host = urlsplit(str(browser.base_url)).netloc
    while todo:
        path, origin = todo.pop(0)
        if kind_of(path) in seen:
            continue
        seen.add(kind_of(path))
        answer = browser.get(path)
        if answer.status_code == 404 or answer.status_code >= 500:
            yield f"{answer.status_code} {path} from {origin}"
        if "html" not in answer.headers.get("Content-Type", ""):
            continue
        for link in Links(answer.text).found:
            parts = urlsplit(urljoin(str(answer.url), link))
            if parts.netloc == host and not LANGUAGE.match(parts.path):
                todo.append((parts._replace(scheme="", netloc="", fragment="").geturl(), path))
    assert len(seen) > 20


@pytest.mark.embedded
@pytest.mark.parametrize("email", USERS)
def test_no_link_is_broken(demo: EmbeddedPlenary, email: str | None) -> None:
    with httpx.Client(base_url=demo.url, timeout=60, follow_redirects=True) as browser:
        if email is not None:
            sign_in(browser, email)

        assert list(broken_links(browser)) == []
