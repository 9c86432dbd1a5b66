"""Importing a file on pages: upload, mapping, preview, apply, revert."""

from functools import partial
from typing import Any, Final
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    after_this_request,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields, validate
from sqlalchemy import Select

from services.members.actions.imports import applying, previewing
from services.members.actions.imports.fields import FIELDS, custom_fields_for
from services.members.actions.imports.previewing import Upload
from services.members.actions.imports.tables import bad_file, open_table
from services.members.actions.imports.working import go_on_for
from services.members.model import Import, ImportRow, Organisation
from services.members.model.imports import KINDS, VERDICTS
from services.members.pages.import_words import FIELDS as TITLES
from services.members.pages.import_words import reason_of
from services.members.pages.organisations import MANAGERS, get_own
from services.members.queries import imports as queries
from services.members.queries.import_sheet import import_rows_sheet
from services.members.queries.sheets_of_bodies import imports_sheet
from shared.foundation.failures import Failure
from shared.web.context import current_session, now, service
from shared.web.exporting import file_format, send_sheet
from shared.web.fields import Line
from shared.web.forms import Form, read_form
from shared.web.identity import asker, enter
from shared.web.pages import local, say, say_failure
from shared.web.paging import Key, list_answer, page_of
from shared.web.uploads import LARGEST_UPLOAD_BYTES, filename_of

blueprint = Blueprint("imports", __name__, url_prefix="/members/organisations")
ANSWER_WITHIN_SECONDS: Final = 1.5
PAGE: Final = 50
RECENT: Final = 20


class UploadForm(Schema):
    """What the file holds; the file itself is no text."""

    class Meta:
        unknown = RAISE

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))


class ReasonForm(Schema):
    """Why; kept in the history."""

    class Meta:
        unknown = RAISE

    reason = Line(load_default="", may_be_empty=True)


@blueprint.url_value_preprocessor
def _take_large_forms(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before anything reads the form: a file may be larger than what other pages take."""
    if endpoint == "imports.start" and request.method == "POST":
        request.max_content_length = LARGEST_UPLOAD_BYTES


@blueprint.route("/<uuid:organisation_id>/import", methods=["GET", "POST"])
@enter(MANAGERS)
def start(organisation_id: UUID) -> ResponseReturnValue:
    """The form to upload a file, and the imports of before; all of them as a file."""
    organisation = get_own(organisation_id)
    query = queries.imports_for(asker()).where(Import.organisation_id == organisation.id)
    file_kind = file_format(request.args)
    if file_kind is not None:
        keys = [Key(Import.id, descending=True)]
        return send_sheet(imports_sheet(), query, keys, kind=file_kind)
    usual = "people" if organisation.kind == "company" else "companies"
    wanted = request.args.get("kind", usual)
    form = Form(typed={"kind": wanted if wanted in KINDS else usual})
    if request.method == "POST":
        form = read_form(UploadForm())
        try:
            if form.is_good:
                made = _upload(organisation, form.values["kind"])
                return redirect(_path(made), 303)
        except Failure as failure:
            form.refuse(failure)
    recent = current_session().scalars(query.order_by(Import.id.desc()).limit(RECENT))
    page = render_template(
        "import_start.html",
        organisation=organisation,
        form=form,
        kinds=[(kind, _(kind)) for kind in KINDS],
        recent=list(recent),
    )
    return page, 422 if form.faults else 200


def _upload(organisation: Organisation, kind: str) -> Import:
    file = request.files.get("file")
    if file is None or not file.filename:
        raise bad_file(_("Choose a file."))
    filename = filename_of(file)
    table = open_table(kind, filename, file.read())
    given = Upload(kind=kind, organisation=organisation, filename=filename, table=table)
    return previewing.upload(current_session(), given, asker=asker(), now=now())


def _path(found: Import) -> str:
    return url_for("imports.show", organisation_id=found.organisation_id, import_id=found.id)


def _get(organisation_id: UUID, import_id: UUID) -> tuple[Organisation, Import]:
    found = queries.get_import(current_session(), import_id, asker())
    return get_own(organisation_id), found


@blueprint.get("/<uuid:organisation_id>/import/<uuid:import_id>")
@enter(MANAGERS)
def show(organisation_id: UUID, import_id: UUID) -> ResponseReturnValue:
    """The preview: counts, mapping, each row's verdict and reason; or the rows as a file."""
    organisation, found = _get(organisation_id, import_id)
    kind = file_format(request.args)
    if kind is not None:
        words = partial(reason_of, titles=_titles(organisation, found))
        sheet = import_rows_sheet(found, verdict_of=_, reason_of=words)
        return send_sheet(sheet, _rows(found)[1], [Key(ImportRow.number)], kind=kind)
    typed = {f"c{n}": found.mapping.get(name, "") for n, name in enumerate(found.columns)}
    return _show(organisation, found, Form(typed=typed))


def _rows(found: Import) -> tuple[str, Select[ImportRow]]:
    verdict = request.args.get("verdict", "")
    chosen = verdict if verdict in VERDICTS else ""
    return chosen, queries.rows_of(found.id, verdict=chosen or None)


def _titles(organisation: Organisation, found: Import) -> dict[str, Any]:
    """What a column can be mapped to → its name."""
    custom = custom_fields_for(current_session(), found.kind, organisation, asker())
    titles: dict[str, Any] = {name: TITLES[name] for name in FIELDS[found.kind]}
    if found.kind == "companies":
        titles["name"] = _("Name of the organisation")
    return titles | {name: local(each.labels).striptags() for name, each in custom.items()}


def _show(organisation: Organisation, found: Import, form: Form) -> ResponseReturnValue:
    verdict, query = _rows(found)
    rows, cursor = page_of(
        current_session(),
        query,
        [Key(ImportRow.number)],
        cursor=request.args.get("cursor"),
        limit=PAGE,
    )
    shown = [(n, name) for n, name in enumerate(found.columns) if name in found.mapping]
    titles = _titles(organisation, found)
    choices = [("", "–"), *titles.items()]
    page = render_template(
        "import.html",
        organisation=organisation,
        found=found,
        form=form,
        choices=choices,
        shown=shown or list(enumerate(found.columns))[:8],
        titles={name: titles.get(each, each) for name, each in found.mapping.items()},
        rows=rows,
        verdict=verdict,
        verdicts=VERDICTS,
        reason_of=partial(reason_of, titles=titles),
        next=list_answer([], cursor)["next"] if request.method == "GET" else None,
        to_write=found.counts.get("new", 0) + found.counts.get("update", 0),
        left_out=[name for name in found.columns if name not in found.mapping],
        is_open=found.task is None and found.state not in ("applied", "reverted"),
    )
    return page, 422 if form.faults else 200


@blueprint.post("/<uuid:organisation_id>/import/<uuid:import_id>/mapping")
@enter(MANAGERS)
def change_mapping(organisation_id: UUID, import_id: UUID) -> ResponseReturnValue:
    """Map the columns as the form says, and preview anew."""
    organisation, found = _get(organisation_id, import_id)
    typed = {f"c{n}": request.form.get(f"c{n}", "") for n in range(len(found.columns))}
    form = Form(typed=typed)
    chosen = {name: typed[f"c{n}"] or None for n, name in enumerate(found.columns)}
    try:
        previewing.lock_import(current_session(), found)
        previewing.change_mapping(current_session(), found, chosen, asker=asker(), now=now())
    except Failure as failure:
        form.faults |= _faults_of_columns(found, failure)
        return _show(organisation, found, form)
    return redirect(_path(found), 303)


def _faults_of_columns(found: Import, failure: Failure) -> dict[str, str]:
    """The faults beside the columns that they name; else of the whole form."""
    pointers = {
        "/mapping/" + name.replace("~", "~0").replace("/", "~1"): f"c{n}"
        for n, name in enumerate(found.columns)
    }
    faults = {pointers.get(each.pointer, ""): each.detail for each in failure.faults}
    return faults or {"": failure.detail}


@blueprint.post("/<uuid:organisation_id>/import/<uuid:import_id>/apply")
@enter(MANAGERS)
def apply(organisation_id: UUID, import_id: UUID) -> ResponseReturnValue:
    """Write what the preview says; a long import goes on by itself."""
    return _act(organisation_id, import_id, applying.ask_apply)


@blueprint.post("/<uuid:organisation_id>/import/<uuid:import_id>/revert")
@enter(MANAGERS)
def revert(organisation_id: UUID, import_id: UUID) -> ResponseReturnValue:
    """Take back what was written; a long import goes on by itself."""
    return _act(organisation_id, import_id, applying.ask_revert)


def _act(organisation_id: UUID, import_id: UUID, ask: Any) -> ResponseReturnValue:
    _organisation, found = _get(organisation_id, import_id)
    session, instant, form = current_session(), now(), read_form(ReasonForm())
    reason = form.values.get("reason", "")
    try:
        previewing.lock_import(session, found)
        ask(session, found, asker=asker(), now=instant, reason=reason)
        has_more = applying.go_on(session, found.id, now=instant)
    except Failure as failure:
        say_failure(failure)
        return redirect(_path(found), 303)
    if has_more:
        _go_on_afterwards(import_id)
    else:
        say(_("Done."))
    return redirect(_path(found), 303)


def _go_on_afterwards(import_id: UUID) -> None:
    """A short import is done before the answer; the worker's timer goes on with a longer one."""
    database, instant = service().database, now()

    @after_this_request
    def go_on(response: Response) -> Response:
        if not go_on_for(database, import_id, now=instant, seconds=ANSWER_WITHIN_SECONDS):
            say(_("Done."))
        return response
