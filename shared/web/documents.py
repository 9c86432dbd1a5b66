"""The OpenAPI document of a service and the page to read and try it."""

from importlib.resources import files
from typing import Any, Final

from flask import Blueprint, Flask, Response, jsonify, render_template, send_from_directory

from shared.web.api import PlenaryApi
from shared.web.idempotency import LONGEST_KEY
from shared.web.identity import ANYONE, enter

ASSETS: Final = files("flask_openapi3_swagger") / "templates" / "swagger"

PARAMETERS: Final[dict[str, Any]] = {
    "IdempotencyKey": {
        "in": "header",
        "name": "Idempotency-Key",
        "required": False,
        "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY},
        "description": "The same key and body answer as before for 24 h; another body is 422 "
        "idempotency_key_reused, and 409 while the first is still running",
    },
    "IfMatch": {
        "in": "header",
        "name": "If-Match",
        "required": False,
        "schema": {"type": "string"},
        "description": "The ETag that was read; 412 if it was changed since",
    },
}
TAKEN_BY: Final = {
    "post": "IdempotencyKey",
    "patch": "IfMatch",
    "put": "IfMatch",
    "delete": "IfMatch",
}
ETAG: Final = {"schema": {"type": "string"}, "description": "For If-Match"}
OF_ONE: Final = ("_id}", "/me")
"""How the path of one resource ends."""


def with_headers(document: dict[str, Any]) -> dict[str, Any]:
    """The document with the headers that every route of a method takes or answers."""
    document["components"]["parameters"] = PARAMETERS
    for path, described in document["paths"].items():
        for method, operation in described.items():
            if method in TAKEN_BY:
                wanted = {"$ref": f"#/components/parameters/{TAKEN_BY[method]}"}
                others = [each for each in operation.get("parameters", []) if each != wanted]
                operation["parameters"] = [*others, wanted]
            elif method == "get" and path.endswith(OF_ONE):
                operation["responses"]["200"]["headers"] = {"ETag": ETAG}
    return document


def register_documents(app: Flask, name: str, api: PlenaryApi) -> None:
    """Serve PREFIX/api/v1/openapi.json and PREFIX/api/v1/docs."""
    blueprint = Blueprint("documents", __name__, url_prefix=f"/{name}/api/v1")

    @blueprint.get("/openapi.json")
    @enter(ANYONE)
    def openapi() -> Response:
        return jsonify(with_headers(api.document()))

    @blueprint.get("/docs")
    @enter(ANYONE)
    def docs() -> Response:
        response = Response(render_template("docs.html", service=name))
        response.headers["Content-Security-Policy"] = (
            "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
            "frame-ancestors 'none'"
        )
        return response

    @blueprint.get("/docs/<path:filename>")
    @enter(ANYONE)
    def docs_asset(filename: str) -> Response:
        return send_from_directory(str(ASSETS), filename, max_age=86400)

    app.register_blueprint(blueprint)
