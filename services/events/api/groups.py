"""Registering a group, and answering for it by its contact's link."""

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any
from uuid import UUID

from flask import request

from services.events.actions import grouping
from services.events.actions.asking import questions_ever
from services.events.actions.attending import own_id
from services.events.actions.grouping import Companion, Contact
from services.events.actions.registering import all_as_they_are
from services.events.api.schemas.groups import GroupIn, GroupOut
from services.events.api.views import registration_out
from services.events.model import RegistrationGroup, Workshop
from services.events.model.form import without_counted
from services.events.queries import groups as queries
from services.events.queries.copies import require_organisation
from services.events.queries.workshops import get_workshop
from shared.foundation.languages import nearest_language
from shared.web.api import ActionSchema, Blueprint
from shared.web.context import current_session, now
from shared.web.etags import set_etag
from shared.web.identity import ANYONE, LINK_OR_SIGNED_IN, asker, enter, find_identity

blueprint = Blueprint("api_groups", __name__, url_prefix="/events/api/v1")


def group_out(group: RegistrationGroup) -> dict[str, Any]:
    """For GroupOut; answers that are shown in totals alone are the contact's to see."""
    session = current_session()
    found = all_as_they_are(session, grouping.people_of(session, group))
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
    return group_out(group), 201 if is_new else 200


@blueprint.route("/group-registrations/<uuid:group_id>", methods=["GET"])
@enter(LINK_OR_SIGNED_IN)
@blueprint.response(200, GroupOut)
def read_group(group_id: UUID) -> dict[str, Any]:
    """One group, for its contact, its body and the organizers."""
    found = group_out(queries.get_group(current_session(), group_id, asker()))
    set_etag(sha256(json.dumps(GroupOut().dump(found)).encode()).hexdigest()[:32])
    return found


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
