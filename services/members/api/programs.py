"""Personal tokens, and the sessions that one is signed in with."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from services.members.actions import giving_tokens, signing_in
from services.members.api.counting import require_fresh, settings
from services.members.api.schemas.access import NothingOut
from services.members.api.schemas.programs import (
    NewTokenOut,
    OwnArguments,
    PersonalTokenIn,
    PersonalTokenOut,
    SessionOut,
)
from services.members.model import Person, PersonalToken, SignInSession
from services.members.queries import accounts
from shared.web.api import ActionSchema, Blueprint
from shared.web.context import current_session, now
from shared.web.etags import require_match
from shared.web.idempotency import keeps_own_answer
from shared.web.identity import IN_PERSON, enter, require_identity
from shared.web.list_files import listed
from shared.web.paging import Key, list_answer, page_of, page_schema

blueprint = Blueprint("api_programs", __name__, url_prefix="/members/api/v1/me")
USUAL_LIFE: Final = timedelta(days=90)
# A session has no fields that its person changes.
SESSION_VERSION: Final = 1


def _token_out(found: PersonalToken) -> dict[str, Any]:
    return {name: getattr(found, name) for name in PersonalTokenOut().fields}


@blueprint.route("/tokens", methods=["GET"])
@enter(IN_PERSON)
@blueprint.arguments(OwnArguments, location="query")
@listed(blueprint, page_schema(PersonalTokenOut))
def list_tokens(arguments: dict[str, Any]) -> dict[str, Any]:
    """One's personal tokens, newest first, without their texts."""
    rows, cursor = page_of(
        current_session(),
        accounts.tokens_of(require_identity().person_id, now=now()),
        [Key(PersonalToken.id, descending=True)],
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    return list_answer(rows, cursor)


@blueprint.route("/tokens", methods=["POST"])
@keeps_own_answer
@enter(IN_PERSON)
@blueprint.arguments(PersonalTokenIn)
@blueprint.response(201, NewTokenOut)
def give_token(body: dict[str, Any]) -> dict[str, Any]:
    """A token for a program: within its scopes it may what one may now. It is shown once."""
    session = current_session()
    require_fresh()
    person = session.get_one(Person, require_identity().person_id)
    made, text = giving_tokens.give_token(
        session,
        person,
        body["name"],
        body["scopes"],
        expires_at=body["expires_at"] or now() + USUAL_LIFE,
        now=now(),
    )
    return _token_out(made) | {"token": text}


@blueprint.route("/tokens/<uuid:token_id>", methods=["DELETE"])
@enter(IN_PERSON)
@blueprint.response(204)
def revoke_token(token_id: UUID) -> None:
    """Take the token back: no service takes it any more."""
    session, person_id = current_session(), require_identity().person_id
    found = accounts.get_token(session, token_id, person_id, now=now())
    require_match(found.version)
    giving_tokens.revoke_token(session, found, actor=str(person_id), now=now())


@blueprint.route("/sessions", methods=["GET"])
@enter(IN_PERSON)
@blueprint.arguments(OwnArguments, location="query")
@listed(blueprint, page_schema(SessionOut))
def list_own_sessions(arguments: dict[str, Any]) -> dict[str, Any]:
    """Where one is signed in, the latest sign-in first."""
    identity = require_identity()
    rows, cursor = page_of(
        current_session(),
        accounts.sessions_of(identity.person_id, now=now()),
        [Key(SignInSession.id, descending=True)],
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    fields = [name for name in SessionOut().fields if name != "is_this_one"]
    items = [
        {name: getattr(row, name) for name in fields}
        | {"is_this_one": row.id == identity.session_id}
        for row in rows
    ]
    return list_answer(items, cursor)


@blueprint.route("/sessions/<uuid:session_id>", methods=["DELETE"])
@enter(IN_PERSON)
@blueprint.response(204)
def end_session(session_id: UUID) -> None:
    """Sign out there: its tokens are refused everywhere."""
    session, person_id = current_session(), require_identity().person_id
    found = signing_in.get_own_session(session, session_id, person_id)
    require_match(SESSION_VERSION)
    signing_in.sign_out(session, found, settings=settings(), now=now())


@blueprint.route("/sign-out-everywhere", methods=["POST"])
@enter(IN_PERSON)
@blueprint.arguments(ActionSchema)
@blueprint.response(200, NothingOut)
def sign_out_everywhere(_: dict[str, Any]) -> dict[str, Any]:
    """End every session, this one too, and every personal token."""
    person_id = require_identity().person_id
    signing_in.sign_out_everywhere(current_session(), person_id, settings=settings(), now=now())
    return {}
