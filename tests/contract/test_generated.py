"""Whatever is sent: never a fault of ours, and always what the document says.

Requests are made up from the documents, good ones and bad ones, about things that exist.
"""

from functools import cache
from typing import Any

import httpx
import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode

from services.together import PARTS
from tests.contract.documents import JSON, Operation, document, operations, resolved
from tests.contract.place import Place
from tests.contract.problems import problem

pytestmark = pytest.mark.usefixtures("untouched")

EXAMPLES = 8
# Signing out ends the asker's session, after which everything is 401.
ENDS = ("/sign-out", "/sign-out-everywhere")
ALL = [each for each in operations() if not each.path.endswith(ENDS) and not each.takes_form]


@cache
def schemas(service: str) -> Any:
    return schemathesis.openapi.from_dict(document(service))


def requests_for(operation: Operation, mode: GenerationMode) -> st.SearchStrategy[Case]:
    made: st.SearchStrategy[Case] = schemas(operation.service)[operation.path][
        operation.method
    ].as_strategy(mode)
    return made


@cache
def validator(service: str, name: str) -> Any:
    whole = {"$ref": f"#/components/schemas/{name}", "components": document(service)["components"]}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)


def require_documented(operation: Operation, answer: httpx.Response) -> None:
    """The answer has a documented status, type and shape."""
    if not answer.is_success:
        problem(answer, answer.status_code)
        return
    described = operation.described["responses"]
    assert str(answer.status_code) in described, answer.status_code
    found = resolved(operation.service, described[str(answer.status_code)])
    content = found.get("content", {})
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    if not content:
        assert answer.content == b""
        return
    assert kind in content, kind
    if kind == JSON:
        name = content[JSON]["schema"]["$ref"].rpartition("/")[2]
        validator(operation.service, name).validate(answer.json())


def send(place: Place, operation: Operation, case: Case, who: str, *, known: bool) -> None:
    """Ask as it was made up; known: about what there is. It is put back afterwards."""
    sent = case.as_transport_kwargs(base_url="http://plenary.test")
    if known:
        sent["url"] = f"http://plenary.test{operation.at(place.ids)}"
    headers = {
        name: value
        for name, value in dict(sent.get("headers") or {}).items()
        # The client in the test's own process has no way to send others.
        if name.lower() not in ("authorization", "cookie") and value.isascii()
    }
    body = {"json": sent["json"]} if "json" in sent else {"content": sent.get("data")}
    answer = place.plenary.api.request(
        operation.method,
        sent["url"],
        params=sent.get("params"),
        headers=headers | place.people[who],
        **body,
    )
    place.apps.put_back()
    assert answer.status_code < 500, answer.text
    require_documented(operation, answer)


def run(place: Place, operation: Operation, who: str, mode: GenerationMode) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=requests_for(operation, mode), known=st.integers(0, 5).map(bool))
    def ask(case: Case, known: bool) -> None:
        send(place, operation, case, who, known=known)

    ask()


@pytest.mark.parametrize("operation", ALL, ids=str)
def test_requests_as_documented_are_answered_as_documented(
    place: Place, operation: Operation
) -> None:
    run(place, operation, "operator", GenerationMode.POSITIVE)


@pytest.mark.parametrize("operation", ALL, ids=str)
def test_bad_requests_are_refused_as_documented(place: Place, operation: Operation) -> None:
    if operation.takes_body or operation.arguments or operation.ids:
        run(place, operation, "operator", GenerationMode.NEGATIVE)


@pytest.mark.parametrize("operation", [each for each in ALL if not each.needs_token], ids=str)
def test_a_guest_is_answered_as_documented(place: Place, operation: Operation) -> None:
    run(place, operation, "guest", GenerationMode.POSITIVE)


@pytest.mark.parametrize("operation", ALL, ids=str)
def test_good_requests_are_answered_as_documented(place: Place, operation: Operation) -> None:
    for who in ("guest", "attendee", "focal point of A", "organizer", "operator"):
        body = place.good_body(operation) if operation.takes_body else None
        answer = place.call(operation, by=place.people[who], json=body)
        place.apps.put_back()
        require_documented(operation, answer)


def test_every_service_has_been_asked() -> None:
    assert {each.service for each in ALL} == set(PARTS)
