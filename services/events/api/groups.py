"""Registering a group, and answering for it by its contact's link."""

import json
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from services.events.actions import contacting, grouping
from services.events.actions.asking import questions_ever
from services.events.actions.attending import own_id
from services.events.actions.grouping import Companion, Contact
from services.events.actions.registering import Registered, all_as_they_are
from services.events.api.schemas.groups import ContactChangeIn, GroupIn, GroupOut
from services.events.api.views import registration_out
from services.events.model import RegistrationGroup, Workshop
from services.events.model.form import without_counted
from services.events.queries import groups as queries
from services.events.queries.copies import require_organisation
from services.events.queries.sheets import groups_sheet
from services.events.queries.workshops import get_organized, get_workshop
from shared.foundation.identities import Role
from shared.foundation.languages import nearest_language
from shared.web.api import ActionSchema, Blueprint
from shared.web.context import current_session, now
from shared.web.etags import require_match, set_etag
from shared.web.exporting import ListArguments, file_format, list_response, send_sheet
from shared.web.identity import ANYONE, LINK_OR_SIGNED_IN, asker, enter, find_identity, one_of
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("api_groups", __name__, url_prefix="/events/api/v1")


def group_out(group: RegistrationGroup) -> dict[str, Any]:
    """For GroupOut; answers that are shown in totals alone are the contact's to see."""
    session = current_session()
    return _as_seen(group, all_as_they_are(session, grouping.people_of(session, group)))


def _as_seen(group: RegistrationGroup, found: Sequence[Registered]) -> dict[str, Any]:
    session = current_session()
    plain = [registration_out(each) for each in found]
    if not queries.is_contact(group, asker()):
        asked = questions_ever(session, session.get_one(Workshop, group.workshop_id))
        plain = [each | {"answers": without_counted(asked, each["answers"])} for each in plain]
    return {
        "id": group.id,
        "workshop_id": group.workshop_id,
        "organisation_id": group.organisation_id,
        "contact": {"name": group.name, "email": group.email, "locale": group.locale},
        "together": group.is_together,
        "offer_expires_at": next((each.offer.expires_at for each in found if each.offer), None),
        "registrations": plain,
        "created_at": group.created_at,
    }


@blueprint.route("/workshops/<uuid:workshop_id>/group-registrations", methods=["POST"])
@enter(ANYONE)
@blueprint.arguments(GroupIn)
@blueprint.response(201, GroupOut)
@blueprint.alt_response(200, schema=GroupOut, description="Registered before")
def register_group(body: dict[str, Any], workshop_id: UUID) -> Any:
    """Register several people at once: together, or each for themselves."""
    session = current_session()
    workshop = get_workshop(session, workshop_id, asker())
    if body["organisation_id"] is not None:
        require_organisation(session, body["organisation_id"], "/organisation_id")
    given = body["contact"]
    preferred = request.accept_languages.best or "en"
    contact = Contact(
        name=given["name"],
        email=given["email"],
        locale=given["locale"] or nearest_language(preferred),
        organisation_id=body["organisation_id"],
        person_id=own_id(find_identity(), given["email"]),
    )
    group, is_new = grouping.register_group(
        session,
        workshop,
        contact,
        [Companion(**each) for each in body["people"]],
        is_together=body["together"],
        actor=asker().name,
        now=now(),
    )
    plain = group_out(group)
    if not is_new and contact.person_id is None and not queries.is_contact(group, asker()):
        # Names and an address are no proof of who sends them.
        plain["registrations"] = [each | {"answers": {}} for each in plain["registrations"]]
    return plain, 201 if is_new else 200


@blueprint.route("/group-registrations/<uuid:group_id>", methods=["GET"])
@enter(LINK_OR_SIGNED_IN)
@blueprint.response(200, GroupOut)
def read_group(group_id: UUID) -> dict[str, Any]:
    """One group, for its contact, its body and the organizers."""
    found = group_out(queries.get_group(current_session(), group_id, asker()))
    set_etag(_tag_of(found))
    return found


@blueprint.route("/workshops/<uuid:workshop_id>/group-registrations", methods=["GET"])
@enter(one_of(Role.ORGANIZER))
@blueprint.arguments(ListArguments, location="query")
@list_response(blueprint, GroupOut)
def list_groups(arguments: dict[str, Any], workshop_id: UUID) -> ResponseReturnValue:
    """The workshop's groups with their people; as a file, a row a person."""
    session = current_session()
    workshop = get_organized(session, workshop_id, asker())
    query, keys = queries.groups_of(workshop), [Key(RegistrationGroup.id)]
    kind = file_format(arguments)
    if kind is not None:
        return send_sheet(groups_sheet(), query, keys, kind=kind)
    rows, cursor = page_of(
        session, query, keys, cursor=arguments.get("cursor"), limit=arguments["limit"]
    )
    standings = queries.standings_of(session, rows)
    people = [each for standing in standings for each in standing.people]
    shown = {each.registration.id: each for each in all_as_they_are(session, people)}
    plain = [
        _as_seen(standing.group, [shown[each.id] for each in standing.people])
        for standing in standings
    ]
    return list_answer(plain, cursor)


@blueprint.route("/group-registrations/<uuid:group_id>", methods=["PATCH"])
@enter(one_of(Role.ORGANIZER))
@blueprint.arguments(ContactChangeIn)
@blueprint.response(200, GroupOut)
def change_contact(body: dict[str, Any], group_id: UUID) -> dict[str, Any]:
    """Change who answers for the group; at another address, they get the link by mail."""
    session = current_session()
    found, _ = queries.get_organized_group(session, group_id, asker())
    require_match(_tag_of(group_out(found)))
    reason = body.pop("reason")
    contacting.change_contact(session, found, body, actor=asker().name, now=now(), reason=reason)
    plain = group_out(found)
    set_etag(_tag_of(plain))
    return plain


def _tag_of(plain: dict[str, Any]) -> str:
    return sha256(json.dumps(GroupOut().dump(plain)).encode()).hexdigest()[:32]


def _step(verb: str, get: Callable[..., RegistrationGroup], act: Callable[..., Any]) -> None:
    @enter(LINK_OR_SIGNED_IN)
    @blueprint.arguments(ActionSchema)
    @blueprint.response(200, GroupOut)
    def step(body: dict[str, Any], group_id: UUID) -> dict[str, Any]:
        session = current_session()
        found = get(session, group_id, asker())
        reason = {"reason": body["reason"]} if verb == "cancel" else {}
        act(session, found, actor=asker().name, now=now(), **reason)
        return group_out(found)

    step.__name__ = f"{verb}_group"
    step.__doc__ = f"{verb.capitalize()} for the whole group."
    blueprint.route(f"/group-registrations/<uuid:group_id>/{verb}", methods=["POST"])(step)


_step("accept", queries.get_own_group, grouping.accept_group_offer)
_step("decline", queries.get_own_group, grouping.decline_group_offer)
_step("cancel", queries.get_group, grouping.cancel_group)
