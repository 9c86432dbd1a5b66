"""The JSON side: strict parsing of bodies and queries, and the OpenAPI 3.1 document."""

import threading
from collections.abc import Callable
from functools import cache, partial
from typing import Any, ClassVar, Final

from flask import Flask, Request, request
from flask_smorest import Api
from flask_smorest import Blueprint as SmorestBlueprint
from marshmallow import RAISE, Schema, ValidationError, fields
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from shared.foundation.failures import Fault, Invalid
from shared.web.bodies import json_body
from shared.web.fields import Line, is_storable

UNSTORABLE: Final = "A text holds a NUL or half a character; no text may."


class StrictParser(FlaskParser):
    """Unknown fields are errors; bodies are JSON objects of storable text."""

    DEFAULT_UNKNOWN_BY_LOCATION: ClassVar[dict[str, str | None]] = {  # type: ignore[misc]
        "json": RAISE,
        "query": RAISE,
        "form": RAISE,
        "files": RAISE,
        "headers": None,
        "cookies": None,
    }

    def load_json(self, req: Request, schema: Schema) -> Any:  # noqa: ARG002
        """The body, parsed. No body is an empty object."""
        raw = req.get_data(cache=True)
        if not raw:
            return {}
        if not req.is_json:
            raise UnsupportedMediaType("Send the body as application/json.")
        try:
            body = json_body()
        except (ValueError, RecursionError) as error:
            raise BadRequest(f"The body is not JSON: {error}.") from error
        if b"\\u" in raw or b"\x00" in raw:
            self._require_storable(body)
        return body

    def load_querystring(self, req: Request, schema: Schema) -> Any:
        """The query's values, as storable text."""
        if not is_storable(req.args.to_dict()):
            raise ValidationError({"query": [UNSTORABLE]})
        return super().load_querystring(req, schema)

    @staticmethod
    def _require_storable(body: Any) -> None:
        if not is_storable(body):
            raise ValidationError({"_schema": [UNSTORABLE]})


@cache
def _made(kind: type[Schema]) -> Schema:
    return kind()


def _one_of_each(schema: Any) -> Any:
    """One schema of a kind for all routes and requests: each copies all its fields."""
    return _made(schema) if isinstance(schema, type) else schema


class Blueprint(SmorestBlueprint):
    """flask-smorest's, with the strict parser; the document says who may enter."""

    ARGUMENTS_PARSER = StrictParser()

    def arguments(self, schema: Any, **options: Any) -> Any:
        """As flask-smorest's."""
        return super().arguments(_one_of_each(schema), **options)

    def response(self, status_code: Any, schema: Any = None, **options: Any) -> Any:
        """As flask-smorest's."""
        return super().response(status_code, _one_of_each(schema), **options)

    def alt_response(self, *given: Any, schema: Any = None, **options: Any) -> Any:
        """As flask-smorest's."""
        return super().alt_response(*given, schema=_one_of_each(schema), **options)

    def __init__(self, *rest: Any, **options: Any):
        super().__init__(*rest, **options)
        self._without_query: set[str] = set()
        self.before_request(self._refuse_query)

    def _refuse_query(self) -> None:
        """A route without arguments refuses any; the others' schemas refuse unknown ones."""
        if not request.query_string:
            return
        endpoint = (request.endpoint or "").rpartition(".")[2]
        if request.args and endpoint in self._without_query:
            faults = [Fault(f"/{name}", "Unknown field.") for name in request.args]
            raise Invalid("This route takes no arguments in its query.", faults=faults)

    def register_views_in_doc(self, api: "PlenaryApi", *rest: Any, **named: Any) -> None:
        """As flask-smorest's, once the document is asked for: it takes a third of the start."""
        api.describe_later(partial(super().register_views_in_doc, api, *rest, **named))

    def _store_endpoint_docs(self, endpoint: str, obj: Any, *rest: Any, **options: Any) -> None:
        super()._store_endpoint_docs(endpoint, obj, *rest, **options)
        entry = getattr(obj, "entry", None)
        arguments = getattr(obj, "_apidoc", {}).get("arguments", {}).get("parameters", [])
        if all(each["in"] != "query" for each in arguments):
            self._without_query.add(endpoint)
        for method in options.get("methods", ("GET",)):
            documented = self._docs[endpoint][method.lower()]
            needs_token = entry is None or entry.needs_person or entry.takes_link
            documented["manual_doc"] = {
                "operationId": obj.__name__,
                "security": [{"bearer": []}] if needs_token else [{}, {"bearer": []}],
                "x-entry": entry.meaning if entry else "nobody",
            } | documented.get("manual_doc", {})


class FaultSchema(Schema):
    """One bad place in a body."""

    pointer = fields.String(required=True, metadata={"description": "RFC 6901"})
    detail = fields.String(required=True)


class ProblemSchema(Schema):
    """Every error (RFC 9457)."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True, metadata={"description": "A sentence for the reader"})
    instance = fields.String(required=True)
    code = fields.String(required=True, metadata={"description": "Stable, for programs"})
    errors = fields.List(fields.Nested(FaultSchema))


class PlenaryApi(Api):
    """flask-smorest's, leaving errors to `shared.web.errors`."""

    def __init__(self, *rest: Any, **options: Any):
        self._undescribed: list[Callable[[], None]] = []
        self._describing = threading.Lock()
        super().__init__(*rest, **options)

    def describe_later(self, describe: Callable[[], None]) -> None:
        """Keep it until the document is asked for."""
        self._undescribed.append(describe)

    def document(self) -> dict[str, Any]:
        """The whole of it, as OpenAPI 3.1."""
        with self._describing:
            while self._undescribed:
                self._undescribed.pop(0)()
            found: dict[str, Any] = self.spec.to_dict()
        return found

    def _register_error_handlers(self) -> None:
        return

    def _register_responses(self) -> None:
        problem = {"application/problem+json": {"schema": ProblemSchema}}
        for name, description in (
            ("DEFAULT_ERROR", "What went wrong"),
            ("UNPROCESSABLE_ENTITY", "The body or the query breaks a rule; see errors"),
        ):
            described = {"description": description, "content": problem}
            self.spec.components.response(name, described, lazy=True)


class ActionSchema(Schema):
    """The body of every action: nothing, or a reason."""

    class Meta:
        unknown = RAISE

    reason = Line(
        load_default="", may_be_empty=True, metadata={"description": "Why; kept in the history"}
    )


def make_api(app: Flask, *, title: str, description: str) -> PlenaryApi:
    """The app's API, its document at PREFIX/api/v1/openapi.json."""
    app.config.update(
        API_TITLE=title,
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=None,
    )
    return PlenaryApi(
        app,
        spec_kwargs={
            "info": {"description": description},
            "servers": [{"url": "/"}],
            "components": {
                "securitySchemes": {
                    "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
                }
            },
            "security": [{}, {"bearer": []}],
        },
    )
