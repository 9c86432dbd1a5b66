"""The site's own files go out packed, whole, and only to whoever takes them so."""

import gzip

import pytest
from flask import Flask

from shared.web.packing import packed
from shared.web.settings import static_folder

STYLE = static_folder() / "plenary.css"


@pytest.fixture
def client():
    class Site(Flask):
        def send_static_file(self, filename):
            return packed(super().send_static_file(filename), static_folder() / filename)

    return Site(__name__, static_folder=str(static_folder()), static_url_path="/s").test_client()


def test_a_stylesheet_is_packed_for_whoever_takes_gzip(client):
    found = client.get("/s/plenary.css", headers={"Accept-Encoding": "br, gzip"}, buffered=True)

    assert found.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(found.data) == STYLE.read_bytes()
    assert int(found.headers["Content-Length"]) == len(found.data) < STYLE.stat().st_size / 3
    assert "Accept-Encoding" in found.headers["Vary"]


@pytest.mark.parametrize("takes", ["", "identity", "gzip;q=0"])
def test_others_get_it_as_it_is(client, takes):
    found = client.get("/s/plenary.css", headers={"Accept-Encoding": takes}, buffered=True)

    assert "Content-Encoding" not in found.headers
    assert found.data == STYLE.read_bytes()
    assert "Accept-Encoding" in found.headers["Vary"]


def test_what_a_browser_has_is_not_sent_again(client):
    headers = {"Accept-Encoding": "gzip"}
    first = client.get("/s/plenary.css", headers=headers, buffered=True)

    again = client.get(
        "/s/plenary.css", headers=headers | {"If-None-Match": first.headers["ETag"]}, buffered=True
    )

    assert first.headers["ETag"].startswith("W/")
    assert (again.status_code, again.data) == (304, b"")


def test_a_part_of_a_file_is_a_part_of_the_file_itself(client):
    headers = {"Accept-Encoding": "gzip", "Range": "bytes=0-9"}

    found = client.get("/s/plenary.css", headers=headers, buffered=True)

    assert (found.status_code, found.data) == (206, STYLE.read_bytes()[:10])
