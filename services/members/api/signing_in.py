"""Signing in and out, mailed links, signing up, resetting; and the public keys."""

from typing import Any

from flask import request

from services.members.actions import signing_in, signing_tokens, signing_up
from services.members.actions.choosing_passwords import hash_new_password
from services.members.actions.failures import WrongCredentials
from services.members.actions.mailing_tokens import find_token
from services.members.actions.signing_up import SignUp
from services.members.api.counting import count, open_session, require_room, settings
from services.members.api.schemas.access import (
    AddressIn,
    EntryIn,
    KeySetOut,
    NothingOut,
    PasswordResetIn,
    SignedInOut,
    SignInIn,
    SignUpIn,
)
from services.members.api.schemas.base import In
from services.members.api.views import signed_in_out
from services.members.model import Person
from shared.foundation.names import PersonName
from shared.web.api import ActionSchema, Blueprint
from shared.web.context import current_session, now, service
from shared.web.idempotency import keeps_own_answer
from shared.web.identity import ANYONE, IN_PERSON, enter, require_identity
from shared.web.keys import ALGORITHM

blueprint = Blueprint("api_signing_in", __name__, url_prefix="/members/api/v1")
ACCEPTED = "Done; a mail is on its way if the address is known"


@blueprint.route("/sign-in", methods=["POST"])
@keeps_own_answer
@enter(ANYONE)
@blueprint.arguments(SignInIn)
@blueprint.response(200, SignedInOut)
def sign_in(body: dict[str, Any]) -> dict[str, Any]:
    """Sign in by password. The same answer for an unknown address and a wrong password.

    Where the account asks for a second step, the right password alone answers 401 with the
    code `second_factor_required`: ask again with a `code`.
    """
    attempt = require_room("sign_in", body["email"])
    with service().database.reading() as reading:
        account = signing_in.find_by_password(reading, body["email"], body["password"])
    count(attempt, has_succeeded=account is not None)
    if account is None:
        raise WrongCredentials("The address and the password don't belong together.")
    return open_session(current_session().get_one(Person, account.person_id), body["code"])


@blueprint.route("/sign-in/link", methods=["POST"])
@enter(ANYONE)
@blueprint.arguments(AddressIn)
@blueprint.response(202, NothingOut, description=ACCEPTED)
def ask_link(body: dict[str, Any]) -> dict[str, Any]:
    """Mail a link that signs in."""
    count(require_room("sign_in_link", body["email"]))
    signing_up.ask_sign_in_link(current_session(), body["email"], settings=settings(), now=now())
    return {}


@blueprint.route("/sign-in/link/confirm", methods=["POST"])
@keeps_own_answer
@enter(ANYONE)
@blueprint.arguments(EntryIn)
@blueprint.response(200, SignedInOut)
def confirm_link(body: dict[str, Any]) -> dict[str, Any]:
    """Sign in by the token of a mailed link; it works once."""
    person = signing_up.confirm_sign_in_link(current_session(), body["token"], now=now())
    return open_session(person, body["code"])


@blueprint.route("/sign-in/renew", methods=["POST"])
@keeps_own_answer
@enter(IN_PERSON)
@blueprint.arguments(In)
@blueprint.response(200, SignedInOut)
def renew(_: dict[str, Any]) -> dict[str, Any]:
    """A fresh token, with today's grants, for a live session."""
    session = current_session()
    opened = signing_in.require_session(session, require_identity().session_id, now=now())
    return signed_in_out(
        signing_in.renew(
            session,
            opened,
            address=request.remote_addr or "",
            settings=settings(),
            now=now(),
        )
    )


@blueprint.route("/sign-out", methods=["POST"])
@enter(IN_PERSON)
@blueprint.arguments(ActionSchema)
@blueprint.response(200, NothingOut)
def sign_out(_: dict[str, Any]) -> dict[str, Any]:
    """End this session; its tokens are refused everywhere."""
    session = current_session()
    opened = signing_in.require_session(session, require_identity().session_id, now=now())
    signing_in.sign_out(session, opened, settings=settings(), now=now())
    return {}


@blueprint.route("/password-reset", methods=["POST"])
@enter(ANYONE)
@blueprint.arguments(AddressIn)
@blueprint.response(202, NothingOut, description=ACCEPTED)
def ask_reset(body: dict[str, Any]) -> dict[str, Any]:
    """Mail a link to choose a new password."""
    count(require_room("password_reset", body["email"]))
    signing_up.ask_password_reset(current_session(), body["email"], settings=settings(), now=now())
    return {}


@blueprint.route("/password-reset/confirm", methods=["POST"])
@enter(ANYONE)
@blueprint.arguments(PasswordResetIn)
@blueprint.response(200, NothingOut)
def confirm_reset(body: dict[str, Any]) -> dict[str, Any]:
    """The account has this password from now on, and is signed out everywhere."""
    session = current_session()
    found = find_token(session, "password_reset", body["token"], now=now())
    password_hash = hash_new_password(body["password"], about=[found.email] if found else [])
    signing_up.reset_password(session, body["token"], password_hash, settings=settings(), now=now())
    return {}


@blueprint.route("/sign-up", methods=["POST"])
@enter(ANYONE)
@blueprint.arguments(SignUpIn)
@blueprint.response(202, NothingOut, description="Done; a mail with a link is on its way")
def sign_up(body: dict[str, Any]) -> dict[str, Any]:
    """Ask for an account; the mailed link opens it."""
    count(require_room("sign_up", body["email"]))
    password, names = body["password"], [PersonName(**name) for name in body["names"]]
    about = [body["email"], *(name.full for name in names)]
    wanted = SignUp(
        names=names,
        email=body["email"],
        locale=body["locale"],
        password_hash=hash_new_password(password, about=about) if password else None,
    )
    signing_up.ask_sign_up(current_session(), wanted, settings=settings(), now=now())
    return {}


@blueprint.route("/sign-up/confirm", methods=["POST"])
@keeps_own_answer
@enter(ANYONE)
@blueprint.arguments(EntryIn)
@blueprint.response(200, SignedInOut)
def confirm_sign_up(body: dict[str, Any]) -> dict[str, Any]:
    """Open the account; earlier guest registrations of the address become its own."""
    person = signing_up.confirm_sign_up(current_session(), body["token"], now=now())
    return open_session(person, body["code"])


@blueprint.route("/jwks.json", methods=["GET"])
@enter(ANYONE)
@blueprint.response(200, KeySetOut)
def read_keys() -> dict[str, Any]:
    """The public keys that access tokens are signed with (RFC 7517)."""
    keys = signing_tokens.known_keys(current_session(), now=now())
    return {
        "keys": [
            {
                "kty": "OKP",
                "crv": "Ed25519",
                "x": key.public_x,
                "kid": str(key.id),
                "alg": ALGORITHM,
                "use": "sig",
            }
            for key in keys
        ]
    }
