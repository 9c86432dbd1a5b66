"""A copy of all that every service holds about a person: ask, follow, download.

By nobody's personal token: it would read by one service what it may not read of the others.
"""

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from services.members.actions import gathering
from services.members.api.schemas.data_exports import DataExportOut
from services.members.model import DataExport, Person
from services.members.queries import data_exports as queries
from shared.foundation.failures import Conflict
from shared.web.api import ActionSchema, Blueprint
from shared.web.archives import send_archive
from shared.web.context import current_session, now, this_day
from shared.web.etags import set_etag
from shared.web.identity import IN_PERSON, asker, enter

blueprint = Blueprint("api_data_exports", __name__, url_prefix="/members/api/v1")
ZIP = {"application/zip": {"schema": {"type": "string", "format": "binary"}}}


def _person(person_id: UUID) -> Person:
    session = current_session()
    return queries.get_export_person(session, person_id, asker(), today=this_day())


def _get(person: Person, export_id: UUID) -> DataExport:
    return queries.get_export(current_session(), person.id, export_id, now=now())


@blueprint.route("/people/<uuid:person_id>/exports", methods=["POST"])
@enter(IN_PERSON)
@blueprint.arguments(ActionSchema)
@blueprint.response(202, DataExportOut)
def gather_data(_: dict[str, Any], person_id: UUID) -> DataExport:
    """Gather all that is held about the person; they are mailed when it is ready."""
    made = gathering.ask_all(current_session(), _person(person_id), actor=asker().name, now=now())
    set_etag(made.version)
    return made


@blueprint.route("/people/<uuid:person_id>/exports/<uuid:export_id>", methods=["GET"])
@enter(IN_PERSON)
@blueprint.response(200, DataExportOut)
def read_data_export(person_id: UUID, export_id: UUID) -> DataExport:
    """Whether it is ready."""
    found = _get(_person(person_id), export_id)
    set_etag(found.version)
    return found


@blueprint.route("/people/<uuid:person_id>/exports/<uuid:export_id>/file", methods=["GET"])
@enter(IN_PERSON)
@blueprint.response(200)
@blueprint.doc(responses={"200": {"description": "A ZIP of JSON and CSV", "content": ZIP}})
def download_data_export(person_id: UUID, export_id: UUID) -> ResponseReturnValue:
    """All of it as a ZIP: each table as JSON and as CSV. Raises Conflict until it is ready."""
    person = _person(person_id)
    found = _get(person, export_id)
    if found.ready_at is None:
        raise Conflict("It is still being gathered; ask again soon.", code="not_ready")
    tables = queries.sections_of(current_session(), person, found)
    return send_archive(f"plenary-{found.asked_at:%Y-%m-%d}.zip", tables)
