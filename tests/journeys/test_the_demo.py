"""The demo is there at the first start, whole, and ready when it says so."""

from typing import Any

import httpx
import pytest

from services.demo.accounts import ACCOUNTS
from tests.support.running import Headers, eventually
from tests.support.running_embedded import DEMO_PASSWORD, EmbeddedPlenary

pytestmark = pytest.mark.embedded
PEOPLE = "/members/api/v1/people"
CO_SPONSORS = {
    "JP": "Japan",
    "KR": "Korea",
    "MY": "Malaysia",
    "MX": "Mexico",
    "PE": "Peru",
    "TH": "Thailand",
    "US": "The United States",
}


@pytest.fixture(scope="module")
def operator(demo: EmbeddedPlenary) -> Headers:
    return demo.sign_in("operator@demo.example", DEMO_PASSWORD)


def everyone(api: httpx.Client, first: str, by: Headers) -> list[dict[str, str]]:
    """All items of a list, page after page."""
    items: list[dict[str, str]] = []
    page: str | None = first
    while page:
        answer = api.get(page, headers=by).raise_for_status().json()
        items += answer["items"]
        page = answer["next"]
    return items


@pytest.mark.parametrize("email", ACCOUNTS)
def test_every_demo_account_signs_in(demo: EmbeddedPlenary, email: str) -> None:
    answer = demo.api.post(
        "/members/api/v1/sign-in", json={"email": email, "password": DEMO_PASSWORD}
    )

    assert (answer.status_code, answer.json()["person"]["email"]) == (200, email)


def test_each_alliance_has_twenty_people_with_addresses_that_end_in_example(
    demo: EmbeddedPlenary, operator: Headers
) -> None:
    alliances = everyone(
        demo.api, "/members/api/v1/organisations?kind=alliance&limit=500", operator
    )

    reached = {each["id"]: addresses_below(demo, each["id"], operator) for each in alliances}

    assert len(reached) == 2
    for addresses in reached.values():
        assert len(addresses) >= 20
        assert all(address.endswith(".example") for address in addresses)


def addresses_below(demo: EmbeddedPlenary, alliance: str, by: Headers) -> set[str]:
    """The addresses of people with an office at the alliance's members."""
    path = "/members/api/v1/organisations"
    members = everyone(demo.api, f"{path}?member_of={alliance}&limit=500", by)
    held = [
        appointment["person_id"]
        for each in members
        for appointment in everyone(demo.api, f"{path}/{each['id']}/appointments?limit=500", by)
    ]
    known = {each["id"]: each["email"] for each in everyone(demo.api, f"{PEOPLE}?limit=500", by)}
    return {known[person] for person in held if known[person]}


def test_the_twin_of_the_workshop_of_2024_is_open_and_its_mail_arrives(
    demo: EmbeddedPlenary,
) -> None:
    [twin] = demo.api.get("/events/api/v1/workshops", params={"q": "ROPES II"}).json()["items"]
    body = {"name": "Lee Fan", "email": "lee.fan@guests.example"}

    answer = demo.api.post(f"/events/api/v1/workshops/{twin['id']}/registrations", json=body)

    assert (answer.status_code, answer.json()["state"]) == (201, "confirmed")
    demo.await_mail("lee.fan@guests.example", "You have a seat")
    [item] = demo.api.get(
        "/mailbox/api/v1/messages", params={"to": "lee.fan@guests.example"}
    ).json()["items"]
    assert item.keys() == {
        *("id", "to", "from", "subject", "sent_at", "headers", "text", "html", "attachments")
    }
    [attached] = item["attachments"]
    assert attached.keys() == {"filename", "content_type", "size_bytes"}


def test_the_workshop_of_2024_is_kept_with_its_ten_delegations(
    demo: EmbeddedPlenary, operator: Headers
) -> None:
    path = "/events/api/v1/workshops"

    def held_by_the_clock() -> Any:
        [found] = demo.api.get(path, params={"q": "ROPES:"}).json()["items"]
        return found if found["state"] == "held" else None

    held = eventually(held_by_the_clock)
    nominations = everyone(demo.api, f"{path}/{held['id']}/nominations?limit=500", operator)

    bodies = {each["organisation_id"] for each in nominations}

    assert held["starts_at"][:10] == "2024-09-05"
    assert len(bodies) == 10
    assert {each["state"] for each in nominations} == {"registered"}


def test_the_project_of_2023_is_kept_as_it_was_with_its_workshop(
    demo: EmbeddedPlenary, operator: Headers
) -> None:
    [project] = everyone(demo.api, "/events/api/v1/proposals", operator)
    path = f"/events/api/v1/proposals/{project['id']}/co-sponsors"
    sponsors = everyone(demo.api, path, operator)

    public = demo.api.get(f"/events/projects/{project['id']}").text

    assert (project["state"], project["submitted_on"], project["approved_on"]) == (
        "approved",
        "2023-06-19",
        "2024-02-23",
    )
    economies: list[Any] = [each["economy"] for each in sponsors]
    assert {each["code"]: each["name"] for each in economies} == CO_SPONSORS
    assert {each["state"] for each in sponsors} == {"confirmed"}
    assert "The ROPES: Cultivating" in public
    assert "Thu 5 Sep 2024" in public


def test_the_site_answers_at_its_root_and_its_mailbox(demo: EmbeddedPlenary) -> None:
    root = demo.api.get("/", follow_redirects=True)
    mailbox = demo.api.get("/mailbox")

    assert (root.status_code, mailbox.status_code) == (200, 200)
    assert "ROPES II" in root.text
