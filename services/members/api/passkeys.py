"""Passkeys: adding and removing one's own, and signing in by one."""

from typing import Any
from uuid import UUID

from flask import request

from services.members.actions import keeping_passkeys
from services.members.actions.failures import NoPasskeysHere
from services.members.actions.keeping_passkeys import Site
from services.members.api.counting import open_session_of, require_fresh, settings
from services.members.api.schemas.access import SignedInOut
from services.members.api.schemas.base import In
from services.members.api.schemas.passkeys import (
    OptionsOut,
    PasskeyEntryIn,
    PasskeyIn,
    PasskeyOut,
)
from services.members.api.schemas.programs import OwnArguments
from services.members.model import Passkey, Person
from services.members.queries import accounts
from shared.web.api import Blueprint
from shared.web.context import current_session, now
from shared.web.etags import require_match, set_etag
from shared.web.idempotency import keeps_own_answer
from shared.web.identity import ANYONE, IN_PERSON, enter, require_identity
from shared.web.list_files import listed
from shared.web.paging import Key, list_answer, page_of, page_schema

blueprint = Blueprint("api_passkeys", __name__, url_prefix="/members/api/v1")


def _site() -> Site:
    found = keeping_passkeys.site_at(request.host, settings().public_url)
    if found is None:
        raise NoPasskeysHere(keeping_passkeys.origins_of(settings().public_url)[-1])
    return found


@blueprint.route("/sign-in/passkey/options", methods=["POST"])
@keeps_own_answer
@enter(ANYONE)
@blueprint.arguments(In)
@blueprint.response(200, OptionsOut)
def passkey_sign_in_options(_: dict[str, Any]) -> dict[str, Any]:
    """What the browser needs to sign in by a passkey."""
    site = _site()
    return {"public_key": keeping_passkeys.options_to_sign_in(site, settings=settings(), now=now())}


@blueprint.route("/sign-in/passkey", methods=["POST"])
@keeps_own_answer
@enter(ANYONE)
@blueprint.arguments(PasskeyEntryIn)
@blueprint.response(200, SignedInOut)
def sign_in_by_passkey(body: dict[str, Any]) -> dict[str, Any]:
    """Sign in by a passkey; no password and no code is asked for."""
    person = keeping_passkeys.person_shown(
        current_session(), body["credential"], _site(), settings=settings(), now=now()
    )
    return open_session_of(person)


@blueprint.route("/me/passkeys", methods=["GET"])
@enter(IN_PERSON)
@blueprint.arguments(OwnArguments, location="query")
@listed(blueprint, page_schema(PasskeyOut))
def list_passkeys(arguments: dict[str, Any]) -> dict[str, Any]:
    """One's passkeys, newest first."""
    rows, cursor = page_of(
        current_session(),
        accounts.own_passkeys(require_identity().person_id),
        [Key(Passkey.id, descending=True)],
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    return list_answer(rows, cursor)


@blueprint.route("/me/passkeys/options", methods=["POST"])
@keeps_own_answer
@enter(IN_PERSON)
@blueprint.arguments(In)
@blueprint.response(200, OptionsOut)
def passkey_options(_: dict[str, Any]) -> dict[str, Any]:
    """What the browser needs to make a passkey."""
    session, site = current_session(), _site()
    person = session.get_one(Person, require_identity().person_id)
    options = keeping_passkeys.options_to_add(session, person, site, settings=settings(), now=now())
    return {"public_key": options}


@blueprint.route("/me/passkeys", methods=["POST"])
@enter(IN_PERSON)
@blueprint.arguments(PasskeyIn)
@blueprint.response(201, PasskeyOut)
def add_passkey(body: dict[str, Any]) -> Passkey:
    """Sign in by this passkey too, from now on."""
    session, site = current_session(), _site()
    require_fresh()
    made = keeping_passkeys.add_passkey(
        session,
        session.get_one(Person, require_identity().person_id),
        body["credential"],
        body["name"],
        site,
        settings=settings(),
        now=now(),
    )
    set_etag(made.version)
    return made


@blueprint.route("/me/passkeys/<uuid:passkey_id>", methods=["DELETE"])
@enter(IN_PERSON)
@blueprint.response(204)
def remove_passkey(passkey_id: UUID) -> None:
    """Nobody signs in by it any more."""
    session, person_id = current_session(), require_identity().person_id
    found = accounts.get_passkey(session, passkey_id, person_id)
    require_match(found.version)
    keeping_passkeys.remove_passkey(session, found, actor=str(person_id), now=now())
