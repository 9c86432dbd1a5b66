"""Nominations: name a person, submit, withdraw, substitute; confirm or decline as nominee."""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from flask.typing import ResponseReturnValue

from services.events.actions import confirming, heads, nominating
from services.events.actions.naming_many import name_many
from services.events.api.schemas.people import (
    NominationArguments,
    NominationIn,
    NominationOut,
    NominationsIn,
    NominationsOut,
    SubstituteIn,
)
from services.events.api.views import nominee_of
from services.events.model import Nomination, PersonCopy
from services.events.queries import registrations as queries
from services.events.queries.copies import require_organisation, require_own_person
from services.events.queries.scopes import may_nominate
from services.events.queries.sheets import nominations_sheet
from services.events.queries.workshops import get_workshop
from shared.foundation.failures import Forbidden, NotFound
from shared.foundation.identities import Asker, Role
from shared.web.api import ActionSchema, Blueprint
from shared.web.context import current_session, now
from shared.web.etags import set_etag
from shared.web.exporting import file_format, list_response, send_sheet
from shared.web.identity import LINK_OR_SIGNED_IN, SIGNED_IN, asker, enter, one_of
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("api_nominations", __name__, url_prefix="/events/api/v1")
BODIES = one_of(Role.FOCAL_POINT, Role.ORGANIZER)


def find_person(person_id: UUID | None, pointer: str = "/person_id") -> PersonCopy | None:
    """The person of a body's person_id. Raises Invalid for one whom the asker can't name by it."""
    if person_id is None:
        return None
    return require_own_person(current_session(), person_id, asker(), pointer)


@blueprint.route("/workshops/<uuid:workshop_id>/nominations", methods=["POST"])
@enter(BODIES)
@blueprint.arguments(NominationIn)
@blueprint.response(201, NominationOut)
@blueprint.alt_response(200, schema=NominationOut, description="Named before")
def nominate(body: dict[str, Any], workshop_id: UUID) -> Any:
    """Name a person for the body: a draft until it is submitted."""
    session = current_session()
    workshop = get_workshop(session, workshop_id, asker())
    body_id = body["organisation_id"]
    if not may_nominate(session, asker(), workshop, body_id):
        raise NotFound("There is no such organisation among yours.")
    require_organisation(session, body_id, "/organisation_id")
    nominee = nominee_of(body, find_person(body["person_id"]))
    made, is_new = nominating.nominate(
        session, workshop, body_id, nominee, nominated_by=asker().person_id, now=now()
    )
    set_etag(made.version)
    return made, 201 if is_new else 200


@blueprint.route("/workshops/<uuid:workshop_id>/nominations/many", methods=["POST"])
@enter(BODIES)
@blueprint.arguments(NominationsIn)
@blueprint.response(200, NominationsOut)
def nominate_many(body: dict[str, Any], workshop_id: UUID) -> dict[str, Any]:
    """Name several people for the body and ask them at once; each gets a verdict."""
    session = current_session()
    workshop = get_workshop(session, workshop_id, asker())
    body_id = body["organisation_id"]
    if not may_nominate(session, asker(), workshop, body_id):
        raise NotFound("There is no such organisation among yours.")
    require_organisation(session, body_id, "/organisation_id")
    nominees = [nominee_of(each, find_person(each["person_id"])) for each in body["people"]]
    named = name_many(
        session,
        workshop,
        body_id,
        nominees,
        is_dry_run=body["dry_run"],
        nominated_by=asker().person_id,
        actor=asker().name,
        now=now(),
    )
    verdicts = [each.verdict for each in named]
    counts = {verdict: verdicts.count(verdict) for verdict in ("new", "duplicate", "error")}
    return {"items": named, "counts": counts}


@blueprint.route("/workshops/<uuid:workshop_id>/nominations", methods=["GET"])
@enter(BODIES)
@blueprint.arguments(NominationArguments, location="query")
@list_response(blueprint, NominationOut)
def list_nominations(arguments: dict[str, Any], workshop_id: UUID) -> ResponseReturnValue:
    """All for organizers, their own bodies' for focal points."""
    session = current_session()
    workshop = get_workshop(session, workshop_id, asker())
    query = queries.nominations_of(session, workshop, asker())
    for name in ("state", "organisation_id"):
        if arguments.get(name) is not None:
            query = query.where(getattr(Nomination, name) == arguments[name])
    query = queries.named(query, Nomination, arguments.get("q", ""))
    keys, kind = [Key(Nomination.id)], file_format(arguments)
    if kind is not None:
        return send_sheet(nominations_sheet(), query, keys, kind=kind)
    rows, cursor = page_of(
        session,
        query,
        keys,
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    return list_answer(rows, cursor)


@blueprint.route("/nominations/<uuid:nomination_id>", methods=["GET"])
@enter(LINK_OR_SIGNED_IN)
@blueprint.response(200, NominationOut)
def read_nomination(nomination_id: UUID) -> Nomination:
    """One nomination, for its nominee, its body and the organizers."""
    found = queries.get_nomination(current_session(), nomination_id, asker())
    set_etag(found.version)
    return found


def require_nominee(found: Nomination, who: Asker) -> None:
    """Raise Forbidden unless the asker is the person who was named."""
    if not queries.is_nominee(found, who):
        raise Forbidden("Only the person who was named can answer.")


def require_body(found: Nomination, who: Asker) -> None:
    """Raise Forbidden unless the asker speaks for the body or organizes the workshop."""
    if not queries.speaks_for_nomination(current_session(), found, who):
        raise Forbidden("Only the body that nominates can do this.")


WHAT_A_STEP_DOES: Final = {
    "make-head": "The nominee heads their delegation; who did so until now is a member of it."
}


def _step(verb: str, require: Callable[..., None], act: Callable[..., Nomination]) -> None:
    entry = LINK_OR_SIGNED_IN if require is require_nominee else SIGNED_IN

    @enter(entry)
    @blueprint.arguments(ActionSchema)
    @blueprint.response(200, NominationOut)
    def step(body: dict[str, Any], nomination_id: UUID) -> Nomination:
        session = current_session()
        found = queries.get_nomination(session, nomination_id, asker())
        require(found, asker())
        done = act(session, found, actor=asker().name, now=now(), reason=body["reason"])
        set_etag(done.version)
        return done

    step.__name__ = f"{verb.replace('-', '_')}_nomination"
    step.__doc__ = WHAT_A_STEP_DOES.get(verb, f"{verb.capitalize()} the nomination.")
    blueprint.route(f"/nominations/<uuid:nomination_id>/{verb}", methods=["POST"])(step)


_step("submit", require_body, nominating.submit)
_step("withdraw", require_body, nominating.withdraw)
_step("make-head", require_body, heads.make_head)
_step("confirm", require_nominee, confirming.confirm)
_step("decline", require_nominee, nominating.decline)


@blueprint.route("/nominations/<uuid:nomination_id>/substitute", methods=["POST"])
@enter(SIGNED_IN)
@blueprint.arguments(SubstituteIn)
@blueprint.response(200, NominationOut)
def substitute_nomination(body: dict[str, Any], nomination_id: UUID) -> Nomination:
    """Another person comes instead; answers the new nomination."""
    session, who = current_session(), asker()
    found = queries.get_nomination(session, nomination_id, who)
    require_body(found, who)
    person = find_person(body["person_id"])
    is_named = person is not None or body["person"] is not None
    roles = {"role": found.role, "capacity": found.capacity}
    return confirming.substitute(
        session,
        found,
        nominee_of(body | roles, person) if is_named else None,
        actor=who.name,
        nominated_by=who.person_id,
        now=now(),
        reason=body["reason"],
    )
