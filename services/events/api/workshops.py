"""Workshops: list, create, read, change, and the steps of their life."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy import Select, String, cast

from services.events.actions import cloning, scheduling
from services.events.api.schemas.workshops import (
    WORKSHOP_NEEDS,
    CloneIn,
    RescheduleIn,
    SeatsOut,
    SeriesIn,
    SeriesOut,
    WorkshopArguments,
    WorkshopChangeIn,
    WorkshopIn,
    WorkshopOut,
    WorkshopPage,
)
from services.events.api.views import (
    new_workshop_values,
    seats_out,
    workshop_out,
    workshop_values,
)
from services.events.model import Workshop
from services.events.queries import workshops as queries
from services.events.queries.calendars import calendar_of
from services.events.queries.copies import require_organisation
from services.events.queries.projects import require_fundable
from services.events.queries.scopes import may_organize
from shared.foundation.failures import Forbidden
from shared.foundation.identities import Role
from shared.web.api import ActionSchema, Blueprint
from shared.web.context import current_session, now, service
from shared.web.etags import require_match, set_etag
from shared.web.identity import ANYONE, asker, enter, one_of
from shared.web.list_files import listed
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("api_workshops", __name__, url_prefix="/events/api/v1")
ORGANIZER = one_of(Role.ORGANIZER)


def _filtered(query: Select[Workshop], wanted: dict[str, Any]) -> Select[Workshop]:
    for name in ("kind", "host_id", "state"):
        if wanted.get(name) is not None:
            query = query.where(getattr(Workshop, name) == wanted[name])
    if wanted.get("starts_after"):
        query = query.where(Workshop.starts_at > wanted["starts_after"])
    if wanted.get("starts_before"):
        query = query.where(Workshop.starts_at < wanted["starts_before"])
    for word in (wanted.get("q") or "").split():
        query = query.where(cast(Workshop.titles, String).icontains(word, autoescape=True))
    return query


@blueprint.route("/workshops", methods=["GET"])
@enter(ANYONE)
@blueprint.arguments(WorkshopArguments, location="query")
@listed(blueprint, WorkshopPage)
def list_workshops(arguments: dict[str, Any]) -> dict[str, Any]:
    """Workshops that the asker may see."""
    query = _filtered(queries.workshops_for(asker()), arguments)
    is_latest_first = arguments["sort"].startswith("-")
    keys = [Key(Workshop.starts_at, is_latest_first), Key(Workshop.id, is_latest_first)]
    rows, cursor = page_of(
        current_session(), query, keys, cursor=arguments.get("cursor"), limit=arguments["limit"]
    )
    seated = queries.seated_at(current_session(), [row.id for row in rows], asker())
    hosts = queries.organized_hosts(current_session(), {row.host_id for row in rows}, asker())
    items = [
        workshop_out(row, shows_address=row.id in seated or row.host_id in hosts) for row in rows
    ]
    return list_answer(items, cursor)


@blueprint.route("/workshops", methods=["POST"])
@enter(ORGANIZER)
@blueprint.arguments(WorkshopIn)
@blueprint.response(201, WorkshopOut)
def create_workshop(body: dict[str, Any]) -> dict[str, Any]:
    """A draft, for a host that the asker organizes for."""
    session = current_session()
    require_organisation(session, body["host_id"], "/host_id")
    if not may_organize(session, asker(), body["host_id"]):
        raise Forbidden("You don't organize for this host.")
    require_fundable(session, asker(), body["proposal_id"])
    workshop = scheduling.create_workshop(
        session, new_workshop_values(body), actor=asker().name, now=now()
    )
    set_etag(workshop.version)
    return workshop_out(workshop)


@blueprint.route("/workshops/<uuid:workshop_id>", methods=["GET"])
@enter(ANYONE)
@blueprint.response(200, WorkshopOut)
def read_workshop(workshop_id: UUID) -> dict[str, Any]:
    """One workshop."""
    session = current_session()
    workshop = queries.get_workshop(session, workshop_id, asker())
    set_etag(workshop.version)
    is_inside = bool(queries.seated_at(session, [workshop.id], asker())) or may_organize(
        session, asker(), workshop.host_id
    )
    return workshop_out(workshop, shows_address=is_inside)


@blueprint.route("/workshops/<uuid:workshop_id>", methods=["PATCH"])
@enter(ORGANIZER)
@blueprint.arguments(WorkshopChangeIn(partial=WORKSHOP_NEEDS))
@blueprint.response(200, WorkshopOut)
def change_workshop(body: dict[str, Any], workshop_id: UUID) -> dict[str, Any]:
    """Change some fields; attendees are told of what matters to them."""
    session = current_session()
    workshop = queries.get_organized(session, workshop_id, asker())
    scheduling.lock_workshop(session, workshop)
    require_match(workshop.version)
    if body.get("proposal_id") != workshop.proposal_id:
        require_fundable(session, asker(), body.get("proposal_id"))
    told = {"spares_nights": body.pop("spares_nights")}
    scheduling.change_workshop(
        session, workshop, workshop_values(body), actor=asker().name, now=now(), **told
    )
    set_etag(workshop.version)
    return workshop_out(workshop)


def _step(verb: str, act: Callable[..., Workshop]) -> None:
    @enter(ORGANIZER)
    @blueprint.arguments(ActionSchema)
    @blueprint.response(200, WorkshopOut)
    def step(body: dict[str, Any], workshop_id: UUID) -> dict[str, Any]:
        session = current_session()
        workshop = queries.get_organized(session, workshop_id, asker())
        done = act(session, workshop, actor=asker().name, now=now(), reason=body["reason"])
        set_etag(done.version)
        return workshop_out(done)

    step.__name__ = f"{verb}_workshop"
    step.__doc__ = f"{verb.capitalize()} the workshop."
    blueprint.route(f"/workshops/<uuid:workshop_id>/{verb}", methods=["POST"])(step)


_step("publish", scheduling.publish)
_step("close", scheduling.close)
_step("postpone", scheduling.postpone)
_step("cancel", scheduling.cancel_workshop)


@blueprint.route("/workshops/<uuid:workshop_id>/reschedule", methods=["POST"])
@enter(ORGANIZER)
@blueprint.arguments(RescheduleIn)
@blueprint.response(200, WorkshopOut)
def reschedule_workshop(body: dict[str, Any], workshop_id: UUID) -> dict[str, Any]:
    """Publish a postponed workshop with its new time."""
    session = current_session()
    workshop = queries.get_organized(session, workshop_id, asker())
    scheduling.reschedule(session, workshop, actor=asker().name, now=now(), **body)
    set_etag(workshop.version)
    return workshop_out(workshop)


@blueprint.route("/workshops/<uuid:workshop_id>/clone", methods=["POST"])
@enter(ORGANIZER)
@blueprint.arguments(CloneIn)
@blueprint.response(201, WorkshopOut)
def clone_workshop(body: dict[str, Any], workshop_id: UUID) -> dict[str, Any]:
    """A new draft with the same facts and programme, at another time if one is given."""
    session = current_session()
    workshop = queries.get_organized(session, workshop_id, asker())
    made = cloning.clone(
        session,
        workshop,
        starts_at=body["starts_at"],
        with_programme=body["with_programme"],
        with_people=body["with_people"],
        actor=asker().name,
        now=now(),
    )
    set_etag(made.version)
    return workshop_out(made)


@blueprint.route("/workshops/<uuid:workshop_id>/series", methods=["POST"])
@enter(ORGANIZER)
@blueprint.arguments(SeriesIn)
@blueprint.response(201, SeriesOut)
def repeat_workshop(body: dict[str, Any], workshop_id: UUID) -> dict[str, Any]:
    """Drafts after this workshop, so many days apart, at its local hour."""
    session = current_session()
    workshop = queries.get_organized(session, workshop_id, asker())
    made = cloning.series(session, workshop, actor=asker().name, now=now(), **body)
    return {"items": [workshop_out(each) for each in made]}


@blueprint.route("/workshops/<uuid:workshop_id>/seats", methods=["GET"])
@enter(ANYONE)
@blueprint.response(200, SeatsOut)
def read_seats(workshop_id: UUID) -> dict[str, Any]:
    """The seat ledger as it is now."""
    session = current_session()
    workshop = queries.get_workshop(session, workshop_id, asker())
    return seats_out(queries.ledger_of(session, workshop.id))


def _calendar(workshops: list[Workshop]) -> Response:
    public_url = service().settings.public_url
    made = calendar_of(workshops, public_url=public_url, now=now())
    return Response(made, content_type="text/calendar; charset=utf-8")


@blueprint.route("/workshops/<uuid:workshop_id>/calendar.ics", methods=["GET"])
@enter(ANYONE)
@blueprint.response(200, {"type": "string"}, content_type="text/calendar")
def read_calendar(workshop_id: UUID) -> Response:
    """The workshop for a calendar (RFC 5545)."""
    return _calendar([queries.get_workshop(current_session(), workshop_id, asker())])


@blueprint.route("/calendar.ics", methods=["GET"])
@enter(ANYONE)
@blueprint.response(200, {"type": "string"}, content_type="text/calendar")
def read_calendars() -> Response:
    """All workshops to come that the asker may see, for a calendar (RFC 5545)."""
    query = queries.workshops_for(asker()).where(queries.is_upcoming(now()))
    return _calendar(list(current_session().scalars(query.limit(500))))
