"""The OpenAPI documents of the three services, as the tests of the contract walk them."""

import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask

from services.together import PARTS

METHODS = ("get", "post", "put", "patch", "delete")
JSON = "application/json"
FORM = "multipart/form-data"


@cache
def apps() -> Mapping[str, Flask]:
    """Apps that know their routes and documents, over databases that are never opened."""
    nowhere = Path(tempfile.gettempdir()) / "plenary-nowhere"
    return {
        name: part.create_app(
            kind(
                database_url=f"sqlite:///{nowhere}.sqlite",
                secret_key="s" * 32,
                broker_url="embedded:///nowhere",
            )
        )
        for name, (part, kind) in PARTS.items()
    }


@cache
def document(service: str) -> dict[str, Any]:
    """As the service serves it."""
    answer = apps()[service].test_client().get(f"/{service}/api/v1/openapi.json")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def resolved(service: str, part: Any) -> Any:
    """The part, its own reference followed."""
    while isinstance(part, dict) and "$ref" in part:
        target: Any = document(service)
        for step in part["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        part = target
    return part


@dataclass(frozen=True)
class Operation:
    """One documented route. path: a template, such as /events/api/v1/offers/{offer_id}/accept."""

    service: str
    method: str
    path: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def described(self) -> dict[str, Any]:
        found: dict[str, Any] = document(self.service)["paths"][self.path][self.method.lower()]
        return found

    @property
    def needs_token(self) -> bool:
        return {} not in self.described["security"]

    @property
    def entry(self) -> str:
        return str(self.described["x-entry"])

    @property
    def ids(self) -> list[str]:
        """The names of the path's parameters."""
        return re.findall(r"{(\w+)}", self.path)

    @property
    def arguments(self) -> list[dict[str, Any]]:
        """Of the query."""
        return [each for each in self._parameters if each["in"] == "query"]

    @property
    def headers(self) -> list[str]:
        """The names of the headers that it takes."""
        return [each["name"] for each in self._parameters if each["in"] == "header"]

    @property
    def _parameters(self) -> list[dict[str, Any]]:
        return [resolved(self.service, each) for each in self.described.get("parameters", [])]

    @property
    def takes_body(self) -> bool:
        return JSON in self.described.get("requestBody", {}).get("content", {})

    @property
    def takes_form(self) -> bool:
        """A file with fields, instead of JSON."""
        return FORM in self.described.get("requestBody", {}).get("content", {})

    @property
    def body_schema(self) -> dict[str, Any]:
        content = self.described.get("requestBody", {}).get("content", {})
        schema: dict[str, Any] = resolved(self.service, content.get(JSON, {}).get("schema", {}))
        return schema

    def at(self, ids: Mapping[str, str]) -> str:
        """The path with these ids in it."""
        return self.path.format_map(ids)


@cache
def operations() -> tuple[Operation, ...]:
    """Every documented route of the three services."""
    return tuple(
        Operation(service, method.upper(), path)
        for service in PARTS
        for path, described in sorted(document(service)["paths"].items())
        for method in METHODS
        if method in described
    )


def served() -> Iterator[str]:
    """Every JSON route that the apps answer, as `METHOD path`."""
    for name, app in apps().items():
        for rule in app.url_map.iter_rules():
            if rule.rule.startswith(f"/{name}/api/v1/"):
                path = re.sub(r"<(?:[^:>]+:)?(\w+)>", r"{\1}", rule.rule)
                for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                    yield f"{method} {path}"
