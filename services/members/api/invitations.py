"""Invitations to take an account, and accepting them."""

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from services.members.actions import accepting, granting, inviting
from services.members.actions.choosing_passwords import hash_new_password
from services.members.actions.granting import Power
from services.members.actions.inviting import Wish, power_of
from services.members.api.counting import count, open_session, require_room, settings
from services.members.api.schemas.access import SignedInOut
from services.members.api.schemas.invitations import (
    AcceptanceIn,
    InvitationArguments,
    InvitationIn,
    InvitationOut,
)
from services.members.api.views import filtered
from services.members.model import Invitation, Organisation, Person
from services.members.queries import invitations as queries
from services.members.queries.scopes import may_manage
from services.members.queries.sheets_of_asking import invitations_sheet
from shared.foundation.failures import Forbidden, Invalid
from shared.foundation.identities import Role
from shared.foundation.names import PersonName
from shared.web.api import ActionSchema, Blueprint
from shared.web.context import current_session, now
from shared.web.etags import require_match, set_etag
from shared.web.exporting import file_format, list_response, send_sheet
from shared.web.idempotency import keeps_own_answer
from shared.web.identity import ANYONE, asker, enter, one_of, require_identity
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("api_invitations", __name__, url_prefix="/members/api/v1/invitations")
MANAGERS = one_of(Role.ORGANIZER, Role.FOCAL_POINT)


def _out(found: Invitation) -> dict[str, Any]:
    names = [name for name in InvitationOut().fields if name != "state"]
    return {name: getattr(found, name) for name in names} | {"state": found.state_at(now())}


def _inviter() -> Person:
    return current_session().get_one(Person, require_identity().person_id)


@blueprint.route("", methods=["GET"])
@enter(MANAGERS)
@blueprint.arguments(InvitationArguments, location="query")
@list_response(blueprint, InvitationOut)
def list_invitations(arguments: dict[str, Any]) -> ResponseReturnValue:
    """Invitations of the asker's organisations, newest first."""
    query = filtered(queries.invitations_for(asker()), Invitation, arguments, "organisation_id")
    if "state" in arguments:
        query = queries.in_state(arguments["state"], query, now=now())
    keys, kind = [Key(Invitation.id, descending=True)], file_format(arguments)
    if kind is not None:
        return send_sheet(invitations_sheet(now=now()), query, keys, kind=kind)
    rows, cursor = page_of(
        current_session(),
        query,
        keys,
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    return list_answer([_out(row) for row in rows], cursor)


def require_may_invite(power: Power | None, organisation_id: UUID | None) -> None:
    """Raise what refuses an asker who may not invite for the organisation, or not with that."""
    session, who = current_session(), asker()
    if organisation_id is not None and session.get(Organisation, organisation_id) is None:
        raise Invalid.at(
            "/organisation_id", "No organisation has this id.", code="unknown_organisation"
        )
    if power is not None:
        granting.require_holding(session, who, power, now=now())
    elif organisation_id is None:
        if not who.has(Role.OPERATOR):
            raise Forbidden("Name the organisation that you invite for.")
    elif not may_manage(session, who, organisation_id):
        raise Forbidden("Only those who manage this organisation may do this.")


@blueprint.route("", methods=["POST"])
@enter(MANAGERS)
@blueprint.arguments(InvitationIn)
@blueprint.response(201, InvitationOut)
def create_invitation(body: dict[str, Any]) -> dict[str, Any]:
    """Invite somebody by mail. The same answer whether the address has an account or not."""
    role = Role(body["role"]) if body["role"] else None
    wish = Wish(**body | {"role": role})
    require_may_invite(power_of(wish), wish.organisation_id)
    count(require_room("invitation", wish.email))
    made = inviting.invite(current_session(), wish, by=_inviter(), settings=settings(), now=now())
    set_etag(made.version)
    return _out(made)


@blueprint.route("/<uuid:invitation_id>", methods=["GET"])
@enter(MANAGERS)
@blueprint.response(200, InvitationOut)
def read_invitation(invitation_id: UUID) -> dict[str, Any]:
    """One invitation."""
    found = queries.get_invitation(current_session(), invitation_id, asker())
    set_etag(found.version)
    return _out(found)


@blueprint.route("/<uuid:invitation_id>", methods=["DELETE"])
@enter(MANAGERS)
@blueprint.response(204)
def revoke_invitation(invitation_id: UUID) -> None:
    """Take it back: its link opens nothing any more."""
    session, who = current_session(), asker()
    found = queries.get_invitation(session, invitation_id, who)
    require_match(found.version)
    inviting.revoke(session, found, actor=who.name, now=now())


@blueprint.route("/<uuid:invitation_id>/resend", methods=["POST"])
@enter(MANAGERS)
@blueprint.arguments(ActionSchema)
@blueprint.response(200, InvitationOut)
def resend_invitation(_: dict[str, Any], invitation_id: UUID) -> dict[str, Any]:
    """Mail it once more, with a new link; the one before opens nothing any more."""
    session = current_session()
    found = queries.get_invitation(session, invitation_id, asker())
    require_may_invite(power_of(found), found.organisation_id)
    count(require_room("invitation", found.email))
    inviting.resend(session, found, by=_inviter(), settings=settings(), now=now())
    set_etag(found.version)
    return _out(found)


@blueprint.route("/accept", methods=["POST"])
@keeps_own_answer
@enter(ANYONE)
@blueprint.arguments(AcceptanceIn)
@blueprint.response(200, SignedInOut)
def accept_invitation(body: dict[str, Any]) -> dict[str, Any]:
    """Take the account, and the grant that comes with it, and be signed in."""
    password, session = body["password"], current_session()
    found = accepting.find_invitation(session, body["token"], now=now())
    about = [found.email, found.name] if found else []
    person = accepting.accept(
        session,
        body["token"],
        names=[PersonName(**name) for name in body["names"]],
        password_hash=hash_new_password(password, about=about) if password else None,
        now=now(),
    )
    return open_session(person, body["code"])
