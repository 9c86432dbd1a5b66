"""Failures as answers: problem+json (RFC 9457) for the API, a page for people.

The only place where a failure meets an HTTP status.
"""

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

from flask import Flask, Response, g, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from marshmallow import ValidationError
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from shared.foundation import failures
from shared.foundation.failures import Failure, Fault, TooMany
from shared.foundation.logs import get_logger
from shared.foundation.sheets import as_is as _

NO_ANSWER: Final = (
    "The database gave no answer; try again in a moment. "
    "If you changed something, see first whether it was done."
)
OUT_OF_USE: Final = "The database can't be used right now; nothing was changed."
FOR_READERS: Final = {
    400: _("The request could not be understood. Go back, load the page again and try once more."),
    404: _("There is no page at this address. Look whether it is complete."),
    405: _("This page can't be used like that. Go back and try again."),
    413: _("What you sent is too large."),
}
"""Status → what a person reads, where the library has words for programs alone."""
STATUS: Final[Mapping[type[Failure], int]] = {
    failures.Invalid: 422,
    failures.NotFound: 404,
    failures.Conflict: 409,
    failures.Stale: 412,
    failures.Unauthenticated: 401,
    failures.Forbidden: 403,
    failures.TooMany: 429,
    failures.Unavailable: 503,
}
CODES: Final[Mapping[int, str]] = {
    400: "malformed",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid",
}
log = get_logger()


def status_of(failure: Failure) -> int:
    """The HTTP status of the nearest class in the tree of failures."""
    for kind in type(failure).__mro__:
        if kind in STATUS:
            return STATUS[kind]
    return 500


def faults_in(messages: Any, pointer: str = "") -> Iterator[Fault]:
    """marshmallow's nested messages as pointers (RFC 6901) into the body."""
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            step = str(key).replace("~", "~0").replace("/", "~1")
            yield from faults_in(inner, pointer if key == "_schema" else f"{pointer}/{step}")
    elif isinstance(messages, Sequence) and not isinstance(messages, str):
        for inner in messages:
            yield from faults_in(inner, pointer)
    else:
        yield Fault(pointer, messages if isinstance(messages, str) else str(messages))


def is_api_request() -> bool:
    """Whether a program asks, not a person with a browser."""
    return "/api/v1" in request.path or request.path.endswith(("/healthz", "/readyz", "/metrics"))


def answer(
    status: int, detail: str, *, code: str | None = None, faults: Sequence[Fault] = ()
) -> Response:
    """The problem document, or its page."""
    code = code or CODES.get(status, "failure")
    title = HTTPStatus(status).phrase
    if not is_api_request():
        page = render_template(
            "problem.html", status=status, title=title, detail=detail, faults=faults
        )
        return Response(page, status=status)
    problem: dict[str, Any] = {
        "type": f"urn:plenary:problem:{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": request.path,
        "code": code,
    }
    if faults:
        problem["errors"] = [{"pointer": f.pointer, "detail": f.detail} for f in faults]
    response = jsonify(problem)
    response.status_code = status
    response.content_type = "application/problem+json"
    return response


def _to_sign_in() -> Response:
    """Sign in, or renew silently, and come back; a posted form goes along by 307, and is kept."""
    is_reading = request.method in ("GET", "HEAD")
    may_renew = g.get("has_stale_token", False) or not is_reading
    door = "/members/sign-in/renew" if may_renew else "/members/sign-in"
    response = Response(status=307 if may_renew else 303)
    response.headers["Location"] = f"{door}?next={quote(request.full_path.rstrip('?'))}"
    return response


def on_failure(failure: Failure) -> Response:
    """Answer one of our own failures."""
    if isinstance(failure, failures.Unauthenticated) and not is_api_request():
        return _to_sign_in()
    response = answer(status_of(failure), failure.detail, code=failure.code, faults=failure.faults)
    if isinstance(failure, TooMany):
        response.headers["Retry-After"] = str(failure.retry_after_seconds)
    if isinstance(failure, failures.Unauthenticated):
        response.headers["WWW-Authenticate"] = 'Bearer realm="plenary"'
    return response


def on_validation(error: ValidationError) -> Response:
    """Answer a body that marshmallow refused."""
    faults = list(faults_in(error.messages))
    return answer(422, "Some fields need another value; see errors.", faults=faults)


def on_http(error: HTTPException) -> Response:
    """Answer what Flask, werkzeug or webargs refused."""
    if error.response is not None:
        return error.response  # type: ignore[return-value]
    sent = getattr(error, "data", None) or {}
    messages = sent.get("messages")
    if messages and error.code == 422:
        return on_validation(ValidationError(next(iter(messages.values()))))
    status = error.code or 500
    detail = error.description or ""
    if detail == type(error).description and not is_api_request():
        detail = FOR_READERS.get(status, detail)
    response = answer(status, detail)
    if status == 405:
        response.headers["Allow"] = ", ".join(getattr(error, "valid_methods", None) or [])
    return response


def on_database(error: DBAPIError | PoolTimeout) -> Response:
    """The database is away or full: ask again. If it was cut off, it may have been done."""
    is_outage = isinstance(error, OperationalError | PoolTimeout) or (
        isinstance(error, DBAPIError) and error.connection_invalidated
    )
    if not is_outage:
        return on_unexpected(error)
    log.error("database_unavailable", error=str(error).splitlines()[0])
    is_cut = isinstance(error, DBAPIError) and error.connection_invalidated
    response = answer(503, NO_ANSWER if is_cut else OUT_OF_USE, code="unavailable")
    response.headers["Retry-After"] = "2"
    return response


def on_unexpected(error: Exception) -> Response:
    """A fault of ours: logged with its trace, answered without it."""
    log.error("unexpected", path=request.path, exc_info=error)
    return answer(500, "Something went wrong here; it was logged with this request's id.")


def on_form_token(_: CSRFError) -> Response:
    """A form that was open for too long, or was sent from elsewhere."""
    return answer(
        400,
        "This form has expired. Go back, reload the page and send it again.",
        code="form_expired",
    )


def register_errors(app: Flask) -> None:
    """Answer every failure in one form."""
    app.register_error_handler(CSRFError, on_form_token)
    app.register_error_handler(Failure, on_failure)
    app.register_error_handler(ValidationError, on_validation)
    app.register_error_handler(HTTPException, on_http)
    app.register_error_handler(DBAPIError, on_database)
    app.register_error_handler(PoolTimeout, on_database)
    app.register_error_handler(Exception, on_unexpected)
