"""A run of a course: its figures, its trainers, and what its people should have learnt before."""

from typing import Any
from uuid import UUID

from services.events.actions import requiring, training
from services.events.actions.scheduling import lock_workshop
from services.events.api.schemas.courses import (
    PrerequisiteStandingPage,
    RunFiguresOut,
    WaiverIn,
    WaiverOut,
    WaiverPage,
)
from services.events.api.schemas.trainers import RunTrainersIn, RunTrainersOut
from services.events.api.views import conflict_out
from services.events.model import PrerequisiteWaiver, Registration, Workshop
from services.events.queries import prerequisites as queries
from services.events.queries.attendance import those_with_a_seat
from services.events.queries.copies import names_of
from services.events.queries.courses import get_run
from services.events.queries.run_figures import figures_of, total_of
from services.events.queries.trainers import conflicts_of, trainers_of_run
from services.events.queries.workshops import get_organized
from shared.foundation.identities import Role
from shared.web.api import ActionSchema, Blueprint
from shared.web.context import current_session, now
from shared.web.etags import require_match, set_etag
from shared.web.exporting import ListArguments
from shared.web.identity import asker, enter, one_of
from shared.web.list_files import listed
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("api_runs", __name__, url_prefix="/events/api/v1")
ORGANIZER = one_of(Role.ORGANIZER)
RUN = "/workshops/<uuid:workshop_id>"


def _run(workshop_id: UUID) -> Workshop:
    """The asker's own run of a course."""
    session = current_session()
    found = get_organized(session, workshop_id, asker())
    get_run(session, found)
    return found


@blueprint.route(f"{RUN}/figures", methods=["GET"])
@enter(ORGANIZER)
@blueprint.response(200, RunFiguresOut)
def read_figures(workshop_id: UUID) -> dict[str, Any]:
    """Planned, seated, attended, certified; in all, and by the bodies people came through."""
    session, run = current_session(), _run(workshop_id)
    figures = figures_of(session, [run.id])[run.id]
    bodies = names_of(session, {each.organisation_id for each in figures if each.organisation_id})
    return {
        "workshop_id": run.id,
        "course_id": run.course_id,
        "state": run.state,
        "capacity": run.capacity,
        "total": total_of(figures),
        "counts": [
            vars(each)
            | {"names": bodies.get(each.organisation_id, {}) if each.organisation_id else {}}
            for each in figures
        ],
    }


def _trainers(run: Workshop) -> dict[str, Any]:
    session = current_session()
    ids = [each.id for each in trainers_of_run(session, run.id)]
    clashes = [
        each for each in conflicts_of(session, ids) if run.id in (each.first.id, each.second.id)
    ]
    set_etag(run.version)
    return {"trainer_ids": ids, "conflicts": [conflict_out(each) for each in clashes]}


@blueprint.route(f"{RUN}/trainers", methods=["GET"])
@enter(ORGANIZER)
@blueprint.response(200, RunTrainersOut)
def read_run_trainers(workshop_id: UUID) -> dict[str, Any]:
    """Who teaches the run, and who of them is needed elsewhere at once."""
    return _trainers(_run(workshop_id))


@blueprint.route(f"{RUN}/trainers", methods=["PUT"])
@enter(ORGANIZER)
@blueprint.arguments(RunTrainersIn)
@blueprint.response(200, RunTrainersOut)
def set_run_trainers(body: dict[str, Any], workshop_id: UUID) -> dict[str, Any]:
    """Say who teaches the run, of the host's pool."""
    session, run = current_session(), _run(workshop_id)
    lock_workshop(session, run)
    require_match(run.version)
    training.set_run_trainers(session, run, body["trainer_ids"])
    return _trainers(run)


@blueprint.route(f"{RUN}/prerequisite-standings", methods=["GET"])
@enter(ORGANIZER)
@blueprint.arguments(ListArguments, location="query")
@listed(blueprint, PrerequisiteStandingPage)
def list_prerequisite_standings(arguments: dict[str, Any], workshop_id: UUID) -> dict[str, Any]:
    """Who has a seat, and which earlier courses each has no certificate of."""
    session, run = current_session(), _run(workshop_id)
    rows, cursor = page_of(
        session,
        those_with_a_seat(run),
        [Key(Registration.id)],
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    found = queries.standings(session, run, rows)
    items = [
        {"registration_id": row.id, "name": row.name, "lacks": [each.id for each in lacks]}
        for row, lacks in zip(rows, found, strict=True)
    ]
    return list_answer(items, cursor)


@blueprint.route(f"{RUN}/prerequisite-waivers", methods=["GET"])
@enter(ORGANIZER)
@blueprint.arguments(ListArguments, location="query")
@listed(blueprint, WaiverPage)
def list_waivers(arguments: dict[str, Any], workshop_id: UUID) -> dict[str, Any]:
    """Whom an organizer let into the run without the earlier courses."""
    rows, cursor = page_of(
        current_session(),
        queries.waivers_of(_run(workshop_id).id),
        [Key(PrerequisiteWaiver.id)],
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    return list_answer(rows, cursor)


@blueprint.route(f"{RUN}/prerequisite-waivers", methods=["POST"])
@enter(ORGANIZER)
@blueprint.arguments(WaiverIn)
@blueprint.response(201, WaiverOut)
def add_waiver(body: dict[str, Any], workshop_id: UUID) -> PrerequisiteWaiver:
    """Let somebody in; they register, or are nominated, as others do."""
    options: Any = {"reason": body["reason"], "actor": asker().name, "now": now()}
    return requiring.waive(current_session(), _run(workshop_id), body["email"], **options)


@blueprint.route("/prerequisite-waivers/<uuid:waiver_id>/end", methods=["POST"])
@enter(ORGANIZER)
@blueprint.arguments(ActionSchema)
@blueprint.response(200, WaiverOut)
def end_waiver(_: dict[str, Any], waiver_id: UUID) -> PrerequisiteWaiver:
    """Ask for the earlier courses again; who is registered stays so."""
    session = current_session()
    found = queries.get_waiver(session, waiver_id, asker())
    requiring.end_waiver(session, found)
    return found
