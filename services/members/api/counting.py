"""Counting tries from programs, and opening a session for one."""

from typing import Any, cast

from flask import Response, after_this_request, request

from services.members.actions import checking_codes, limiting, signing_in
from services.members.actions.failures import SecondFactorRequired, WrongCode
from services.members.actions.limiting import Try
from services.members.api.views import signed_in_out
from services.members.model import Account, Person
from services.members.settings import MembersSettings
from shared.web.context import current_session, now, service
from shared.web.identity import require_identity


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


def require_fresh(*, is_to_erase: bool = False) -> None:
    """Raise NotFresh unless the asker signed in a short while ago."""
    opened = require_identity().session_id
    signing_in.require_fresh(current_session(), opened, now=now(), is_to_erase=is_to_erase)


def require_code(person: Person, code: str) -> None:
    """Raise WrongCode unless it is a good one of the person; TooMany when too many were tried."""
    session = current_session()
    attempt = require_room("second_factor", session.get_one(Account, person.id).email)
    is_right = checking_codes.take_code(session, person.id, code, settings=settings(), now=now())
    count(attempt, has_succeeded=is_right)
    if not is_right:
        raise WrongCode("This code is not good, or was used already.")


def open_session(person: Person, code: str | None) -> dict[str, Any]:
    """Open a session for this program, after the second step if there is one; for SignedInOut.

    Raises SecondFactorRequired without a code where one is asked for.
    """
    if checking_codes.asks_for_code(current_session(), person.id):
        if code is None:
            raise SecondFactorRequired(
                "This account asks for a second step. Send the same request again with `code`: "
                "one that its app shows, or a recovery code."
            )
        require_code(person, code)
    return open_session_of(person)


def open_session_of(person: Person) -> dict[str, Any]:
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
