"""The second step of signing in: setting it up, confirming it, turning it off."""

from typing import Any

from sqlalchemy.orm import Session

from services.members.actions import checking_codes
from services.members.actions.checking_codes import SetUp, Standing
from services.members.api.counting import require_code, require_fresh, settings
from services.members.api.schemas.access import NothingOut
from services.members.api.schemas.base import In
from services.members.api.schemas.second_factor import (
    CodeIn,
    RecoveryCodesOut,
    SetUpOut,
    StandingOut,
)
from services.members.model import Person
from shared.web.api import Blueprint
from shared.web.context import current_session, now
from shared.web.idempotency import keeps_own_answer
from shared.web.identity import IN_PERSON, enter, require_identity

blueprint = Blueprint("api_second_factor", __name__, url_prefix="/members/api/v1/me/second-factor")


def _me(session: Session) -> Person:
    return session.get_one(Person, require_identity().person_id)


@blueprint.route("", methods=["GET"])
@enter(IN_PERSON)
@blueprint.response(200, StandingOut)
def read_second_factor() -> Standing:
    """Whether a code is asked for, and how many recovery codes are left."""
    return checking_codes.standing_of(current_session(), require_identity().person_id)


@blueprint.route("", methods=["POST"])
@keeps_own_answer
@enter(IN_PERSON)
@blueprint.arguments(In)
@blueprint.response(201, SetUpOut)
def set_up_second_factor(_: dict[str, Any]) -> SetUp:
    """A secret for an app that shows codes (RFC 6238). Confirm its first code to turn it on."""
    session = current_session()
    require_fresh()
    return checking_codes.set_up(session, _me(session), settings=settings(), now=now())


@blueprint.route("/confirm", methods=["POST"])
@keeps_own_answer
@enter(IN_PERSON)
@blueprint.arguments(CodeIn)
@blueprint.response(200, RecoveryCodesOut)
def confirm_second_factor(body: dict[str, Any]) -> dict[str, Any]:
    """From now on a code is asked for; the recovery codes are shown once."""
    session = current_session()
    require_fresh()
    codes = checking_codes.confirm(
        session, _me(session), body["code"], settings=settings(), now=now()
    )
    return {"recovery_codes": codes}


@blueprint.route("/recovery-codes", methods=["POST"])
@keeps_own_answer
@enter(IN_PERSON)
@blueprint.arguments(CodeIn)
@blueprint.response(200, RecoveryCodesOut)
def renew_recovery_codes(body: dict[str, Any]) -> dict[str, Any]:
    """New recovery codes; those before are good no more."""
    session = current_session()
    person = _me(session)
    require_code(person, body["code"])
    return {"recovery_codes": checking_codes.renew_recovery_codes(session, person, now=now())}


@blueprint.route("/remove", methods=["POST"])
@keeps_own_answer
@enter(IN_PERSON)
@blueprint.arguments(CodeIn)
@blueprint.response(200, NothingOut)
def remove_second_factor(body: dict[str, Any]) -> dict[str, Any]:
    """No code is asked for any more."""
    session = current_session()
    person = _me(session)
    require_code(person, body["code"])
    checking_codes.turn_off(session, person, actor=str(person.id), now=now())
    return {}
