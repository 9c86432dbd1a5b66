"""The custom fields that an organisation asks of those below it, and the forms to change them."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields, validate

from services.members.actions.customising import defining
from services.members.actions.recording import lock
from services.members.model import CustomField, Organisation
from services.members.model.custom_field import AUDIENCES, CHOOSING, FIELD_KEY, TYPES
from services.members.model.organisation import KINDS
from services.members.pages.custom_words import AUDIENCES as AUDIENCE_WORDS
from services.members.pages.custom_words import TYPES as TYPE_WORDS
from services.members.pages.organisations import MANAGERS
from services.members.queries import custom_fields as queries
from services.members.queries.sheets_of_asking import custom_fields_sheet
from shared.foundation.failures import Failure
from shared.web.bounds import Range
from shared.web.choice_rows import ChoiceRow, choices_in, rows_to_show, typed_rows
from shared.web.context import current_session, now
from shared.web.exporting import file_format, send_sheet
from shared.web.fields import Count, Rows, Texts, Whole
from shared.web.forms import Form, filled, read_form
from shared.web.identity import asker, enter
from shared.web.pages import say, say_failure
from shared.web.paging import Key

blueprint = Blueprint("custom_fields", __name__, url_prefix="/members")
LARGEST: Final = 10**15
SHOWN: Final = ("labels", "hints", "type", "limits", "audience", "position")
MOST_CHOICES: Final = 100


class LimitsForm(Schema):
    """As the API has them."""

    class Meta:
        unknown = RAISE

    least = fields.Float(allow_nan=False, validate=Range(-LARGEST, LARGEST))
    most = fields.Float(allow_nan=False, validate=Range(-LARGEST, LARGEST))
    longest = Count(1, 10_000)
    earliest = fields.Date()
    latest = fields.Date()


class FieldForm(Schema):
    """A field as its owner writes it. choices: a row each."""

    class Meta:
        unknown = RAISE

    labels = Texts(required=True)
    hints = Texts(load_default=dict)
    type = fields.String(required=True, validate=validate.OneOf(TYPES))
    is_required = fields.Boolean(load_default=False)
    limits = fields.Nested(LimitsForm, load_default=dict)
    choices = Rows(ChoiceRow)
    audience = fields.String(required=True, validate=validate.OneOf(AUDIENCES))
    position = Count(1, 10_000, load_default=None)


class NewFieldForm(FieldForm):
    """A new one has a kind and a key, which stay."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    key = fields.String(
        required=True, validate=Whole(FIELD_KEY, error="Use a short name such as green_jobs.")
    )


def _values(form: Form, before: CustomField | None = None) -> dict[str, Any]:
    """As the actions take them. Choices that the form hides for a type without any are none."""
    values = dict(form.values)
    limits = dict(values["limits"])
    for name in ("earliest", "latest"):
        if name in limits:
            limits[name] = limits[name].isoformat()
    rows = values["choices"] if values["type"] in CHOOSING else {}
    choices = choices_in("choices", rows, _choices_of(before), most=MOST_CHOICES)
    return values | {"limits": limits, "choices": choices}


def _choices_of(field: CustomField | None) -> list[Mapping[str, Any]]:
    """As rows; one without words goes by its key."""
    known = field.choice_labels.items() if field is not None else ()
    return [{"key": key, "labels": labels or {"en": key}} for key, labels in known]


def _page(owner: Organisation, form: Form, found: CustomField | None) -> ResponseReturnValue:
    query = queries.fields_of(owner.id, with_archived=True)
    query = query.order_by(CustomField.kind, CustomField.position, CustomField.id)
    page = render_template(
        "custom_fields.html",
        organisation=owner,
        form=form,
        found=found,
        choice_rows=rows_to_show("choices", form.typed),
        most_choices=MOST_CHOICES,
        fields=list(current_session().scalars(query)),
        types=TYPE_WORDS,
        audiences=AUDIENCE_WORDS,
        kinds=[(kind, _(kind)) for kind in KINDS],
    )
    return page, 422 if form.faults else 200


def _back(owner_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("custom_fields.listed", organisation_id=owner_id), 303)


@blueprint.route("/organisations/<uuid:organisation_id>/custom-fields", methods=["GET", "POST"])
@enter(MANAGERS)
def listed(organisation_id: UUID) -> ResponseReturnValue:
    """What the organisation asks, as a file too, and the form for one more."""
    session = current_session()
    owner = queries.get_definer(session, organisation_id, asker())
    kind = file_format(request.args) if request.method == "GET" else None
    if kind is not None:
        query = queries.fields_of(owner.id, with_archived=True)
        keys = [Key(CustomField.kind), Key(CustomField.position), Key(CustomField.id)]
        return send_sheet(custom_fields_sheet(), query, keys, kind=kind)
    form = Form(typed={"kind": "company", "type": "text", "audience": "managers"})
    if request.method == "POST":
        form = read_form(NewFieldForm())
        try:
            if form.is_good:
                defining.define_field(session, owner, _values(form), actor=asker().name, now=now())
                say(_("The field is there from now on."))
                return _back(owner.id)
        except Failure as failure:
            form.refuse(failure)
    return _page(owner, form, None)


def _typed(field: CustomField) -> dict[str, str]:
    typed = filled({name: getattr(field, name) for name in SHOWN})
    typed |= {"is_required": "true"} if field.is_required else {}
    return typed | typed_rows("choices", _choices_of(field))


@blueprint.route("/custom-fields/<uuid:field_id>", methods=["GET", "POST"])
@enter(MANAGERS)
def edit(field_id: UUID) -> ResponseReturnValue:
    """Change one; its values have to fit afterwards too."""
    session = current_session()
    found = queries.get_field(session, field_id, asker())
    owner = session.get_one(Organisation, found.organisation_id)
    form = Form(typed=_typed(found))
    if request.method == "POST":
        form = read_form(FieldForm())
        try:
            if form.is_good:
                lock(session, found)
                form.require_current(found.version)
                values = _kept_labels(found, _values(form, found))
                values["position"] = values["position"] or found.position
                defining.change_field(session, found, values, actor=asker().name, now=now())
                say(_("Saved."))
                return _back(owner.id)
        except Failure as failure:
            form.refuse(failure)
            session.expire(found)
    return _page(owner, form, found)


def _kept_labels(field: CustomField, values: dict[str, Any]) -> dict[str, Any]:
    """With the languages that the form doesn't show."""
    labels = {**_others(field.labels), **values["labels"]}
    hints = {**_others(field.hints), **values["hints"]}
    return values | {"labels": labels, "hints": hints}


def _others(texts: Any) -> dict[str, str]:
    return {tag: text for tag, text in texts.items() if tag not in ("en", "zh-Hant")}


@blueprint.post("/custom-fields/<uuid:field_id>/<any(archive, restore):act>")
@enter(MANAGERS)
def act(field_id: UUID, act: str) -> ResponseReturnValue:
    """Archive it, or bring it back."""
    session = current_session()
    found = queries.get_field(session, field_id, asker())
    owner_id = found.organisation_id
    lock(session, found)
    does = {"archive": defining.archive_field, "restore": defining.restore_field}[act]
    try:
        does(session, found, actor=asker().name, now=now())
        say(_("The field is archived; its values stay.") if act == "archive" else _("Saved."))
    except Failure as failure:
        say_failure(failure)
    return _back(owner_id)
