"""The app of a service: everything that all of them do alike."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, cast

from flask import Blueprint as PageBlueprint
from flask import Flask, Request, Response, g, request
from flask.json.provider import DefaultJSONProvider
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFProtect
from jinja2 import ChoiceLoader, FileSystemLoader
from werkzeug.middleware.proxy_fix import ProxyFix

from shared.database import Database
from shared.foundation.clock import Clock, utc_now
from shared.foundation.ids import new_id
from shared.foundation.logs import bind_trace, traceparent_of
from shared.foundation.origins import NOWHERE, Origin, come_from, current_origin
from shared.web import documents, health, pages
from shared.web.api import Blueprint, make_api
from shared.web.context import EXTENSION, SAFE_METHODS, Service, unit_of_work
from shared.web.errors import register_errors
from shared.web.idempotency import once
from shared.web.identity import find_identity, register_identity
from shared.web.kept_pages import register_kept_pages
from shared.web.keys import KeyRing
from shared.web.packing import packed
from shared.web.settings import WebSettings, static_folder, templates_folder
from shared.web.styleguide import styleguide_page

LARGEST_BODY_BYTES: Final = 1024 * 1024
REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._~-]{1,128}")
FIRST_ERROR_STATUS: Final = 400
LINK: Final = "token"
"""The part of an address that opens what is somebody's own, as mails link it."""
SECURITY_POLICY: Final = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""Headers of every answer that does not say otherwise."""


class _Undone(Exception):
    """Carries an error answer out of the unit of work, which rolls back."""

    def __init__(self, response: Response):
        super().__init__()
        self.response = response


class _Sessions(SecureCookieSessionInterface):
    """Flask's; a request without the cookie costs nothing."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if not request.environ.get("HTTP_COOKIE") or (
            self.get_cookie_name(app) not in request.cookies
        ):
            return self.session_class()
        return super().open_session(app, request)


class PlenaryApp(Flask):
    """Flask whose every request is one unit of work, idempotent where a key is given."""

    session_interface = _Sessions()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function as it is: none here is asynchronous, and asking costs each request."""
        return func

    def send_static_file(self, filename: str) -> Response:
        """The site's own file, packed for whoever takes it so."""
        return packed(super().send_static_file(filename), static_folder() / filename)

    def dispatch_request(self) -> ResponseReturnValue:
        """Run the view in one transaction; keep its answer for the Idempotency-Key."""
        try:
            with unit_of_work():
                response = self._answer()
                is_refusal = response.status_code >= FIRST_ERROR_STATUS
                if (is_refusal and not g.get("is_kept")) or g.get("is_undone"):
                    raise _Undone(response)
        except _Undone as undone:
            return undone.response
        return response

    def _answer(self) -> Response:
        view = self.view_functions.get(request.endpoint or "")
        if getattr(view, "keeps_own_answer", False):
            return self.make_response(super().dispatch_request())
        return once(lambda: self.make_response(super(PlenaryApp, self).dispatch_request()))


def _before() -> None:
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if REQUEST_ID.fullmatch(given) else str(new_id())
    g.traceparent = traceparent_of(request.headers.get("traceparent"))
    bind_trace(request_id=g.request_id, traceparent=g.traceparent)
    come_from(Origin(place=request.remote_addr or "", request_id=g.request_id))


def _say_who_asks() -> None:
    identity = find_identity()
    if identity is not None:
        come_from(replace(current_origin(), identity=identity))


def _forget_origin(_: BaseException | None) -> None:
    come_from(NOWHERE)


def _after(response: Response) -> Response:
    headers = response.headers
    wanted = ALWAYS | {
        "X-Request-ID": g.get("request_id", ""),
        "traceparent": g.get("traceparent", ""),
    }
    is_by_link = bool(g.get("link")) or LINK in (request.view_args or {})
    if request.method not in SAFE_METHODS or g.get("identity") or is_by_link:
        wanted["Cache-Control"] = "no-store"
    if request.is_secure:
        wanted["Strict-Transport-Security"] = "max-age=31536000"
    if "etag" in g and response.status_code < FIRST_ERROR_STATUS:
        wanted["ETag"] = g.etag
    # Looked at once: each look that werkzeug takes reads the whole list.
    present = {name.lower() for name, _ in headers}
    headers.extend((name, text) for name, text in wanted.items() if name.lower() not in present)
    return response


def _configure(app: Flask, name: str, settings: WebSettings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=LARGEST_BODY_BYTES,
        SESSION_COOKIE_NAME=f"__Host-plenary_{name}" if settings.is_secure else f"plenary_{name}",
        SESSION_COOKIE_SECURE=settings.is_secure,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    provider = cast(DefaultJSONProvider, app.json)
    provider.ensure_ascii = provider.sort_keys = False
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def make_app(
    name: str,
    *,
    title: str,
    description: str,
    settings: WebSettings,
    database: Database,
    migrations: Path,
    api: list[Blueprint],
    page_blueprints: list[PageBlueprint],
    clock: Clock = utc_now,
) -> Flask:
    """The app of service `name`: API under /NAME/api/v1, pages under /NAME, health, metrics."""
    app = PlenaryApp(
        f"services.{name}",
        static_folder=str(static_folder()),
        static_url_path=f"/{name}/static",
    )
    loaders = [FileSystemLoader([migrations.parent / "pages" / "templates", templates_folder()])]
    app.jinja_loader = ChoiceLoader(loaders)
    app.extensions[EXTENSION] = Service(
        name=name, settings=settings, database=database, clock=clock
    )
    _configure(app, name, settings)
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=0)  # type: ignore[method-assign]
    app.before_request(_before)
    register_identity(app, KeyRing(database))
    app.before_request(_say_who_asks)
    protect = CSRFProtect(app)
    register_errors(app)
    app.after_request(_after)
    app.teardown_request(_forget_origin)
    _register_api(app, name, protect, api, title=title, description=description)
    for blueprint in page_blueprints:
        app.register_blueprint(blueprint)
    pages.register_pages(app, name)
    app.register_blueprint(styleguide_page(name))
    register_kept_pages(app)
    health.register_health(app, name, migrations)
    return app


def _register_api(
    app: Flask, name: str, protect: CSRFProtect, blueprints: list[Blueprint], **about: Any
) -> None:
    made = make_api(app, **about)
    for blueprint in blueprints:
        protect.exempt(blueprint)
        made.register_blueprint(blueprint)
    documents.register_documents(app, name, made)
