"""The pool of trainers, and learning paths."""

from typing import Any
from uuid import UUID

from services.events.actions import curating, training
from services.events.api.schemas.courses import (
    LearningPathArguments,
    LearningPathChangeIn,
    LearningPathIn,
    LearningPathOut,
    LearningPathPage,
)
from services.events.api.schemas.trainers import (
    ConflictsOut,
    TrainerArguments,
    TrainerChangeIn,
    TrainerIn,
    TrainerOut,
    TrainerPage,
)
from services.events.api.views import conflict_out
from services.events.model import LearningPath, Trainer
from services.events.queries import courses, trainers
from services.events.queries.copies import require_organisation
from shared.foundation.identities import Role
from shared.web.api import Blueprint
from shared.web.context import current_session, now
from shared.web.etags import require_match, set_etag
from shared.web.identity import ANYONE, asker, enter, one_of
from shared.web.list_files import listed
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("api_trainers", __name__, url_prefix="/events/api/v1")
ORGANIZER = one_of(Role.ORGANIZER)
TRAINER = "/trainers/<uuid:trainer_id>"
PATH = "/learning-paths/<uuid:path_id>"


def _with_courses(found: list[Trainer]) -> list[dict[str, Any]]:
    taught = trainers.taught_courses(current_session(), [each.id for each in found])
    return [vars(each) | {"course_ids": [one.id for one in taught[each.id]]} for each in found]


def _out(trainer: Trainer) -> dict[str, Any]:
    set_etag(trainer.version)
    current_session().refresh(trainer)
    return _with_courses([trainer])[0]


@blueprint.route("/trainers", methods=["GET"])
@enter(ORGANIZER)
@blueprint.arguments(TrainerArguments, location="query")
@listed(blueprint, TrainerPage)
def list_trainers(arguments: dict[str, Any]) -> dict[str, Any]:
    """The pools of the asker's hosts."""
    query = trainers.trainers_for(asker())
    if arguments.get("host_id") is not None:
        query = query.where(Trainer.host_id == arguments["host_id"])
    rows, cursor = page_of(
        current_session(),
        query,
        [Key(Trainer.id)],
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    return list_answer(_with_courses(rows), cursor)


@blueprint.route("/trainers", methods=["POST"])
@enter(ORGANIZER)
@blueprint.arguments(TrainerIn)
@blueprint.response(201, TrainerOut)
def add_trainer(body: dict[str, Any]) -> dict[str, Any]:
    """Somebody more in a pool; which courses they teach is said with these."""
    session = current_session()
    require_organisation(session, body["host_id"], "/host_id")
    courses.require_organizer(session, asker(), body["host_id"])
    return _out(training.add_trainer(session, body, now=now()))


@blueprint.route(TRAINER, methods=["GET"])
@enter(ORGANIZER)
@blueprint.response(200, TrainerOut)
def read_trainer(trainer_id: UUID) -> dict[str, Any]:
    """One trainer."""
    return _out(trainers.get_trainer(current_session(), trainer_id, asker()))


def _locked(trainer_id: UUID) -> Trainer:
    session = current_session()
    found = trainers.get_trainer(session, trainer_id, asker())
    session.refresh(found, with_for_update=True)
    require_match(found.version)
    return found


@blueprint.route(TRAINER, methods=["PATCH"])
@enter(ORGANIZER)
@blueprint.arguments(TrainerChangeIn(partial=("names",)))
@blueprint.response(200, TrainerOut)
def change_trainer(body: dict[str, Any], trainer_id: UUID) -> dict[str, Any]:
    """Change what is said of them."""
    return _out(training.change_trainer(current_session(), _locked(trainer_id), body))


@blueprint.route(TRAINER, methods=["DELETE"])
@enter(ORGANIZER)
@blueprint.response(204)
def remove_trainer(trainer_id: UUID) -> None:
    """Take somebody out of the pool; 409 while they teach a run."""
    training.remove_trainer(current_session(), _locked(trainer_id))


@blueprint.route(f"{TRAINER}/conflicts", methods=["GET"])
@enter(ORGANIZER)
@blueprint.response(200, ConflictsOut)
def list_conflicts(trainer_id: UUID) -> dict[str, Any]:
    """Runs that the trainer is needed in at once."""
    session = current_session()
    found = trainers.get_trainer(session, trainer_id, asker())
    return {"items": [conflict_out(each) for each in trainers.conflicts_of(session, [found.id])]}


def _with_steps(found: list[LearningPath]) -> list[dict[str, Any]]:
    steps = courses.steps_of(current_session(), [each.id for each in found], asker())
    return [vars(each) | {"course_ids": [one.id for one in steps[each.id]]} for each in found]


def _path_out(path: LearningPath) -> dict[str, Any]:
    set_etag(path.version)
    current_session().refresh(path)
    return _with_steps([path])[0]


@blueprint.route("/learning-paths", methods=["GET"])
@enter(ANYONE)
@blueprint.arguments(LearningPathArguments, location="query")
@listed(blueprint, LearningPathPage)
def list_learning_paths(arguments: dict[str, Any]) -> dict[str, Any]:
    """Paths through courses that the asker may see."""
    query = courses.paths_for(asker())
    if arguments.get("host_id") is not None:
        query = query.where(LearningPath.host_id == arguments["host_id"])
    rows, cursor = page_of(
        current_session(),
        query,
        [Key(LearningPath.id)],
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    return list_answer(_with_steps(rows), cursor)


@blueprint.route("/learning-paths", methods=["POST"])
@enter(ORGANIZER)
@blueprint.arguments(LearningPathIn)
@blueprint.response(201, LearningPathOut)
def create_learning_path(body: dict[str, Any]) -> dict[str, Any]:
    """A path through courses of a host that the asker organizes for."""
    session = current_session()
    require_organisation(session, body["host_id"], "/host_id")
    courses.require_organizer(session, asker(), body["host_id"])
    return _path_out(curating.create_path(session, body, now=now()))


@blueprint.route(PATH, methods=["GET"])
@enter(ANYONE)
@blueprint.response(200, LearningPathOut)
def read_learning_path(path_id: UUID) -> dict[str, Any]:
    """One path."""
    return _path_out(courses.get_path(current_session(), path_id, asker()))


def _locked_path(path_id: UUID) -> LearningPath:
    session = current_session()
    found = courses.get_organized_path(session, path_id, asker())
    session.refresh(found, with_for_update=True)
    require_match(found.version)
    return found


@blueprint.route(PATH, methods=["PATCH"])
@enter(ORGANIZER)
@blueprint.arguments(LearningPathChangeIn(partial=("names",)))
@blueprint.response(200, LearningPathOut)
def change_learning_path(body: dict[str, Any], path_id: UUID) -> dict[str, Any]:
    """Change some fields."""
    return _path_out(curating.change_path(current_session(), _locked_path(path_id), body))


@blueprint.route(PATH, methods=["DELETE"])
@enter(ORGANIZER)
@blueprint.response(204)
def remove_learning_path(path_id: UUID) -> None:
    """Take the path away; its courses stay."""
    curating.remove_path(current_session(), _locked_path(path_id))
