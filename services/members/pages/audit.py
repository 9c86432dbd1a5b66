"""The audit as a page: who did what for whom, with filters."""

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from services.members.model import AuditEntry
from services.members.pages.audit_words import (
    ACTORS,
    FIELDS,
    SUBJECTS,
    act_of,
    reason_of,
    value_of,
)
from services.members.queries import audit as queries
from services.members.queries.audit_sheet import audit_sheet
from services.members.queries.organisations import names_of
from shared.foundation.identities import Role
from shared.foundation.ids import find_id
from shared.foundation.languages import in_language
from shared.web.context import current_session, service, this_day
from shared.web.exporting import file_format, send_sheet
from shared.web.fields import Line
from shared.web.forms import Form
from shared.web.identity import asker, enter, one_of
from shared.web.pages import page_language
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("audit", __name__, url_prefix="/members/audit")
MANAGERS = one_of(Role.ORGANIZER, Role.FOCAL_POINT)
PAGE: Final = 25


class Filters(Schema):
    """What is asked for; what can't be understood is shown and left out."""

    class Meta:
        unknown = EXCLUDE

    actor = Line(longest=60)
    subject = fields.String(validate=validate.OneOf(SUBJECTS))
    subject_id = fields.UUID()
    organisation_id = fields.UUID()
    from_day = fields.Date(data_key="from")
    to_day = fields.Date(data_key="to")


NAMES: Final = tuple(field.data_key or name for name, field in Filters().fields.items())


def _filters() -> tuple[dict[str, Any], Form]:
    typed = {name: request.args.get(name, "").strip() for name in NAMES}
    typed = {name: text for name, text in typed.items() if text}
    form = Form(typed=typed)
    try:
        return Filters().load(typed), form
    except ValidationError as error:
        for name in error.messages_dict:
            form.faults[name] = _("This can't be looked for; it is left out.")
        return dict(error.valid_data or {}), form


@blueprint.get("")
@enter(MANAGERS)
def show() -> ResponseReturnValue:
    """What was done to one's organisations and people, newest first; as a page or a file."""
    session, who, today = current_session(), asker(), this_day()
    wanted, form = _filters()
    query = queries.entries_where(
        queries.entries_for(who, today=today), time_zone=service().time_zone, **wanted
    )
    keys, kind = [Key(AuditEntry.number, descending=True)], file_format(request.args)
    if kind is not None:
        sheet = audit_sheet(who, today=today, language=page_language())
        return send_sheet(sheet, query, keys, kind=kind)
    rows, cursor = page_of(
        session,
        query,
        keys,
        cursor=request.args.get("cursor"),
        limit=PAGE,
    )
    people = queries.ids_of_people(rows)
    organisations = {
        each
        for row in rows
        for each in (row.organisation_id, row.counterpart_id, row.acting_for)
        if each
    }
    facts: dict[str, Any] = {
        "entries": rows,
        "next": list_answer([], cursor)["next"],
        "form": form,
        "filters": {name: form.typed[name] for name in NAMES if name in form.typed},
        "people": queries.names_seen(session, people, who, today=today, language=page_language()),
        "organisations": names_of(session, organisations),
        "subjects": [("", "–"), *SUBJECTS.items()],
        "labels": FIELDS,
        "things": SUBJECTS,
        "is_operator": who.has(Role.OPERATOR),
        "actor_of": _actor_of,
        "act_of": act_of,
        "reason_of": reason_of,
        "shown": _shown,
    }
    return render_template("audit.html", **facts)


def _actor_of(entry: AuditEntry, people: dict[UUID, str]) -> str:
    person_id = find_id(entry.actor)
    if person_id is None:
        return str(ACTORS.get(entry.actor, entry.actor))
    return people.get(person_id) or _("somebody whose name you may not see")


def _shown(value: Any, people: dict[UUID, str], organisations: dict[UUID, dict[str, str]]) -> str:
    """A value before or after; ids of those that are known as their names."""
    found = find_id(value) if isinstance(value, str) else None
    if found is not None:
        names = organisations.get(found)
        return people.get(found) or in_language(names, page_language()) or value
    return value_of(value)
