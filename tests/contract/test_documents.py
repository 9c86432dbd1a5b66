"""The OpenAPI documents are valid, whole, and say what is served."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urljoin

import jsonschema_rs
import pytest

from services.together import PARTS
from shared.foundation.identities import Role
from shared.web.identity import Entry
from tests.contract.documents import apps, document, operations, resolved, served

SELF_DESCRIBING = {
    f"GET /{name}/api/v1/{path}"
    for name in PARTS
    for path in ("openapi.json", "docs", "docs/{path:filename}", "docs/{filename}")
}
# The contract page's routes, those of later issues left out.
PROMISED = """
members POST sign-in sign-out password-reset password-reset/confirm sign-in/link sign-in/renew
members POST sign-up sign-up/confirm
members GET jwks.json
members GET,PATCH me
members POST,GET organisations
members GET,PATCH organisations/{id}
members POST,GET memberships
members POST memberships/{id}/submit memberships/{id}/return memberships/{id}/approve
members POST memberships/{id}/reject memberships/{id}/suspend memberships/{id}/reinstate
members POST memberships/{id}/resign memberships/{id}/expel memberships/{id}/renew
members POST,GET people
members GET,PATCH people/{id}
members POST people/{id}/erase
members GET people/{id}/export
members POST,GET organisations/{id}/affiliations organisations/{id}/appointments
members POST affiliations/{id}/end appointments/{id}/end appointments/{id}/substitute
members POST,GET grants
members DELETE grants/{id}
events POST,GET workshops
events GET,PATCH workshops/{id}
events POST workshops/{id}/publish workshops/{id}/postpone workshops/{id}/reschedule
events POST workshops/{id}/cancel workshops/{id}/close workshops/{id}/clone
events GET workshops/{id}/calendar.ics calendar.ics workshops/{id}/seats
events POST,GET workshops/{id}/sessions workshops/{id}/contributions workshops/{id}/speakers
events PUT,GET workshops/{id}/allotments/{id}
events POST,GET workshops/{id}/nominations workshops/{id}/registrations
events POST nominations/{id}/submit nominations/{id}/confirm nominations/{id}/decline
events POST nominations/{id}/substitute nominations/{id}/withdraw
events GET registrations/{id}
events POST registrations/{id}/approve registrations/{id}/reject registrations/{id}/cancel
events POST offers/{id}/accept offers/{id}/decline
notifications GET inbox deliveries deliveries/{id}
notifications POST inbox/{id}/read inbox/read-all
notifications POST,GET suppressions
notifications DELETE suppressions/{id}
"""


def promised() -> Iterator[str]:
    for line in PROMISED.split("\n"):
        if line:
            service, methods, *paths = line.split()
            for path in paths:
                for method in methods.split(","):
                    yield f"{method} /{service}/api/v1/{path}"


def references(part: Any) -> Iterator[str]:
    if isinstance(part, Mapping):
        if "$ref" in part:
            yield part["$ref"]
        part = list(part.values())
    if isinstance(part, list):
        for each in part:
            yield from references(each)


@pytest.mark.parametrize("service", PARTS)
def test_the_document_is_openapi_3_1_and_each_reference_leads_somewhere(service: str) -> None:
    found = document(service)

    assert found["openapi"].startswith("3.1.")
    for pointer in references(found):
        assert resolved(service, {"$ref": pointer})


@pytest.mark.parametrize("service", PARTS)
def test_every_schema_is_valid_json_schema(service: str) -> None:
    found = document(service)

    for name in found["components"]["schemas"]:
        whole = {"$ref": f"#/components/schemas/{name}", "components": found["components"]}
        jsonschema_rs.meta.validate(found["components"]["schemas"][name])
        assert jsonschema_rs.Draft202012Validator(json.loads(json.dumps(whole)))


def test_every_served_route_is_documented_and_the_other_way_round() -> None:
    assert set(served()) - SELF_DESCRIBING == {str(each) for each in operations()}


def test_every_promised_route_is_documented() -> None:
    documented = {re.sub(r"{\w+}", "{id}", str(each)) for each in operations()}

    assert set(promised()) - documented == set()


def test_every_operation_has_a_name_of_its_own_and_says_what_it_does() -> None:
    names = [each.described["operationId"] for each in operations()]

    assert sorted(set(names)) == sorted(names)
    assert [str(each) for each in operations() if not each.described.get("summary")] == []


def test_every_change_says_which_header_makes_it_safe_to_repeat() -> None:
    wanted = {"POST": "Idempotency-Key", **dict.fromkeys(("PATCH", "PUT", "DELETE"), "If-Match")}
    silent = [
        str(each)
        for each in operations()
        if each.method in wanted and wanted[each.method] not in each.headers
    ]

    assert silent == []


def test_every_operation_says_who_may_enter_as_the_code_does() -> None:
    entries = {
        (app_name, getattr(view, "entry", None))
        for app_name, app in apps().items()
        for view in app.view_functions.values()
    }
    meanings = {entry.meaning: entry for _, entry in entries if isinstance(entry, Entry)}

    for each in operations():
        entry = meanings[each.entry]
        assert each.needs_token == (entry.needs_person or entry.takes_link), each
        assert all(role in Role for role in entry.roles)


def test_every_operation_answers_errors_as_problems() -> None:
    for each in operations():
        found = resolved(each.service, each.described["responses"]["default"])
        schema = resolved(each.service, found["content"]["application/problem+json"]["schema"])
        assert {"type", "title", "status", "code"} <= set(schema["required"])


@pytest.mark.parametrize("service", PARTS)
def test_the_page_to_read_and_try_it_is_served_with_all_that_it_loads(service: str) -> None:
    client, page_path = apps()[service].test_client(), f"/{service}/api/v1/docs"

    page = client.get(page_path)
    loaded = re.findall(r'(?:src|href|data-document)="([^"]+)"', page.text)
    answers = [client.get(urljoin(page_path, each)) for each in loaded]

    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert {answer.status_code for answer in answers} == {200}
    assert f"/{service}/api/v1/openapi.json" in {answer.request.path for answer in answers}
    for answer in answers:
        answer.close()
