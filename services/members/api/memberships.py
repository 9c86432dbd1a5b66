"""Memberships: who belongs to whom, and the steps of that."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from services.members.actions import joining
from services.members.api.schemas.organisations import (
    MembershipArguments,
    MembershipIn,
    MembershipOut,
)
from services.members.api.views import filtered
from services.members.model import Membership, Organisation
from services.members.queries import organisations as queries
from services.members.queries.scopes import may_manage
from services.members.queries.sheets import memberships_sheet
from shared.foundation.failures import Forbidden, Invalid
from shared.foundation.identities import Role
from shared.web.api import ActionSchema, Blueprint
from shared.web.context import current_session, now, this_day
from shared.web.etags import set_etag
from shared.web.exporting import file_format, list_response, send_sheet
from shared.web.identity import SIGNED_IN, asker, enter, one_of
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("api_memberships", __name__, url_prefix="/members/api/v1")
MANAGERS = one_of(Role.ORGANIZER, Role.FOCAL_POINT)


@blueprint.route("/memberships", methods=["GET"])
@enter(SIGNED_IN)
@blueprint.arguments(MembershipArguments, location="query")
@list_response(blueprint, MembershipOut)
def list_memberships(arguments: dict[str, Any]) -> ResponseReturnValue:
    """Memberships of which the asker manages one side, newest first."""
    query = filtered(
        queries.memberships_for(asker()), Membership, arguments, "member_id", "host_id", "state"
    )
    keys, kind = [Key(Membership.id, descending=True)], file_format(arguments)
    if kind is not None:
        return send_sheet(memberships_sheet(), query, keys, kind=kind)
    rows, cursor = page_of(
        current_session(),
        query,
        keys,
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    return list_answer(rows, cursor)


@blueprint.route("/memberships", methods=["POST"])
@enter(MANAGERS)
@blueprint.arguments(MembershipIn)
@blueprint.response(201, MembershipOut)
def create_membership(body: dict[str, Any]) -> Membership:
    """A draft, by those who manage one side of it."""
    session, who = current_session(), asker()
    for name in ("member_id", "host_id"):
        if session.get(Organisation, body[name]) is None:
            raise Invalid.at(
                f"/{name}", "No organisation has this id.", code="unknown_organisation"
            )
    sides = (body["member_id"], body["host_id"])
    if not any(may_manage(session, who, side) for side in sides):
        raise Forbidden("You manage neither of the two organisations.")
    body["starts_on"] = body["starts_on"] or this_day()
    made = joining.draft_membership(session, body, actor=who.name, now=now())
    set_etag(made.version)
    return made


@blueprint.route("/memberships/<uuid:membership_id>", methods=["GET"])
@enter(SIGNED_IN)
@blueprint.response(200, MembershipOut)
def read_membership(membership_id: UUID) -> Membership:
    """One membership, for those who manage one side of it."""
    found = queries.get_membership(current_session(), membership_id, asker())
    set_etag(found.version)
    return found


def _step(verb: str, get: Callable[..., Membership], act: Callable[..., Membership]) -> None:
    @enter(MANAGERS)
    @blueprint.arguments(ActionSchema)
    @blueprint.response(200, MembershipOut)
    def step(body: dict[str, Any], membership_id: UUID) -> Membership:
        session = current_session()
        found = get(session, membership_id, asker())
        done = act(session, found, actor=asker().name, now=now(), reason=body["reason"])
        set_etag(done.version)
        return done

    step.__name__ = f"{verb}_membership"
    step.__doc__ = f"{verb.capitalize()} the membership."
    blueprint.route(f"/memberships/<uuid:membership_id>/{verb}", methods=["POST"])(step)


_step("submit", queries.get_as_member, joining.submit)
_step("resign", queries.get_as_member, joining.resign)
_step("return", queries.get_as_host, joining.send_back)
_step("approve", queries.get_as_host, joining.approve)
_step("reject", queries.get_as_host, joining.reject)
_step("suspend", queries.get_as_host, joining.suspend)
_step("reinstate", queries.get_as_host, joining.reinstate)
_step("expel", queries.get_as_host, joining.expel)
_step("renew", queries.get_as_host, joining.renew)
