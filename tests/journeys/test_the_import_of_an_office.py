"""An association's office imports its 9,000 companies from a Big5 file with 200 bad rows."""

import contextlib
import csv
import io
import threading

import httpx
import pytest

from tests.support.alliance import Alliance
from tests.support.running import Running, eventually
from tests.support.running_real import RealPlenary

MEMBERS = "/members/api/v1"
ROWS, BAD, SECONDS = 9_000, 200, 300
FEWER = 10
"""So many times fewer in embedded mode, where the journeys are a quick check."""


def a_sheet(rows: int, *, with_bad: bool) -> bytes:
    """Every 45th row has an address that is none, until the office has mended it."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["公司名稱", "電子郵件"])
    for number in range(rows):
        is_bad = with_bad and number % (ROWS // BAD) == 0
        email = "not an address" if is_bad else f"office{number}@firm{number}.example"
        writer.writerow([f"台灣第{number}號電機股份有限公司", email])
    return text.getvalue().encode("big5")


def upload(plenary: Running, alliance: Alliance, sheet: bytes) -> dict:
    answer = plenary.api.post(
        f"{MEMBERS}/imports",
        data={"kind": "companies", "organisation_id": alliance.ids["a"]},
        files={"file": ("companies.csv", sheet, "text/csv")},
        headers=alliance.focal_a,
        timeout=60,
    )
    assert answer.status_code == 201, answer.text
    return answer.json()


def reaches(plenary: Running, alliance: Alliance, made: dict, state: str, verb: str = "") -> dict:
    path = f"{MEMBERS}/imports/{made['id']}"
    if verb:
        done = plenary.api.post(f"{path}/{verb}", json={}, headers=alliance.focal_a, timeout=60)
        assert done.status_code in (200, 202), done.text

    def look() -> dict:
        found = plenary.api.get(path, headers=alliance.focal_a).json()
        return found if found["state"] == state else {}

    return eventually(look, seconds=SECONDS)


def companies(plenary: Running, alliance: Alliance, words: str) -> list[dict]:
    query = {"q": words, "member_of": alliance.ids["a"]}
    answer = plenary.api.get(f"{MEMBERS}/organisations", params=query, headers=alliance.focal_a)
    return answer.json()["items"]


@pytest.mark.timeout(600)
def test_an_office_mends_applies_reverts_and_applies_its_import(plenary, alliance):
    rows = ROWS if isinstance(plenary, RealPlenary) else ROWS // FEWER
    bad = rows * BAD // ROWS
    first = upload(plenary, alliance, a_sheet(rows, with_bad=True))
    previewed = reaches(plenary, alliance, first, "previewed")
    assert previewed["counts"] == {"new": rows - bad, "update": 0, "duplicate": 0, "error": bad}

    mended = reaches(
        plenary, alliance, upload(plenary, alliance, a_sheet(rows, with_bad=False)), "previewed"
    )
    assert mended["counts"]["new"] == rows
    reaches(plenary, alliance, mended, "applied", "apply")
    assert len(companies(plenary, alliance, "台灣第0號電機")) == 1

    reaches(plenary, alliance, mended, "reverted", "revert")
    assert companies(plenary, alliance, f"台灣第{rows - 1}號電機") == []

    again = reaches(
        plenary, alliance, upload(plenary, alliance, a_sheet(rows, with_bad=False)), "previewed"
    )
    reaches(plenary, alliance, again, "applied", "apply")
    assert len(companies(plenary, alliance, f"台灣第{rows - 1}號電機")) == 1


def count_of(plenary: Running, alliance: Alliance, words: str) -> int:
    path: str | None = f"{MEMBERS}/organisations?limit=100&q={words}&member_of={alliance.ids['a']}"
    found = 0
    while path:
        page = plenary.api.get(path, headers=alliance.focal_a).raise_for_status().json()
        found, path = found + len(page["items"]), page["next"]
    return found


@pytest.mark.timeout(600)
def test_a_machine_that_is_lost_amid_an_import_goes_on_and_doubles_nothing(plenary, alliance):
    rows = 3_000 if isinstance(plenary, RealPlenary) else 1_200
    text = io.StringIO()
    csv.writer(text).writerows(
        [("Name", "Email"), *((f"Lost {n} Works", f"lost{n}@firm.example") for n in range(rows))]
    )
    made = upload(plenary, alliance, text.getvalue().encode())
    path = f"{MEMBERS}/imports/{made['id']}"

    def apply() -> None:
        with contextlib.suppress(httpx.HTTPError):
            plenary.api.post(f"{path}/apply", json={}, headers=alliance.focal_a, timeout=60)

    asking = threading.Thread(target=apply)
    asking.start()
    eventually(lambda: plenary.api.get(path, headers=alliance.focal_a).json()["progress"]["done"])
    plenary.kill()
    asking.join()
    plenary.start()

    done = eventually(
        lambda: (
            (found := plenary.api.get(path, headers=alliance.focal_a).json())["state"] == "applied"
            and found
        ),
        seconds=SECONDS,
    )
    assert done["counts"] == {"new": rows, "update": 0, "duplicate": 0, "error": 0}
    assert count_of(plenary, alliance, "Lost") == rows
