"""Invitations to register: sent by organizers, answered by those whom they name."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from services.events.actions import answering_invitations, inviting
from services.events.actions.attending import Attendee, own_id
from services.events.actions.inviting import Invitee
from services.events.api.nominations import find_person
from services.events.api.schemas.invitations import (
    InvitationArguments,
    InvitationsIn,
    InvitationsOut,
    InvitedRegistrationIn,
    WorkshopInvitationOut,
)
from services.events.api.schemas.people import RegistrationOut
from services.events.api.signing import ticket_of
from services.events.api.views import registration_out
from services.events.model import WorkshopInvitation
from services.events.queries import invitations as queries
from services.events.queries.copies import require_organisation
from services.events.queries.workshops import get_organized
from shared.foundation.identities import Role
from shared.web.api import ActionSchema, Blueprint
from shared.web.context import current_session, now
from shared.web.etags import set_etag
from shared.web.exporting import file_format, list_response, send_sheet
from shared.web.identity import LINK_OR_SIGNED_IN, asker, enter, find_identity, one_of
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("api_invitations", __name__, url_prefix="/events/api/v1")
OF_WORKSHOP = "/workshops/<uuid:workshop_id>/invitations"
PATH = "/workshop-invitations/<uuid:workshop_invitation_id>"
ORGANIZER = one_of(Role.ORGANIZER)
VERDICTS = ("new", "invited", "registered")


def _invitee(given: dict[str, Any]) -> Invitee:
    person = find_person(given["person_id"], "/people")
    return Invitee.of(person) if person else Invitee(**given)


@blueprint.route(OF_WORKSHOP, methods=["POST"])
@enter(ORGANIZER)
@blueprint.arguments(InvitationsIn)
@blueprint.response(200, InvitationsOut)
def invite_to_workshop(body: dict[str, Any], workshop_id: UUID) -> dict[str, Any]:
    """Invite people by name: each gets a mail with a link to register; each gets a verdict."""
    session = current_session()
    invited = inviting.invite_many(
        session,
        get_organized(session, workshop_id, asker()),
        [_invitee(each) for each in body["people"]],
        expires_at=body["expires_at"],
        is_dry_run=body["dry_run"],
        actor=asker().name,
        now=now(),
    )
    verdicts = [each.verdict for each in invited]
    return {"items": invited, "counts": {each: verdicts.count(each) for each in VERDICTS}}


@blueprint.route(OF_WORKSHOP, methods=["GET"])
@enter(ORGANIZER)
@blueprint.arguments(InvitationArguments, location="query")
@list_response(blueprint, WorkshopInvitationOut)
def list_workshop_invitations(arguments: dict[str, Any], workshop_id: UUID) -> ResponseReturnValue:
    """The workshop's, in the order in which they were sent."""
    session = current_session()
    query = queries.invitations_of(get_organized(session, workshop_id, asker()))
    if arguments.get("state") is not None:
        query = query.where(WorkshopInvitation.state == arguments["state"])
    keys, kind = [Key(WorkshopInvitation.id)], file_format(arguments)
    if kind is not None:
        return send_sheet(queries.invitations_sheet(), query, keys, kind=kind)
    rows, cursor = page_of(
        session, query, keys, cursor=arguments.get("cursor"), limit=arguments["limit"]
    )
    return list_answer(rows, cursor)


@blueprint.route(PATH, methods=["GET"])
@enter(LINK_OR_SIGNED_IN)
@blueprint.response(200, WorkshopInvitationOut)
def read_workshop_invitation(workshop_invitation_id: UUID) -> WorkshopInvitation:
    """One invitation, for the invited person and the organizers."""
    found, _ = queries.get_invitation(current_session(), workshop_invitation_id, asker())
    set_etag(found.version)
    return found


@blueprint.route(f"{PATH}/register", methods=["POST"])
@enter(LINK_OR_SIGNED_IN)
@blueprint.arguments(InvitedRegistrationIn)
@blueprint.response(201, RegistrationOut)
@blueprint.alt_response(200, schema=RegistrationOut, description="Registered before")
def register_invited(body: dict[str, Any], workshop_invitation_id: UUID) -> Any:
    """Register by the invitation, at the address that was invited; it is good once."""
    session = current_session()
    found, _ = queries.get_own_invitation(session, workshop_invitation_id, asker())
    if body["organisation_id"] is not None:
        require_organisation(session, body["organisation_id"], "/organisation_id")
    attendee = Attendee(
        name=body["name"] or found.name,
        email=found.email,
        locale=body["locale"] or found.locale,
        organisation_id=body["organisation_id"],
        person_id=own_id(find_identity(), found.email),
        answers=body["answers"],
    )
    made = answering_invitations.register_invited(
        session, found, attendee, actor=asker().name, now=now()
    )
    set_etag(made.registration.version)
    ticket = ticket_of(made) if made.is_new else {}
    return registration_out(made) | ticket, 201 if made.is_new else 200


def _step(
    verb: str,
    says: str,
    act: Callable[..., WorkshopInvitation],
    find: Callable[..., Any],
) -> None:
    @enter(LINK_OR_SIGNED_IN if find is queries.get_own_invitation else ORGANIZER)
    @blueprint.arguments(ActionSchema)
    @blueprint.response(200, WorkshopInvitationOut)
    def step(body: dict[str, Any], workshop_invitation_id: UUID) -> WorkshopInvitation:
        session = current_session()
        found, _ = find(session, workshop_invitation_id, asker())
        done = act(session, found, actor=asker().name, now=now(), reason=body["reason"])
        set_etag(done.version)
        return done

    step.__name__, step.__doc__ = f"{verb}_workshop_invitation", says
    blueprint.route(f"{PATH}/{verb}", methods=["POST"])(step)


_step(
    "decline",
    "Decline the invitation, as the invited person.",
    answering_invitations.decline_invitation,
    queries.get_own_invitation,
)
_step("resend", "Mail it once more.", inviting.resend, queries.get_organized_invitation)
_step("revoke", "Take it back.", inviting.revoke, queries.get_organized_invitation)
