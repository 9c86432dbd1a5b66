"""The case library: written, reviewed, published, read."""

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import ValidationError

from services.members.actions import reviewing_cases, writing_cases
from services.members.actions.recording import lock
from services.members.api.schemas.cases import (
    CaseArguments,
    CaseAttachmentOut,
    CaseChangeIn,
    CaseFileIn,
    CaseIn,
    CaseOut,
)
from services.members.model import Case, CaseAttachment
from services.members.queries import cases as queries
from services.members.queries.demand import speaks_for
from services.members.queries.organisations import get_organisation
from services.members.queries.sheets_of_helping import cases_sheet
from shared.files import TYPES
from shared.foundation.failures import Forbidden
from shared.foundation.identities import Role
from shared.web.api import ActionSchema
from shared.web.context import current_session, now
from shared.web.etags import require_match, set_etag
from shared.web.exporting import file_format, list_response, send_sheet
from shared.web.files import file_store, send_content
from shared.web.identity import ANYONE, asker, enter, one_of
from shared.web.paging import Key, list_answer, page_of
from shared.web.uploads import MULTIPART, UploadBlueprint, filename_of

blueprint = UploadBlueprint(
    "api_cases", __name__, url_prefix="/members/api/v1", takes_file="attach_case_file"
)
WRITERS = one_of(Role.ORGANIZER, Role.FOCAL_POINT)
CASE = "/cases/<uuid:case_id>"
ATTACHMENT = "/case-attachments/<uuid:attachment_id>"
BINARY = {"schema": {"type": "string", "format": "binary"}}
CONTENTS = dict.fromkeys(sorted(set(TYPES.values())), BINARY)


def _shown(case: Case) -> dict[str, Any]:
    set_etag(case.version)
    return queries.whole(current_session(), [case])[0]


@blueprint.route("/cases", methods=["GET"])
@enter(ANYONE)
@blueprint.arguments(CaseArguments, location="query")
@list_response(blueprint, CaseOut)
def list_cases(arguments: dict[str, Any]) -> Any:
    """Published cases, and those of one's own whatever their state; newest first."""
    session = current_session()
    query = queries.cases_where(
        queries.cases_for(asker()),
        words=arguments.get("q", ""),
        **{
            name: arguments[name]
            for name in ("capability_id", "sector", "state", "organisation_id")
            if name in arguments
        },
    )
    keys, kind = [Key(Case.id, descending=True)], file_format(arguments)
    if kind is not None:
        return send_sheet(cases_sheet(), query, keys, kind=kind)
    rows, cursor = page_of(
        session, query, keys, cursor=arguments.get("cursor"), limit=arguments["limit"]
    )
    return list_answer(queries.whole(session, rows), cursor)


@blueprint.route("/cases", methods=["POST"])
@enter(WRITERS)
@blueprint.arguments(CaseIn)
@blueprint.response(201, CaseOut)
def write_case(body: dict[str, Any]) -> dict[str, Any]:
    """Start a draft for one's own company, or for a company of one's own association."""
    session, who = current_session(), asker()
    company = get_organisation(session, body.pop("organisation_id"))
    association = get_organisation(session, body.pop("association_id"))
    if not (speaks_for(who, company.id) or speaks_for(who, association.id)):
        raise Forbidden("Only the company itself, or its association, may do this.")
    options: Any = {"actor": who.name, "now": now()}
    return _shown(writing_cases.write_case(session, company, association, body, **options))


@blueprint.route(CASE, methods=["GET"])
@enter(ANYONE)
@blueprint.response(200, CaseOut)
def read_case(case_id: UUID) -> dict[str, Any]:
    """One case."""
    return _shown(queries.get_case(current_session(), case_id, asker()))


@blueprint.route(CASE, methods=["PATCH"])
@enter(WRITERS)
@blueprint.arguments(CaseChangeIn)
@blueprint.response(200, CaseOut)
def change_case(body: dict[str, Any], case_id: UUID) -> dict[str, Any]:
    """Change a draft, or one that came back."""
    session, who = current_session(), asker()
    found = queries.get_case_for(session, case_id, who, "change")
    lock(session, found)
    require_match(found.version)
    writing_cases.change_case(session, found, body, actor=who.name, now=now())
    return _shown(found)


def _step(verb: str, says: str) -> None:
    @enter(WRITERS)
    @blueprint.arguments(ActionSchema)
    @blueprint.response(200, CaseOut)
    def step(body: dict[str, Any], case_id: UUID) -> dict[str, Any]:
        session, who = current_session(), asker()
        found = queries.get_case_for(session, case_id, who, verb)
        lock(session, found)
        options: Any = {"actor": who.name, "now": now(), "reason": body["reason"]}
        reviewing_cases.STEPS[verb](session, found, **options)
        return _shown(found)

    step.__name__, step.__doc__ = f"{verb}_case", says
    blueprint.route(f"{CASE}/{verb}", methods=["POST"])(step)


_step("submit", "Ask the association to review it.")
_step("return", "Ask the company to mend it; with a reason.")
_step("endorse", "The association passes it on to the alliance.")
_step("publish", "The alliance shows it to everybody.")
_step("decline", "The alliance does not publish it; with a reason.")
_step("withdraw", "Nobody else reads it any more; a published one the alliance may withdraw too.")


@blueprint.route(f"{CASE}/attachments", methods=["POST"])
@enter(WRITERS)
@blueprint.arguments(CaseFileIn, location="files", content_type=MULTIPART)
@blueprint.response(201, CaseAttachmentOut)
def attach_case_file(body: dict[str, Any], case_id: UUID) -> CaseAttachment:
    """Add a file of up to 20 MiB; its content must be what its ending says."""
    session, who, file = current_session(), asker(), body["file"]
    found = queries.get_case_for(session, case_id, who, "change")
    if isinstance(file, str):
        raise ValidationError({"file": ["Send this part as a file, with a filename."]})
    lock(session, found)
    upload = writing_cases.Upload(filename_of(file), file.read())
    options: Any = {"store": file_store(), "actor": who.name, "now": now()}
    return writing_cases.attach_file(session, found, upload, **options)


@blueprint.route(f"{ATTACHMENT}/file", methods=["GET"])
@enter(ANYONE)
@blueprint.doc(responses={"200": {"description": "The content", "content": CONTENTS}})
def read_case_file(attachment_id: UUID) -> Response:
    """The content, to save; a browser never shows it as a page."""
    found, _ = queries.get_attachment(current_session(), attachment_id, asker())
    return send_content(found.digest, filename=found.filename, content_type=found.content_type)


@blueprint.route(ATTACHMENT, methods=["DELETE"])
@enter(WRITERS)
@blueprint.response(204)
def detach_case_file(attachment_id: UUID) -> None:
    """Take a file out of a case that may be changed; If-Match is the case's ETag."""
    session, who = current_session(), asker()
    found, case = queries.get_attachment(session, attachment_id, who)
    queries.get_case_for(session, case.id, who, "change")
    lock(session, case)
    require_match(case.version)
    writing_cases.detach_file(session, case, found, actor=who.name, now=now())
