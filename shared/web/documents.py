"""The OpenAPI document of a service and the page to read and try it."""

from importlib.resources import files
from typing import Final

from flask import Blueprint, Flask, Response, jsonify, render_template, send_from_directory

from shared.web.api import PlenaryApi
from shared.web.identity import ANYONE, enter

ASSETS: Final = files("flask_openapi3_swagger") / "templates" / "swagger"


def register_documents(app: Flask, name: str, api: PlenaryApi) -> None:
    """Serve PREFIX/api/v1/openapi.json and PREFIX/api/v1/docs."""
    blueprint = Blueprint("documents", __name__, url_prefix=f"/{name}/api/v1")

    @blueprint.get("/openapi.json")
    @enter(ANYONE)
    def openapi() -> Response:
        return jsonify(api.document())

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
