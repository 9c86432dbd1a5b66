"""An alliance's capability framework: the edition that holds, earlier ones, and the next draft."""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields, validate

from services.members.actions import framing
from services.members.actions.recording import lock
from services.members.model import Capability, CapabilityFramework, Organisation
from services.members.model.capability import (
    CODE,
    ESCO_CONCEPT,
    JOB_KINDS,
    MOST_LEVELS,
    ROOTS,
    STAFF_LEVELS,
    USUAL_LEVELS,
)
from services.members.pages.organisations import get_own
from services.members.queries import capabilities as queries
from services.members.queries.organisations import get_organisation
from services.members.queries.scopes import may_manage
from services.members.queries.sheets_of_talent import capabilities_sheet
from shared.foundation.failures import Failure, Invalid
from shared.foundation.identities import Role
from shared.foundation.languages import Text
from shared.web.choice_rows import rows_to_show, typed_rows
from shared.web.context import current_session, now
from shared.web.exporting import file_format, send_sheet
from shared.web.fields import Rows, Texts, Whole
from shared.web.forms import Form, filled, read_form
from shared.web.identity import SIGNED_IN, asker, enter, one_of
from shared.web.pages import local, say, say_failure
from shared.web.paging import Key

blueprint = Blueprint("capabilities", __name__, url_prefix="/members")
MANAGERS = one_of(Role.ORGANIZER)
LONGEST_LEVEL: Final = 100


class EditionForm(Schema):
    """The names of the next edition; none: those of the one before."""

    class Meta:
        unknown = RAISE

    names = Texts(load_default=dict)


class LevelRow(Schema):
    """One level; one without words is none. key: a level has none."""

    class Meta:
        unknown = RAISE

    key = fields.Constant("")
    labels = Texts(longest=LONGEST_LEVEL, load_default=dict)


class CapabilityForm(Schema):
    """A capability as it is written. levels: a row each, from the least on."""

    class Meta:
        unknown = RAISE

    root = fields.String(required=True, validate=validate.OneOf(tuple(ROOTS)))
    code = fields.String(
        required=True,
        validate=Whole(CODE, error="Use capitals, digits and hyphens, such as MG-02."),
    )
    names = Texts(required=True)
    texts = Texts(is_prose=True, longest=4000, load_default=dict)
    levels = Rows(LevelRow)
    esco_uri = fields.String(
        load_default=None,
        validate=Whole(
            ESCO_CONCEPT,
            error="Use a concept of ESCO: http://data.europa.eu/esco/skill/ and its identifier.",
        ),
    )


def _levels(rows: Mapping[int, Mapping[str, Any]]) -> list[Text]:
    """Those that say something, in their order. Raises Invalid for too many."""
    found = [row["labels"] for _, row in sorted(rows.items()) if row["labels"]]
    if len(found) > MOST_LEVELS:
        raise Invalid.at("/levels", _("At most %(most)s of them.", most=MOST_LEVELS))
    return found


def _typed(levels: Iterable[Text]) -> dict[str, str]:
    return typed_rows("levels", [{"labels": each} for each in levels])


def _empty() -> Form:
    return Form(typed={"root": "awareness"} | _typed(USUAL_LEVELS))


def _page(
    alliance: Organisation,
    shown: CapabilityFramework | None,
    form: Form,
    found: Capability | None = None,
) -> ResponseReturnValue:
    session, who = current_session(), asker()
    editions = list(
        session.scalars(
            queries.frameworks_for(who, alliance.id).order_by(CapabilityFramework.number.desc())
        )
    )
    capabilities = list(session.scalars(queries.capabilities_of(shown.id))) if shown else []
    by_root = {root: [each for each in capabilities if each.root == root] for root in ROOTS}
    is_managed = may_manage(session, who, alliance.id) and alliance.kind == "alliance"
    is_managed = is_managed and who.has(Role.ORGANIZER, Role.OPERATOR)
    page = render_template(
        "capabilities.html",
        organisation=alliance,
        editions=editions,
        shown=shown,
        found=found,
        by_root=by_root,
        roots=ROOTS,
        root_choices=[(root, local(names)) for root, names in ROOTS.items()],
        staff_levels=STAFF_LEVELS,
        job_kinds=JOB_KINDS,
        form=form,
        level_rows=rows_to_show("levels", form.typed),
        most_levels=MOST_LEVELS,
        is_managed=is_managed,
        is_edited=is_managed and shown is not None and shown.state == "draft",
        has_draft=any(each.state == "draft" for each in editions),
    )
    return page, 422 if form.faults else 200


@blueprint.get("/organisations/<uuid:organisation_id>/capabilities")
@enter(SIGNED_IN)
def current(organisation_id: UUID) -> ResponseReturnValue:
    """The edition that holds now; before the first one, the draft."""
    session = current_session()
    alliance = get_organisation(session, organisation_id)
    shown = queries.latest_published(session, alliance.id)
    if shown is None:
        query = queries.frameworks_for(asker(), alliance.id)
        shown = session.scalars(query.limit(1)).first()
    return _page(alliance, shown, _empty())


@blueprint.post("/organisations/<uuid:organisation_id>/capabilities")
@enter(MANAGERS)
def draft(organisation_id: UUID) -> ResponseReturnValue:
    """Start the next edition."""
    session, alliance = current_session(), get_own(organisation_id)
    form = read_form(EditionForm())
    try:
        if form.is_good:
            made = framing.draft_framework(
                session, alliance, form.values["names"], actor=asker().name, now=now()
            )
            say(_("The next edition is a draft; publish it when it is ready."))
            return _to(made.id)
    except Failure as failure:
        form.refuse(failure)
    return _page(alliance, queries.latest_published(session, alliance.id), form)


def _to(framework_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("capabilities.edition", framework_id=framework_id), 303)


@blueprint.get("/capability-frameworks/<uuid:framework_id>")
@enter(SIGNED_IN)
def edition(framework_id: UUID) -> ResponseReturnValue:
    """One edition, as a file too."""
    session, kind = current_session(), file_format(request.args)
    shown = queries.get_framework(session, framework_id, asker())
    if kind is not None:
        query = queries.capabilities_of(shown.id).order_by(None)
        keys = [Key(Capability.code), Key(Capability.id)]
        return send_sheet(capabilities_sheet(), query, keys, kind=kind)
    return _page(session.get_one(Organisation, shown.organisation_id), shown, _empty())


@blueprint.post("/capability-frameworks/<uuid:framework_id>")
@enter(MANAGERS)
def add(framework_id: UUID) -> ResponseReturnValue:
    """Add a capability to a draft."""
    session = current_session()
    shown = queries.get_managed_framework(session, framework_id, asker())
    form = read_form(CapabilityForm())
    try:
        if form.is_good:
            lock(session, shown)
            values = form.values | {"levels": _levels(form.values["levels"])}
            framing.add_capability(session, shown, values, actor=asker().name, now=now())
            say(_("The capability is added."))
            return _to(shown.id)
    except Failure as failure:
        form.refuse(failure)
    return _page(session.get_one(Organisation, shown.organisation_id), shown, form)


@blueprint.post("/capability-frameworks/<uuid:framework_id>/<any(publish, discard):act>")
@enter(MANAGERS)
def act(framework_id: UUID, act: str) -> ResponseReturnValue:
    """Publish a draft, or discard it."""
    session = current_session()
    shown = queries.get_managed_framework(session, framework_id, asker())
    organisation_id = shown.organisation_id
    lock(session, shown)
    does = {"publish": framing.publish_framework, "discard": framing.discard_framework}[act]
    try:
        does(session, shown, actor=asker().name, now=now())
        say(_("The edition is published.") if act == "publish" else _("The draft is discarded."))
    except Failure as failure:
        say_failure(failure)
        return _to(framework_id)
    return redirect(url_for("capabilities.current", organisation_id=organisation_id), 303)


@blueprint.route("/capabilities/<uuid:capability_id>", methods=["GET", "POST"])
@enter(MANAGERS)
def edit(capability_id: UUID) -> ResponseReturnValue:
    """Change a capability of a draft."""
    session = current_session()
    found, shown = queries.get_managed_capability(session, capability_id, asker())
    names = ("root", "code", "names", "texts", "esco_uri")
    typed = filled({name: getattr(found, name) for name in names})
    form = Form(typed=typed | _typed(found.levels))
    if request.method == "POST":
        form = read_form(CapabilityForm())
        try:
            if form.is_good:
                lock(session, shown)
                lock(session, found)
                form.require_current(found.version)
                values = _kept_languages(found, form.values)
                framing.change_capability(
                    session, shown, found, values, actor=asker().name, now=now()
                )
                say(_("Saved."))
                return _to(shown.id)
        except Failure as failure:
            form.refuse(failure)
            session.expire(found)
    return _page(session.get_one(Organisation, shown.organisation_id), shown, form, found)


def _kept_languages(found: Capability, values: dict[str, Any]) -> dict[str, Any]:
    """With the languages that the form doesn't show; without levels they stay."""
    kept = {name: _others(getattr(found, name)) | values[name] for name in ("names", "texts")}
    levels = [
        (_others(found.levels[at]) if at < len(found.levels) else {}) | dict(names)
        for at, names in enumerate(_levels(values["levels"]))
    ]
    return values | kept | {"levels": levels or found.levels}


def _others(texts: Any) -> dict[str, str]:
    return {tag: text for tag, text in texts.items() if tag not in ("en", "zh-Hant")}


@blueprint.post("/capabilities/<uuid:capability_id>/remove")
@enter(MANAGERS)
def remove(capability_id: UUID) -> ResponseReturnValue:
    """Take a capability out of a draft."""
    session = current_session()
    found, shown = queries.get_managed_capability(session, capability_id, asker())
    lock(session, shown)
    try:
        framing.remove_capability(session, shown, found, actor=asker().name, now=now())
        say(_("The capability is taken out."))
    except Failure as failure:
        say_failure(failure)
    return _to(shown.id)
