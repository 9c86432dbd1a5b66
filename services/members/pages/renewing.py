"""Renewing the access token on the way: unseen by the person, whatever they were doing."""

from urllib.parse import quote

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from services.members.actions import signing_in
from services.members.actions.signing_in import SignedIn
from services.members.pages.cookies import clear_cookies, session_secret, set_cookies, settings
from shared.foundation.failures import Unauthenticated
from shared.web.context import now, service
from shared.web.identity import RENEWAL, enter
from shared.web.pages import safe_next

blueprint = Blueprint("renewing", __name__, url_prefix="/members/sign-in")


def _renewed() -> SignedIn | None:
    with service().database.writing() as session:
        opened = signing_in.find_session(session, session_secret(), now=now())
        if opened is None:
            return None
        try:
            return signing_in.renew(
                session,
                opened,
                address=request.remote_addr or "",
                settings=settings(),
                now=now(),
            )
        except Unauthenticated:
            return None


@blueprint.route("/renew", methods=["GET", "POST"])
@enter(RENEWAL)
def renew() -> ResponseReturnValue:
    """Set a fresh token and go back; 307 keeps a posted form.

    Without a live session, go on as a guest; with a form, sign in first.
    """
    wanted = safe_next(request.args.get("next"))
    is_reading = request.method == "GET"
    found = _renewed()
    if found is not None:
        response = redirect(wanted, 303 if is_reading else 307)
        set_cookies(response, found)
        return response
    path = wanted if is_reading else f"/members/sign-in?next={quote(wanted)}"
    response = redirect(path, 303)
    clear_cookies(response)
    return response
