"""Asking again: idempotency keys, versions, and pages that lose nothing."""

import base64
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.contract.documents import Operation, operations
from tests.contract.place import Place
from tests.contract.problems import problem
from tests.support.alliance import EVENTS, MEMBERS, address_of
from tests.support.running import Headers

pytestmark = pytest.mark.usefixtures("untouched")

# What these answer holds a token, which is kept nowhere; and who has signed out is nobody.
NOT_KEPT = (
    *("/sign-in", "/sign-in/renew", "/confirm", "/sign-out", "/sign-out-everywhere"),
    *("/passkey", "/passkey/options", "/passkeys/options"),
    *("/me/tokens", "/invitations/accept", "/me/second-factor", "/recovery-codes"),
)
POSTS = [
    each
    for each in operations()
    if each.method == "POST" and not (each.service == "members" and each.path.endswith(NOT_KEPT))
]
CHANGES = [each for each in operations() if each.method in ("PATCH", "PUT", "DELETE")]
RESOURCES = [
    each
    for each in operations()
    if each.method == "GET" and (each.path.endswith("_id}") or each.path.endswith("/me"))
]
LISTS = [
    each
    for each in operations()
    if any(argument["name"] == "cursor" for argument in each.arguments)
]
MANY = 23


def once(key: str, by: Headers | None = None) -> Headers:
    return {**(by or {}), "Idempotency-Key": key}


@pytest.mark.parametrize("operation", POSTS, ids=str)
def test_the_same_key_answers_the_same(place: Place, operation: Operation) -> None:
    body, by = place.good_body(operation), once("same", place.operator)

    first = place.call(operation, by=by, json=body)
    again = place.call(operation, by=by, json=body)

    if first.is_success:
        assert (again.status_code, again.content) == (first.status_code, first.content)
        assert again.headers["Idempotency-Replayed"] == "true"
        for name in ("Content-Type", "ETag"):
            assert again.headers.get(name) == first.headers.get(name)


@pytest.mark.parametrize("operation", POSTS, ids=str)
def test_the_same_key_with_another_body_is_refused(place: Place, operation: Operation) -> None:
    body, by = place.good_body(operation), once("other", place.operator)
    first = place.call(operation, by=by, json=body)
    more = {"name": "Another"} if "name" in body else {"another": 1}

    again = place.call(operation, by=by, json={**body, **more})

    if first.is_success:
        problem(again, 422, code="idempotency_key_reused")


def test_the_order_of_fields_and_the_blanks_make_no_other_body(place: Place) -> None:
    workshop = place.published(capacity=None)
    path = f"{EVENTS}/workshops/{workshop}/registrations"
    body = {"name": "Ada Oy", "email": address_of("Ada Oy"), "answers": {"a": 1, "b": 2}}
    turned = {**dict(reversed(body.items())), "answers": {"b": 2, "a": 1}}
    first = place.plenary.api.post(path, json=body, headers=once("turned"))

    content = json.dumps(turned, indent=2)
    headers = once("turned", {"Content-Type": "application/json"})
    again = place.plenary.api.post(path, content=content, headers=headers)

    assert (again.status_code, again.content) == (201, first.content)


def test_a_key_is_its_askers_and_its_routes_own(place: Place) -> None:
    workshop = place.published(capacity=None)
    path = f"{EVENTS}/workshops/{workshop}/registrations"
    body = {"name": "Zoe Ito", "email": address_of("Zoe Ito")}

    first = place.post(path, body, by=once("shared"))
    elsewhere = place.post(
        f"{EVENTS}/workshops/{place.ids['workshop_id']}/registrations", body, by=once("shared")
    )
    somebody = place.plenary.api.post(
        path, json=body | {"name": "Zed"}, headers=once("shared", place.people["attendee"])
    )

    assert first["id"] != elsewhere["id"]
    assert somebody.status_code == 201


def test_a_refusal_is_not_kept(place: Place) -> None:
    workshop = place.workshop(capacity=None)
    path = f"{EVENTS}/workshops/{workshop}/registrations"
    body, key = {"name": "Eva", "email": "eva@guests.example"}, once("early", place.organizer)
    problem(place.plenary.api.post(path, json=body, headers=key), 409)
    place.post(f"{EVENTS}/workshops/{workshop}/publish", by=place.organizer)

    answer = place.plenary.api.post(path, json=body, headers=key)

    assert answer.status_code == 201


def test_the_same_key_at_the_same_moment_has_one_effect(place: Place) -> None:
    workshop = place.published(capacity=None)
    path = f"{EVENTS}/workshops/{workshop}/registrations"
    body = {"name": "Una Rey", "email": address_of("Una Rey")}

    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(
                lambda _: place.plenary.api.post(path, json=body, headers=once("at once")),
                range(24),
            )
        )

    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert place.seats(workshop) == {"confirmed": 1}


def test_a_key_that_is_too_long_is_refused(place: Place) -> None:
    path = f"{EVENTS}/workshops/{place.ids['workshop_id']}/registrations"
    body = {"name": "Vi", "email": "vi@guests.example"}

    fits = place.plenary.api.post(path, json=body, headers=once("k" * 255))
    long = place.plenary.api.post(path, json=body, headers=once("k" * 256))

    assert fits.status_code == 201
    problem(long, 422)


@pytest.mark.parametrize("operation", RESOURCES, ids=str)
def test_one_resource_has_a_strong_tag(place: Place, operation: Operation) -> None:
    answer = place.call(operation, by=place.owner_of(operation))

    assert answer.status_code == 200, answer.text
    assert answer.headers["ETag"].startswith('"')


@pytest.mark.parametrize("operation", CHANGES, ids=str)
def test_a_stale_change_is_412(place: Place, operation: Operation) -> None:
    by, body = place.owner_of(operation), place.good_request(operation)

    for tag in ('"0"', '"999"', 'W/"1"', "nonsense"):
        answer = place.call(operation, by=by, headers={"If-Match": tag}, **body)
        problem(answer, 412, code="stale")


@pytest.mark.parametrize("operation", CHANGES, ids=str)
def test_a_change_of_what_was_read_goes_through(place: Place, operation: Operation) -> None:
    by, body = place.owner_of(operation), place.good_request(operation)
    read = place.plenary.api.get(operation.at(place.ids), headers=by)
    tag = "*" if operation.takes_form else read.headers.get("ETag", "*")

    answer = place.call(operation, by=by, headers={"If-Match": tag}, **body)

    assert answer.is_success, answer.text
    if operation.takes_body and read.is_success:
        again = place.call(operation, by=by, headers={"If-Match": tag}, **body)
        assert answer.headers["ETag"] == tag or again.status_code == 412


def pages(api: httpx.Client, path: str, by: Headers) -> Iterator[list[Any]]:
    """Page after page, by the address that each names."""
    following: str | None = path
    while following:
        answer = api.get(following, headers=by)
        assert answer.status_code == 200, answer.text
        yield answer.json()["items"]
        following = answer.json()["next"]


def test_pages_lose_nobody_and_double_nobody_while_others_come(place: Place) -> None:
    workshop = place.published(capacity=None)
    came = [place.register(workshop, f"Guest {number}")["id"] for number in range(MANY)]
    path = f"{EVENTS}/workshops/{workshop}/registrations?limit=4"
    seen: list[str] = []

    for number, page in enumerate(pages(place.plenary.api, path, place.organizer)):
        seen += [each["id"] for each in page]
        if number < 4:
            place.register(workshop, f"Late {number}")

    assert len(seen) == len(set(seen)) == MANY + 4
    assert set(came) <= set(seen)


@pytest.mark.parametrize("sort", ["name", "-name"])
def test_pages_of_equal_names_are_whole_in_either_order(place: Place, sort: str) -> None:
    for _ in range(MANY):
        body = {"names": {"en": "Same Name"}, "kind": "company"}
        place.post(f"{MEMBERS}/organisations", body, by=place.operator)
    path = f"{MEMBERS}/organisations?q=same+name&limit=5&sort={sort}"

    seen = [each["id"] for page in pages(place.plenary.api, path, place.operator) for each in page]

    assert len(seen) == len(set(seen)) == MANY


@pytest.mark.parametrize("sort", ["starts_at", "-starts_at"])
def test_workshops_of_one_instant_are_whole_in_either_order(place: Place, sort: str) -> None:
    titles = {"en": "Zeitgleich"}
    times = {"starts_at": "2027-01-01T00:00:00Z", "ends_at": "2027-01-01T01:00:00Z"}
    made = {place.workshop(capacity=None, titles=titles, **times) for _ in range(MANY)}
    path = f"{EVENTS}/workshops?q=zeitgleich&limit=5&sort={sort}"

    seen = [each["id"] for page in pages(place.plenary.api, path, place.organizer) for each in page]

    assert (len(seen), set(seen)) == (MANY, made)


def packed(values: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


BAD_CURSORS = [
    *("x", "====", "\x00", "😀", "a" * 5000, packed(None), packed({}), packed([])),
    *(packed([None, None]), packed(["a"] * 9), packed([[], {}]), packed([1e400, "a"])),
    *(packed(["2026-01-01T00:00:00", "a"]), packed(["\x00", "\ud800"]), packed("ab")),
    *(packed([10**400]), packed(["not-a-uuid"]), packed(["2026-01-01T00:00:00"] * 2)),
]


@pytest.mark.parametrize("operation", LISTS, ids=str)
def test_a_cursor_that_is_none_of_ours_is_refused(place: Place, operation: Operation) -> None:
    for cursor in BAD_CURSORS:
        answer = place.call(operation, by=place.operator, params={"cursor": cursor})
        assert 400 <= answer.status_code < 500, (cursor, answer.text[:200])
        problem(answer, answer.status_code)


@pytest.mark.parametrize("operation", LISTS, ids=str)
def test_a_list_is_items_and_the_next_page(place: Place, operation: Operation) -> None:
    answer = place.call(operation, by=place.operator, params={"limit": "1"})

    assert answer.status_code == 200
    assert {"items", "next"} <= answer.json().keys()
    assert len(answer.json()["items"]) <= 1
