"""Renewing the access token on the way: unseen by the person, whatever they were doing."""

from flask import Blueprint, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

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

    Without a live session, go on as a guest; a form waits on a page until one has signed in.
    """
    wanted = safe_next(request.args.get("next"))
    is_reading = request.method == "GET"
    found = _renewed()
    if found is not None:
        back = redirect(wanted, 303 if is_reading else 307)
        set_cookies(back, found)
        return back
    response = redirect(wanted, 303) if is_reading else _kept_form(wanted)
    clear_cookies(response)
    return response


def _kept_form(wanted: str) -> Response:
    """What was posted, to be sent again after signing in; only passwords and files are not kept.

    It carries the token of the page that it was typed on: the door that it goes to checks that.
    """
    typed = [
        (name, text) for name, text in request.form.items(multi=True) if "password" not in name
    ]
    page = render_template(
        "kept_form.html",
        wanted=wanted,
        typed=typed,
        has_files=any(file.filename for file in request.files.values()),
    )
    return make_response(page, 401)
