"""Registrations of a workshop; one registration, by its person, its link, or the organizers."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from flask import Response, make_response, request
from flask.typing import ResponseReturnValue

from services.events.actions import changing, overriding, registering
from services.events.actions.admitting import KeptUnder, admit_at_once
from services.events.actions.asking import questions_ever
from services.events.actions.attending import Attendee, own_id
from services.events.actions.registering import Registered, as_it_is
from services.events.api.schemas.people import (
    RegistrationChangeIn,
    RegistrationChangeOut,
    RegistrationIn,
    RegistrationOut,
    RosterArguments,
)
from services.events.api.seen import change_seen, registration_made, registration_seen
from services.events.api.signing import sign_ticket, ticket_of
from services.events.api.views import registration_out
from services.events.model import Registration, RegistrationChange
from services.events.model.form import counted, without_counted
from services.events.queries import registrations as queries
from services.events.queries.copies import require_organisation
from services.events.queries.sheets import roster_sheet
from services.events.queries.workshops import get_organized, get_workshop
from shared.database import Database
from shared.foundation.failures import Invalid
from shared.foundation.identities import Role
from shared.foundation.languages import nearest_language
from shared.web.api import ActionSchema, Blueprint
from shared.web.context import current_session, now, service
from shared.web.etags import require_match, set_etag, tag_of
from shared.web.exporting import ListArguments, file_format, list_response, send_sheet
from shared.web.idempotency import asked_with_key, keeps_own_answer, once
from shared.web.identity import ANYONE, LINK_OR_SIGNED_IN, asker, enter, find_identity, one_of
from shared.web.list_files import listed
from shared.web.pages import page_language
from shared.web.paging import Key, list_answer, page_of, page_schema

blueprint = Blueprint("api_registrations", __name__, url_prefix="/events/api/v1")
OUT: Final = RegistrationOut()
FIRST_VERSION: Final = 1
KEPT_HEADERS: Final = json.dumps(
    {"Content-Type": "application/json", "ETag": tag_of(FIRST_VERSION)}
)


def attendee_of(body: dict[str, Any]) -> Attendee:
    """Who registers: the signed-in person for their own address, else a guest."""
    preferred = request.accept_languages.best or "en"
    return Attendee(
        name=body["name"],
        email=body["email"],
        locale=body.get("locale") or nearest_language(preferred),
        organisation_id=body.get("organisation_id"),
        person_id=own_id(find_identity(), body["email"]),
        answers=body.get("answers") or {},
    )


@blueprint.route("/workshops/<uuid:workshop_id>/registrations", methods=["POST"])
@enter(ANYONE)
@keeps_own_answer
@blueprint.arguments(RegistrationIn)
@blueprint.response(201, RegistrationOut)
@blueprint.alt_response(200, schema=RegistrationOut, description="Registered before")
def register(body: dict[str, Any], workshop_id: UUID) -> Any:
    """Register: a seat, or a place in line. The same address and name again answer the first."""
    attendee = attendee_of(body)
    database = service().database
    if not database.is_sqlite:
        answer = _admit_at_once(database, attendee, workshop_id)
        if answer is not None:
            return Response(answer, status=201, content_type="application/json")
    return once(lambda: make_response(_register(attendee, workshop_id)))


def _admit_at_once(database: Database, attendee: Attendee, workshop_id: UUID) -> str | None:
    asked = asked_with_key()
    kept = KeptUnder(asked.key_hash, asked.body_hash, KEPT_HEADERS) if asked else KeptUnder()
    set_etag(FIRST_VERSION)
    who = asker().name
    return admit_at_once(
        database, workshop_id, attendee, kept, answer=_seated, actor=who, now=now()
    )


def _seated(columns: Mapping[str, Any]) -> dict[str, Any]:
    ticket = sign_ticket(columns["id"], columns["workshop_id"])
    plain: dict[str, Any] = OUT.dump({**columns, "ticket": ticket})
    return plain


def _plain(found: Registered, *, is_theirs: bool) -> dict[str, Any]:
    ticket = ticket_of(found) if found.is_new else {}
    plain: dict[str, Any] = OUT.dump(registration_made(found, is_theirs=is_theirs) | ticket)
    return plain


def _register(attendee: Attendee, workshop_id: UUID) -> tuple[dict[str, Any], int]:
    session = current_session()
    workshop = get_workshop(session, workshop_id, asker())
    if attendee.organisation_id is not None:
        require_organisation(session, attendee.organisation_id, "/organisation_id")
    found = registering.register(session, workshop, attendee, actor=asker().name, now=now())
    set_etag(found.registration.version)
    plain = _plain(found, is_theirs=attendee.person_id is not None)
    return plain, 201 if found.is_new else 200


@blueprint.route("/workshops/<uuid:workshop_id>/registrations", methods=["GET"])
@enter(one_of(Role.ORGANIZER, Role.FOCAL_POINT))
@blueprint.arguments(RosterArguments, location="query")
@list_response(blueprint, RegistrationOut)
def list_registrations(arguments: dict[str, Any], workshop_id: UUID) -> ResponseReturnValue:
    """The roster: all for organizers, their own bodies' people for focal points."""
    session = current_session()
    workshop = get_workshop(session, workshop_id, asker())
    query = queries.roster(session, workshop, asker())
    for name in ("state", "organisation_id"):
        if arguments.get(name) is not None:
            query = query.where(getattr(Registration, name) == arguments[name])
    query = queries.named(query, Registration, arguments.get("q", ""))
    asked = questions_ever(session, workshop)
    if arguments.get("answer"):
        key, _, value = arguments["answer"].partition(":")
        if key in {question["key"] for question in counted(asked)}:
            raise Invalid.at("/answer", "Answers to this question are shown in totals alone.")
        query = queries.answered(query, key, value)
    keys, kind = [Key(Registration.id)], file_format(arguments)
    if kind is not None:
        sheet = roster_sheet(asked, language=page_language())
        return send_sheet(sheet, query, keys, kind=kind)
    rows, cursor = page_of(
        session,
        query,
        keys,
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    found = registering.all_as_they_are(session, rows)
    return list_answer([_as_others_see(each, asked) for each in found], cursor)


def _as_others_see(found: Registered, asked: list[dict[str, Any]]) -> dict[str, Any]:
    plain = registration_out(found)
    return plain | {"answers": without_counted(asked, plain["answers"])}


@blueprint.route("/registrations/<uuid:registration_id>", methods=["GET"])
@enter(LINK_OR_SIGNED_IN)
@blueprint.response(200, RegistrationOut)
def read_registration(registration_id: UUID) -> dict[str, Any]:
    """One registration, with its place in line or its offer."""
    session = current_session()
    found = queries.get_registration(session, registration_id, asker())
    set_etag(found.version)
    registered = as_it_is(session, found)
    return registration_seen(registered) | ticket_of(registered)


@blueprint.route("/registrations/<uuid:registration_id>", methods=["PATCH"])
@enter(LINK_OR_SIGNED_IN)
@blueprint.arguments(RegistrationChangeIn)
@blueprint.response(200, RegistrationOut)
@blueprint.alt_response(202, schema=RegistrationOut, description="Waits for the organizer")
def change_registration(body: dict[str, Any], registration_id: UUID) -> Any:
    """Change the name, the language or the answers; after the closing, by the organizer's leave."""
    session = current_session()
    found, is_organizer = queries.get_changeable(session, registration_id, asker())
    require_match(found.version)
    waits = changing.change_registration(
        session, found, body, is_organizer=is_organizer, actor=asker().name, now=now()
    )
    set_etag(found.version)
    return registration_seen(as_it_is(session, found)), 202 if waits else 200


@blueprint.route("/workshops/<uuid:workshop_id>/registration-changes", methods=["GET"])
@enter(one_of(Role.ORGANIZER))
@blueprint.arguments(ListArguments, location="query")
@listed(blueprint, page_schema(RegistrationChangeOut))
def list_changes(arguments: dict[str, Any], workshop_id: UUID) -> dict[str, Any]:
    """Changes that wait for the organizer, oldest first."""
    session = current_session()
    workshop = get_organized(session, workshop_id, asker())
    rows, cursor = page_of(
        session,
        queries.changes_of(workshop),
        [Key(RegistrationChange.id)],
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    return list_answer([change_seen(row) for row in rows], cursor)


def _decide(verb: str, *, is_approved: bool) -> None:
    @enter(one_of(Role.ORGANIZER))
    @blueprint.arguments(ActionSchema)
    @blueprint.response(200, RegistrationChangeOut)
    def decide(body: dict[str, Any], change_id: UUID) -> dict[str, Any]:
        session = current_session()
        found = queries.get_organized_change(session, change_id, asker())
        done = changing.decide_change(
            session,
            found,
            is_approved=is_approved,
            actor=asker().name,
            now=now(),
            reason=body["reason"],
        )
        return change_seen(done)

    decide.__name__ = f"{verb}_change"
    decide.__doc__ = f"{verb.capitalize()} the change."
    blueprint.route(f"/registration-changes/<uuid:change_id>/{verb}", methods=["POST"])(decide)


_decide("approve", is_approved=True)
_decide("reject", is_approved=False)
Getter = Callable[..., Registration]


def _step(verb: str, get: Getter, act: Callable[..., Registration], told: str = "") -> None:
    entry = LINK_OR_SIGNED_IN if verb == "cancel" else one_of(Role.ORGANIZER)

    @enter(entry)
    @blueprint.arguments(ActionSchema)
    @blueprint.response(200, RegistrationOut)
    def step(body: dict[str, Any], registration_id: UUID) -> dict[str, Any]:
        session = current_session()
        found = get(session, registration_id, asker())
        done = act(session, found, actor=asker().name, now=now(), reason=body["reason"])
        set_etag(done.version)
        return registration_seen(as_it_is(session, done))

    step.__name__ = f"{verb.replace('-', '_')}_registration"
    step.__doc__ = told or f"{verb.capitalize()} the registration."
    blueprint.route(f"/registrations/<uuid:registration_id>/{verb}", methods=["POST"])(step)


_step("approve", queries.get_organized_registration, registering.approve)
_step("reject", queries.get_organized_registration, registering.reject)
_step("cancel", queries.get_registration, registering.cancel_registration)
_step(
    "put-first",
    queries.get_organized_registration,
    overriding.put_first,
    "Serve one who waits out of turn, for a reason that is kept: first in line from now on.",
)
