"""Counting tries from forms, and opening a session for a browser."""

from typing import Final
from urllib.parse import quote

from flask import Response, abort, after_this_request, redirect, request
from flask import session as cookie
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from services.members.actions import checking_codes, limiting, signing_in
from services.members.actions.failures import NotFresh
from services.members.actions.limiting import Try
from services.members.model import Account, Person
from services.members.pages.cookies import set_cookies, settings
from services.members.pages.devices import device_of, know_device
from shared.web.context import current_session, now, service
from shared.web.identity import require_identity
from shared.web.pages import safe_next, say

HALF: Final = "half_signed_in"
"""Key in the browser's signed cookie: who has shown the first half of who they are, and when."""
HALF_SECONDS: Final = 600


def require_room(kind: str, email: str) -> Try:
    """The try, to be counted. Raises TooMany."""
    attempt = Try(kind, email, request.remote_addr or "", device_of(email))
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


def require_fresh(path: str, *, is_to_erase: bool = False) -> None:
    """Send whoever signed in too long ago to sign in again, and then on to the path."""
    opened = require_identity().session_id
    try:
        signing_in.require_fresh(current_session(), opened, now=now(), is_to_erase=is_to_erase)
    except NotFresh as failure:
        say(_(failure.detail), kind="bad")
        abort(redirect(f"/members/sign-in?again=1&next={quote(path)}", 303))


def go_on_signed_in(
    person: Person, wanted: str | None, *, session: Session | None = None
) -> BaseResponse:
    """Go on to the page that was wanted: through the second step, where there is one.

    session: to write in; None: the request's.
    """
    session = session or current_session()
    if not checking_codes.asks_for_code(session, person.id):
        return open_session(person, wanted, session=session)
    cookie[HALF] = {
        "person_id": str(person.id),
        "at": int(now().timestamp()),
        "next": safe_next(wanted),
    }
    return redirect("/members/sign-in/code", 303)


def open_session(
    person: Person, wanted: str | None, *, session: Session | None = None
) -> BaseResponse:
    """Open a session for this browser and go on to the page that was wanted."""
    session = session or current_session()
    opened = signing_in.sign_in(
        session,
        person.id,
        agent=request.headers.get("User-Agent", ""),
        address=request.remote_addr or "",
        settings=settings(),
        now=now(),
    )
    response = redirect(safe_next(wanted), 303)
    set_cookies(response, opened)
    know_device(response, session.get_one(Account, person.id).email)
    return response
