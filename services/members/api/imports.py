"""Imports: a file's dry run, applying it, and taking it back."""

from typing import Any, Final
from uuid import UUID

from flask import Response, after_this_request
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError

from services.members.actions.imports import applying, previewing
from services.members.actions.imports.fields import FIELDS, custom_fields_for
from services.members.actions.imports.previewing import Upload
from services.members.actions.imports.reasons import sentence
from services.members.actions.imports.tables import open_table
from services.members.actions.imports.working import go_on_for
from services.members.api.schemas.imports import (
    ImportArguments,
    ImportChangeIn,
    ImportIn,
    ImportOut,
    ImportRowArguments,
    ImportRowOut,
)
from services.members.api.views import filtered
from services.members.model import Import, ImportRow
from services.members.queries import imports as queries
from services.members.queries.import_sheet import import_rows_sheet
from services.members.queries.organisations import get_organisation
from services.members.queries.people import require_managed
from services.members.queries.sheets_of_bodies import imports_sheet
from shared.foundation.identities import Role
from shared.web.api import ActionSchema
from shared.web.context import current_session, now, service
from shared.web.etags import require_match, set_etag
from shared.web.exporting import file_format, list_response, send_sheet
from shared.web.identity import asker, enter, one_of
from shared.web.paging import Key, list_answer, page_of
from shared.web.uploads import MULTIPART, UploadBlueprint, filename_of

MANAGERS = one_of(Role.ORGANIZER, Role.FOCAL_POINT)
ANSWER_WITHIN_SECONDS: Final = 15.0
"""How long a request goes on with a long import before the worker does."""


blueprint = UploadBlueprint(
    "api_imports", __name__, url_prefix="/members/api/v1", takes_file="create_import"
)


def _out(found: Import) -> dict[str, Any]:
    names = ("id", "version", "kind", "organisation_id", "filename", "state", "columns")
    more = ("mapping", "row_count", "counts", "created_at")
    progress = {"task": found.task, "done": found.done_count, "left": found.left_count}
    return {name: getattr(found, name) for name in (*names, *more)} | {
        "fields": [*FIELDS[found.kind], *_custom_names(found)],
        "progress": progress | {"total": found.total},
    }


def _custom_names(found: Import) -> list[str]:
    session = current_session()
    host = get_organisation(session, found.organisation_id)
    return list(custom_fields_for(session, found.kind, host, asker()))


def _locked(import_id: UUID) -> Import:
    session = current_session()
    found = queries.get_import(session, import_id, asker())
    previewing.lock_import(session, found)
    return found


@blueprint.route("/imports", methods=["GET"])
@enter(MANAGERS)
@blueprint.arguments(ImportArguments, location="query")
@list_response(blueprint, ImportOut)
def list_imports(arguments: dict[str, Any]) -> ResponseReturnValue:
    """Imports of the organisations that the asker manages, newest first."""
    query = filtered(
        queries.imports_for(asker()), Import, arguments, "organisation_id", "kind", "state"
    )
    keys, kind = [Key(Import.id, descending=True)], file_format(arguments)
    if kind is not None:
        return send_sheet(imports_sheet(), query, keys, kind=kind)
    rows, cursor = page_of(
        current_session(),
        query,
        keys,
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    return list_answer([_out(row) for row in rows], cursor)


@blueprint.route("/imports", methods=["POST"])
@enter(MANAGERS)
@blueprint.arguments(ImportIn, location="files", content_type=MULTIPART)
@blueprint.response(201, ImportOut)
def create_import(body: dict[str, Any]) -> dict[str, Any]:
    """Upload a file. Where its columns say what they are, it is previewed at once."""
    host_id, file = body["organisation_id"], body["file"]
    if isinstance(file, str):
        raise ValidationError({"file": ["Send this part as a file, with a filename."]})
    with service().database.reading() as session:
        require_managed(session, host_id, asker())
    filename = filename_of(file)
    table = open_table(body["kind"], filename, file.read())
    made = previewing.upload(
        current_session(),
        Upload(
            kind=body["kind"],
            organisation=get_organisation(current_session(), host_id),
            filename=filename,
            table=table,
            mapping=body["mapping"],
        ),
        asker=asker(),
        now=now(),
    )
    set_etag(made.version)
    return _out(made)


@blueprint.route("/imports/<uuid:import_id>", methods=["GET"])
@enter(MANAGERS)
@blueprint.response(200, ImportOut)
def read_import(import_id: UUID) -> dict[str, Any]:
    """One import, with its counts and how far it has come."""
    found = queries.get_import(current_session(), import_id, asker())
    set_etag(found.version)
    return _out(found)


@blueprint.route("/imports/<uuid:import_id>", methods=["PATCH"])
@enter(MANAGERS)
@blueprint.arguments(ImportChangeIn)
@blueprint.response(200, ImportOut)
def change_import(body: dict[str, Any], import_id: UUID) -> dict[str, Any]:
    """Map its columns anew; the next file of the organisation is mapped alike."""
    found = _locked(import_id)
    require_match(found.version)
    previewing.change_mapping(current_session(), found, body["mapping"], asker=asker(), now=now())
    set_etag(found.version)
    return _out(found)


@blueprint.route("/imports/<uuid:import_id>/rows", methods=["GET"])
@enter(MANAGERS)
@blueprint.arguments(ImportRowArguments, location="query")
@list_response(blueprint, ImportRowOut)
def list_import_rows(arguments: dict[str, Any], import_id: UUID) -> ResponseReturnValue:
    """The file's rows in their order, each with its verdict and the reason."""
    session = current_session()
    found = queries.get_import(session, import_id, asker())
    query = queries.rows_of(found.id, verdict=arguments.get("verdict"))
    keys, kind = [Key(ImportRow.number)], file_format(arguments)
    if kind is not None:
        sheet = import_rows_sheet(found, verdict_of=str, reason_of=sentence)
        return send_sheet(sheet, query, keys, kind=kind)
    rows, cursor = page_of(
        session,
        query,
        keys,
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    return list_answer(rows, cursor)


def _act(verb: str, ask: Any) -> None:
    @enter(MANAGERS)
    @blueprint.arguments(ActionSchema)
    @blueprint.response(200, ImportOut)
    @blueprint.alt_response(202, schema=ImportOut)
    def act(body: dict[str, Any], import_id: UUID) -> Any:
        session, found, instant = current_session(), _locked(import_id), now()
        ask(session, found, asker=asker(), now=instant, reason=body["reason"])
        has_more = applying.go_on(session, found.id, now=instant)
        set_etag(found.version)
        if not has_more:
            return _out(found)
        database = service().database

        @after_this_request
        def go_on(response: Response) -> Response:
            go_on_for(database, import_id, now=instant, seconds=ANSWER_WITHIN_SECONDS)
            return response

        return _out(found), 202

    act.__name__ = f"{verb}_import"
    act.__doc__ = f"{verb.capitalize()} the import; 202 when it goes on afterwards."
    blueprint.route(f"/imports/<uuid:import_id>/{verb}", methods=["POST"])(act)


_act("apply", applying.ask_apply)
_act("revert", applying.ask_revert)
