"""Counting tries from programs, and opening a session for one."""

from typing import Any, cast

from flask import Response, after_this_request, request

from services.members.actions import limiting, signing_in
from services.members.actions.limiting import Try
from services.members.api.views import signed_in_out
from services.members.model import Person
from services.members.settings import MembersSettings
from shared.web.context import current_session, now, service


def settings() -> MembersSettings:
    """The service's settings."""
    return cast(MembersSettings, service().settings)


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


def open_session(person: Person) -> dict[str, Any]:
    """Open a session for this program; for SignedInOut."""
    opened = signing_in.sign_in(
        current_session(),
        person.id,
        agent=request.headers.get("User-Agent", ""),
        address=request.remote_addr or "",
        settings=settings(),
        now=now(),
    )
    return signed_in_out(opened)
