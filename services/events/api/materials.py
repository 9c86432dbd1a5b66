"""Materials: files of a workshop, for everyone, for those who come, or for the organizers."""

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import ValidationError

from services.events.actions import sharing
from services.events.api.schemas.programme import MaterialChangeIn, MaterialIn, MaterialOut
from services.events.model import Material
from services.events.queries import programme as queries
from services.events.queries.workshops import get_organized, get_workshop
from shared.files import TYPES
from shared.foundation.identities import Role
from shared.web.context import current_session, now
from shared.web.etags import require_match, set_etag
from shared.web.exporting import ListArguments
from shared.web.files import file_store, send_content
from shared.web.identity import ANYONE, asker, enter, one_of
from shared.web.list_files import listed
from shared.web.paging import Key, list_answer, page_of, page_schema
from shared.web.uploads import MULTIPART, UploadBlueprint, filename_of

blueprint = UploadBlueprint(
    "api_materials", __name__, url_prefix="/events/api/v1", takes_file="add_material"
)
PATH = "/materials/<uuid:material_id>"
BINARY = {"schema": {"type": "string", "format": "binary"}}
CONTENTS = dict.fromkeys(sorted(set(TYPES.values())), BINARY)


@blueprint.route("/workshops/<uuid:workshop_id>/materials", methods=["POST"])
@enter(one_of(Role.ORGANIZER))
@blueprint.arguments(MaterialIn, location="files", content_type=MULTIPART)
@blueprint.response(201, MaterialOut)
def add_material(body: dict[str, Any], workshop_id: UUID) -> Material:
    """Add a file of up to 20 MiB; its content must be what its ending says."""
    session = current_session()
    workshop = get_organized(session, workshop_id, asker())
    file, values = body.pop("file"), body
    if isinstance(file, str):
        raise ValidationError({"file": ["Send this part as a file, with a filename."]})
    title, language = values.pop("title"), values.pop("language")
    upload = sharing.Upload(filename_of(file), file.read())
    return sharing.add_material(
        session,
        workshop,
        upload,
        values | {"titles": {language: title} if title else {}},
        store=file_store(),
        actor=asker().name,
        now=now(),
    )


@blueprint.route("/workshops/<uuid:workshop_id>/materials", methods=["GET"])
@enter(ANYONE)
@blueprint.arguments(ListArguments, location="query")
@listed(blueprint, page_schema(MaterialOut))
def list_materials(arguments: dict[str, Any], workshop_id: UUID) -> dict[str, Any]:
    """The materials that the asker may have."""
    session = current_session()
    workshop = get_workshop(session, workshop_id, asker())
    rows, cursor = page_of(
        session,
        queries.materials_of(session, workshop, asker()),
        [Key(Material.id)],
        cursor=arguments.get("cursor"),
        limit=arguments["limit"],
    )
    return list_answer(rows, cursor)


@blueprint.route(PATH, methods=["GET"])
@enter(ANYONE)
@blueprint.response(200, MaterialOut)
def read_material(material_id: UUID) -> Material:
    """One material."""
    found, _ = queries.get_material(current_session(), material_id, asker())
    set_etag(found.version)
    return found


@blueprint.route(f"{PATH}/file", methods=["GET"])
@enter(ANYONE)
@blueprint.doc(responses={"200": {"description": "The content", "content": CONTENTS}})
def read_file(material_id: UUID) -> Response:
    """The content, to save; a browser never shows it as a page."""
    found, _ = queries.get_material(current_session(), material_id, asker())
    return send_content(found.digest, filename=found.filename, content_type=found.content_type)


@blueprint.route(PATH, methods=["PATCH"])
@enter(one_of(Role.ORGANIZER))
@blueprint.arguments(MaterialChangeIn)
@blueprint.response(200, MaterialOut)
def change_material(body: dict[str, Any], material_id: UUID) -> Material:
    """Rename it, show it to others, or move it to another session, talk or speaker."""
    session = current_session()
    found, workshop = queries.get_material(session, material_id, asker())
    get_organized(session, workshop.id, asker())
    require_match(found.version)
    sharing.change_material(session, workshop, found, body)
    set_etag(found.version)
    return found


@blueprint.route(PATH, methods=["DELETE"])
@enter(one_of(Role.ORGANIZER))
@blueprint.response(204)
def remove_material(material_id: UUID) -> None:
    """Take it away."""
    session = current_session()
    found, workshop = queries.get_material(session, material_id, asker())
    get_organized(session, workshop.id, asker())
    require_match(found.version)
    session.delete(found)
