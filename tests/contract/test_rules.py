"""The rules that hold for every JSON route, asked of each that is documented."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from shared.foundation.ids import new_id
from tests.contract.documents import Operation, operations, resolved
from tests.contract.place import Place
from tests.contract.problems import pointers, problem
from tests.support.alliance import EVENTS

pytestmark = pytest.mark.usefixtures("untouched")

ALL = operations()
GUARDED = [each for each in ALL if each.needs_token]
WITH_BODY = [each for each in ALL if each.takes_body]
WITH_IDS = [each for each in ALL if each.ids]
TEN_MEGABYTES = 10 * 1024 * 1024
# Names of fields that may hold several lines; a password holds what its owner likes.
PROSE = {
    "summary",
    "summaries",
    "texts",
    "body",
    "accessibility_needs",
    "password",
    "conditions",
    "report",
}
PROSE_AT = {"/address", "/text", "/abstract", "/comment"}


@pytest.mark.parametrize("operation", GUARDED, ids=str)
def test_without_a_token_it_is_401(place: Place, operation: Operation) -> None:
    answer = place.call(operation, json={} if operation.takes_body else None)

    problem(answer, 401, code="unauthenticated")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("operation", ALL, ids=str)
@pytest.mark.parametrize("token", ["nonsense", "a.b.c", "link_r_nonsense"])
def test_a_token_that_is_none_opens_nothing(place: Place, operation: Operation, token: str) -> None:
    by = {"Authorization": f"Bearer {token}"}

    body = place.good_body(operation) if operation.takes_body else None
    answer = place.call(operation, by=by, json=body)

    if operation.needs_token:
        takes_links = operation.entry.startswith("a mailed link")
        is_link = takes_links and token.startswith("link_")
        # What is no form is refused before a link is looked up.
        refused = 415 if operation.takes_form else 404
        problem(answer, refused if is_link else 401)


@pytest.mark.parametrize("operation", WITH_IDS, ids=str)
def test_an_id_that_nobody_has_is_404(place: Place, operation: Operation) -> None:
    body = place.good_body(operation) if operation.takes_body else None

    for name in operation.ids:
        path = operation.at(place.ids | {name: str(new_id())})
        answer = place.plenary.api.request(
            operation.method, path, headers=place.operator, json=body
        )
        if answer.status_code != 415:  # a route that takes files looks at the kind of body first
            problem(answer, 404, code="not_found")


@pytest.mark.parametrize("operation", WITH_IDS, ids=str)
def test_an_id_that_is_none_is_404(place: Place, operation: Operation) -> None:
    for text in ("1", "%00", "nil", "x" * 5000):
        path = operation.at(dict.fromkeys(operation.ids, text))
        answer = place.plenary.api.request(operation.method, path, headers=place.operator, json={})
        assert answer.status_code in (404, 405), text


@pytest.mark.parametrize("operation", WITH_BODY, ids=str)
def test_a_body_of_another_type_is_415(place: Place, operation: Operation) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/xml"):
        headers = {"Content-Type": kind}
        answer = place.call(operation, by=place.operator, content=b'{"a": 1}', headers=headers)
        problem(answer, 415, code="unsupported_media_type")


@pytest.mark.parametrize("operation", WITH_BODY, ids=str)
def test_broken_json_is_400(place: Place, operation: Operation) -> None:
    for text in (b"{", b"{'a': 1}", b'{"a": NaN}', b"\xff", b"[" * 100_000, b"1" * 5000):
        headers = {"Content-Type": "application/json"}
        answer = place.call(operation, by=place.operator, content=text, headers=headers)
        assert answer.status_code in (400, 422), text[:20]
        problem(answer, answer.status_code)


@pytest.mark.parametrize("operation", WITH_BODY, ids=str)
def test_a_body_that_is_no_object_is_422(place: Place, operation: Operation) -> None:
    bodies: list[Any] = [[], "text", 1, True, [{}]]
    for body in bodies:
        problem(place.call(operation, by=place.operator, json=body), 422, code="invalid")


@pytest.mark.parametrize("operation", WITH_BODY, ids=str)
def test_an_unknown_field_is_422_with_its_pointer(place: Place, operation: Operation) -> None:
    body = place.good_body(operation) | {"no_such/field": 1}

    found = problem(place.call(operation, by=place.operator, json=body), 422)

    assert pointers(found) == ["/no_such~1field"]


@pytest.mark.parametrize("operation", WITH_BODY, ids=str)
def test_a_missing_field_is_422_with_its_pointer(place: Place, operation: Operation) -> None:
    needed = operation.body_schema.get("required", [])
    for name in needed:
        body = {key: value for key, value in place.good_body(operation).items() if key != name}
        found = problem(place.call(operation, by=place.operator, json=body), 422)
        assert f"/{name}" in pointers(found)


@pytest.mark.parametrize("operation", WITH_BODY, ids=str)
def test_ten_megabytes_are_413(place: Place, operation: Operation) -> None:
    headers = {"Content-Type": "application/json"}
    body = b'{"reason": "' + b"a" * TEN_MEGABYTES + b'"}'

    answer = place.call(operation, by=place.operator, content=body, headers=headers)

    problem(answer, 413, code="too_large")


@pytest.mark.parametrize("operation", ALL, ids=str)
def test_an_unknown_argument_is_refused(place: Place, operation: Operation) -> None:
    body = place.good_body(operation) if operation.takes_body else None

    answer = place.call(operation, by=place.operator, json=body, params={"no_such": "1"})

    assert pointers(problem(answer, 422)) == ["/no_such"]


@pytest.mark.parametrize("operation", [each for each in ALL if each.arguments], ids=str)
def test_an_argument_that_makes_no_sense_is_refused(place: Place, operation: Operation) -> None:
    limits = ("0", "501", "-1", "x", "1.5", "9" * 30)
    wrong = [("limit", text) for text in limits]
    for each in operation.arguments:
        schema = resolved(operation.service, each["schema"])
        if schema.get("format") or schema.get("enum"):
            wrong += [(each["name"], text) for text in ("nonsense", "\x00", "9" * 400)]
        wrong += [(each["name"], "\x00")]

    for name, text in wrong:
        answer = place.call(operation, by=place.operator, params={name: text})
        assert answer.status_code == 422, (name, text)
        problem(answer, 422)


def text_fields(operation: Operation, schema: Any, pointer: str = "") -> Iterator[str]:
    """Pointers to every text of the body's schema that is neither an enumeration nor formatted."""
    schema = resolved(operation.service, schema)
    kinds = schema.get("type", [])
    for part in schema.get("anyOf", []) + schema.get("allOf", []):
        yield from text_fields(operation, part, pointer)
    if "string" in kinds and not {"enum", "format"} & schema.keys():
        yield pointer
    if "array" in kinds:
        yield from text_fields(operation, schema["items"], f"{pointer}/0")
    for name, part in schema.get("properties", {}).items():
        yield from text_fields(operation, part, f"{pointer}/{name}")
    if isinstance(schema.get("additionalProperties"), dict):
        yield from text_fields(operation, schema["additionalProperties"], f"{pointer}/en")


def with_text(body: Any, pointer: str, text: str) -> Any:
    """The body with this text there; what lies on the way is made."""
    step, _, rest = pointer.removeprefix("/").partition("/")
    if not step:
        return text
    if step == "0":
        first = body[0] if isinstance(body, list) and body else {}
        return [with_text(first, rest, text)]
    body = body if isinstance(body, dict) else {}
    return body | {step: with_text(body.get(step), rest, text)}


def is_prose(pointer: str) -> bool:
    return pointer in PROSE_AT or bool(PROSE & set(pointer.split("/")))


def needed_inside(operation: Operation, schema: Any, pointer: str = "") -> Iterator[str]:
    """Pointers to every field that an object within the body can't do without."""
    schema = resolved(operation.service, schema)
    for part in schema.get("anyOf", []) + schema.get("allOf", []):
        yield from needed_inside(operation, part, pointer)
    if pointer:
        yield from (f"{pointer}/{name}" for name in schema.get("required", []))
    if "items" in schema:
        yield from needed_inside(operation, schema["items"], f"{pointer}/0")
    for name, part in schema.get("properties", {}).items():
        yield from needed_inside(operation, part, f"{pointer}/{name}")


def without(body: Any, pointer: str) -> Any:
    """The body with an empty object where the pointer's field would be."""
    step, _, rest = pointer.removeprefix("/").partition("/")
    if not rest:
        return {}
    if step == "0":
        return [without({}, rest)]
    return {**body, step: without({}, rest)}


NEEDED = [
    pytest.param(each, pointer, id=f"{each} {pointer}")
    for each in WITH_BODY
    for pointer in needed_inside(each, each.body_schema)
]


@pytest.mark.parametrize(("operation", "pointer"), NEEDED)
def test_what_an_inner_object_needs_is_asked_for(
    place: Place, operation: Operation, pointer: str
) -> None:
    body = without(place.good_body(operation), pointer)

    found = problem(place.call(operation, by=place.operator, json=body), 422)

    assert pointer in pointers(found)


TEXTS = [
    pytest.param(each, pointer, id=f"{each} {pointer}")
    for each in WITH_BODY
    for pointer in text_fields(each, each.body_schema)
]


@pytest.mark.parametrize(("operation", "pointer"), TEXTS)
def test_no_text_takes_control_characters(place: Place, operation: Operation, pointer: str) -> None:
    bad = ["a\x00b", "\ud800", "a\udfffb"]
    if not is_prose(pointer):
        bad += ["a\r\nBcc: b@people.example", "a\nb", "a\rb", "a\x1bb", "a\u2028b", "en\n.x\n"]

    for text in bad:
        body = with_text(place.good_body(operation), pointer, text)
        content = json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        answer = place.call(operation, by=place.operator, content=content, headers=headers)
        assert answer.status_code in (400, 422), (text, answer.text)
        problem(answer, answer.status_code)


@pytest.mark.parametrize("operation", ALL, ids=str)
def test_the_request_id_comes_back(place: Place, operation: Operation) -> None:
    body: Any = {} if operation.takes_body else None
    given = place.call(operation, json=body, headers={"X-Request-ID": "my-request.1"})
    odd = place.call(operation, json=body, headers={"X-Request-ID": "a b\t<script>"})
    none = place.call(operation, json=body)

    assert given.headers["X-Request-ID"] == "my-request.1"
    assert len(odd.headers["X-Request-ID"]) == len(none.headers["X-Request-ID"]) == 36
    assert odd.headers["X-Request-ID"] != none.headers["X-Request-ID"]


@pytest.mark.parametrize("operation", ALL, ids=str)
def test_a_method_that_is_not_there_is_405(place: Place, operation: Operation) -> None:
    path = operation.at(place.ids)

    answer = place.plenary.api.request("TRACE", path, headers=place.operator)

    problem(answer, 405, code="method_not_allowed")
    assert operation.method in answer.headers["Allow"]


@pytest.mark.parametrize("service", ["members", "events", "notifications"])
def test_a_path_that_is_not_there_is_404(place: Place, service: str) -> None:
    problem(place.plenary.api.get(f"/{service}/api/v1/no-such-thing"), 404, code="not_found")


@pytest.mark.parametrize("operation", ALL, ids=str)
def test_answers_to_somebody_are_not_kept_by_anybody_between(
    place: Place, operation: Operation
) -> None:
    body = place.good_body(operation) if operation.takes_body else None

    answer = place.call(operation, by=place.operator, json=body)

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_trace_goes_on_in_the_answer(place: Place) -> None:
    given = f"00-{'a1' * 16}-{'b2' * 8}-01"
    path = f"{EVENTS}/workshops"
    followed = place.plenary.api.get(path, headers={"traceparent": given})
    begun = place.plenary.api.get(path, headers={"traceparent": "nonsense"})

    assert followed.headers["traceparent"] == given
    assert len(begun.headers["traceparent"]) == len(given)
