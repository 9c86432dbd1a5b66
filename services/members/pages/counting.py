"""Counting tries from forms, and opening a session for a browser."""

from flask import Response, after_this_request, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from services.members.actions import limiting, signing_in
from services.members.actions.limiting import Try
from services.members.model import Person
from services.members.pages.cookies import set_cookies, settings
from shared.web.context import current_session, now, service
from shared.web.pages import safe_next


def require_room(kind: str, email: str) -> Try:
    """The try, to be counted. Raises TooMany."""
    attempt = Try(kind, email, request.remote_addr or "")
    with service().database.reading() as session:
        limiting.require_room(session, attempt, now=now())
    return attempt


def count(attempt: Try, *, has_succeeded: bool = False) -> None:
    """Count the try when the request is over: it counts even if its work was rolled back."""
    instant = now()

    @after_this_request
    def keep(response: Response) -> Response:
        with service().database.writing() as session:
            limiting.keep_attempt(session, attempt, has_succeeded=has_succeeded, now=instant)
        return response


def go_on_signed_in(person: Person, wanted: str | None) -> BaseResponse:
    """Open a session for this browser and go on to the page that was wanted."""
    opened = signing_in.sign_in(
        current_session(),
        person.id,
        agent=request.headers.get("User-Agent", ""),
        address=request.remote_addr or "",
        settings=settings(),
        now=now(),
    )
    response = redirect(safe_next(wanted), 303)
    set_cookies(response, opened)
    return response
