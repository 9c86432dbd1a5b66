"""The browser's two cookies: the access token for all services, the session for renewing alone."""

from typing import Any, Final, cast

from flask import request
from werkzeug.wrappers import Response

from services.members.actions.signing_in import SignedIn
from services.members.settings import MembersSettings
from shared.web.context import service
from shared.web.identity import cookie_name

SESSION: Final = "plenary_session"


def settings() -> MembersSettings:
    """The service's settings."""
    return cast(MembersSettings, service().settings)


def _session_name() -> str:
    return f"__Host-{SESSION}" if settings().is_secure else SESSION


def session_secret() -> str:
    """What the browser's session cookie holds, or nothing."""
    return request.cookies.get(_session_name(), "")


def cookie_options() -> dict[str, Any]:
    """Of every cookie of ours."""
    return {"httponly": True, "samesite": "Lax", "secure": settings().is_secure, "path": "/"}


def set_cookies(response: Response, found: SignedIn) -> None:
    """Give the browser its token; at sign-in its session too.

    The token's cookie outlives the token: an expired one is what asks for renewal.
    """
    seconds = int(settings().session_lifetime.total_seconds())
    name = cookie_name(is_secure=settings().is_secure)
    response.set_cookie(name, found.token.text, max_age=seconds, **cookie_options())
    if found.secret is not None:
        response.set_cookie(_session_name(), found.secret, max_age=seconds, **cookie_options())


def clear_cookies(response: Response) -> None:
    """The browser is nobody's any more."""
    for name in (cookie_name(is_secure=settings().is_secure), _session_name()):
        response.delete_cookie(name, **cookie_options())
