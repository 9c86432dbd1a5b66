"""The catalogues on pages: experts and technologies, found and offered."""

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields, validate

from services.members.actions import cataloguing
from services.members.actions.recording import lock
from services.members.actions.tagging import alliance_above
from services.members.model import Affiliation, CatalogueEntry, Organisation
from services.members.model.catalogue import ENTRY_KINDS, EXPERT, LONGEST_TEXT, MOST_AT_ONCE
from services.members.pages.case_writing import sectors_in
from services.members.pages.cases import capability_names
from services.members.pages.organisations import MANAGERS
from services.members.queries import catalogue as queries
from services.members.queries.capabilities import current_capabilities
from services.members.queries.demand import require_speaks_for
from services.members.queries.organisations import (
    get_organisation,
    granted_organisations,
    names_of,
)
from services.members.queries.people import named
from services.members.queries.sheets_of_helping import catalogue_sheet
from shared.foundation.failures import Failure
from shared.web.context import current_session, now, this_day
from shared.web.exporting import file_format, send_sheet
from shared.web.fields import Count, LanguageTag, Line, Texts
from shared.web.forms import Form, filled, read_form
from shared.web.identity import SIGNED_IN, asker, enter
from shared.web.pages import LANGUAGE_NAMES, local, page_language, say, say_failure
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("catalogue", __name__, url_prefix="/members")
PAGE: Final = 24
LONGEST_WORDS: Final = 100
MOST_PEOPLE: Final = 200


class EntryForm(Schema):
    """An expert or a technology as it is written; what is ticked, as a dictionary."""

    class Meta:
        unknown = RAISE

    kind = fields.String(validate=validate.OneOf(ENTRY_KINDS))
    names = Texts(required=True, longest=200)
    texts = Texts(is_prose=True, longest=LONGEST_TEXT, load_default=dict)
    capabilities = fields.Dict(keys=fields.UUID(), values=fields.String(), load_default=dict)
    languages = fields.Dict(keys=LanguageTag(), values=fields.String(), load_default=dict)
    sectors = Line(longest=300, load_default="")
    most_at_once = Count(1, MOST_AT_ONCE, required=True)
    person_id = fields.UUID(load_default=None)


def _filters() -> dict[str, str]:
    names = ("q", "kind", "capability", "sector")
    wanted = {name: request.args.get(name, "").strip()[:LONGEST_WORDS] for name in names}
    wanted = {name: text if text.isprintable() else "" for name, text in wanted.items()}
    return wanted | {"kind": wanted["kind"] if wanted["kind"] in ENTRY_KINDS else ""}


@blueprint.get("/catalogue")
@enter(SIGNED_IN)
def entries() -> ResponseReturnValue:
    """Whom and what the alliances offer after the course, as a file too."""
    session, wanted, names = current_session(), _filters(), capability_names()
    if wanted["capability"] not in names:
        wanted["capability"] = ""
    query = queries.entries_where(
        queries.entries_for(asker()),
        words=wanted["q"],
        kind=wanted["kind"],
        capability_id=UUID(wanted["capability"]) if wanted["capability"] else None,
        sector=wanted["sector"],
    )
    keys, kind = [Key(CatalogueEntry.id, descending=True)], file_format(request.args)
    if kind is not None:
        return send_sheet(catalogue_sheet(), query, keys, kind=kind)
    rows, cursor = page_of(session, query, keys, cursor=request.args.get("cursor"), limit=PAGE)
    places = session.scalars(granted_organisations(asker()))
    return render_template(
        "catalogue.html",
        entries=queries.whole(session, rows, asker()),
        offerers=names_of(session, [each.organisation_id for each in rows]),
        capabilities=names,
        capability_choices=[("", "–"), *((key, local(text)) for key, text in names.items())],
        kinds=[("", "–"), *((each, _(each)) for each in ENTRY_KINDS)],
        places=sorted(places, key=lambda each: each.sort_key),
        form=Form(typed=wanted),
        next=list_answer([], cursor)["next"],
    )


@blueprint.get("/catalogue/<uuid:entry_id>")
@enter(SIGNED_IN)
def show(entry_id: UUID) -> ResponseReturnValue:
    """One expert or technology."""
    session = current_session()
    found = queries.get_entry(session, entry_id, asker())
    return render_template(
        "catalogue_entry.html",
        entry=queries.whole(session, [found], asker())[0],
        offerer=get_organisation(session, found.organisation_id),
        capabilities=capability_names(),
        language_names=LANGUAGE_NAMES,
        is_own=queries.may_change(asker(), found),
    )


def _values(form: Form, kind: str) -> dict[str, Any]:
    values = form.values
    found: dict[str, Any] = {name: values[name] for name in ("names", "texts", "most_at_once")}
    if kind == EXPERT:
        found["person_id"] = values["person_id"]
    return found | {
        "kind": kind,
        "capability_ids": list(values["capabilities"]),
        "languages": list(values["languages"]),
        "sectors": sectors_in(values["sectors"]),
    }


def _page(
    form: Form, organisation: Organisation, alliance_id: UUID, found: CatalogueEntry | None = None
) -> ResponseReturnValue:
    session = current_session()
    works_here = Affiliation.organisation_id == organisation.id
    query = session.query(Affiliation.person_id).filter(
        works_here, Affiliation.is_live_on(this_day())
    )
    people = named(session, [row[0] for row in query.limit(MOST_PEOPLE)])
    shown = [(each.id, each.name_in(page_language())) for each in people.values()]
    page = render_template(
        "catalogue_form.html",
        form=form,
        organisation=organisation,
        entry=found,
        choices=sorted(
            session.scalars(current_capabilities(alliance_id)), key=lambda each: each.code
        ),
        kinds=[(each, _(each)) for each in ENTRY_KINDS],
        language_names=LANGUAGE_NAMES,
        people=[("", "–"), *sorted(shown, key=lambda each: each[1])],
    )
    return page, 422 if form.faults else 200


def _refuse(form: Form, failure: Failure) -> None:
    form.refuse(failure)
    for path in [each for each in form.faults if each.startswith("capability_ids")]:
        form.faults["capabilities"] = form.faults.pop(path)


@blueprint.route("/organisations/<uuid:organisation_id>/catalogue/new", methods=["GET", "POST"])
@enter(MANAGERS)
def offer(organisation_id: UUID) -> ResponseReturnValue:
    """Offer an expert or a technology."""
    session, who = current_session(), asker()
    organisation = get_organisation(session, organisation_id)
    require_speaks_for(who, organisation.id)
    alliance = alliance_above(session, organisation.id)
    form = Form(typed={"most_at_once": "3", "kind": EXPERT})
    if request.method == "POST":
        form = read_form(EntryForm())
        try:
            if form.is_good:
                kind = form.values.get("kind", EXPERT)
                options: Any = {"actor": who.name, "now": now()}
                values = _values(form, kind)
                made = cataloguing.offer_entry(session, organisation, values, **options)
                say(_("It is in the catalogue now."))
                return redirect(url_for("catalogue.show", entry_id=made.id), 303)
        except Failure as failure:
            _refuse(form, failure)
    return _page(form, organisation, alliance.id)


@blueprint.route("/catalogue/<uuid:entry_id>/edit", methods=["GET", "POST"])
@enter(MANAGERS)
def edit(entry_id: UUID) -> ResponseReturnValue:
    """Change an expert or a technology."""
    session, who = current_session(), asker()
    found = queries.get_own_entry(session, entry_id, who)
    form = Form(typed=_typed(found))
    if request.method == "POST":
        form = read_form(EntryForm())
        try:
            if form.is_good:
                lock(session, found)
                form.require_current(found.version)
                values = _values(form, found.kind)
                values["languages"] += [
                    each for each in found.languages if each not in LANGUAGE_NAMES
                ]
                cataloguing.change_entry(session, found, values, actor=who.name, now=now())
                say(_("Saved."))
                return redirect(url_for("catalogue.show", entry_id=entry_id), 303)
        except Failure as failure:
            _refuse(form, failure)
            session.expire(found)
    organisation = session.get_one(Organisation, found.organisation_id)
    return _page(form, organisation, found.alliance_id, found)


def _typed(found: CatalogueEntry) -> dict[str, str]:
    ticked = {f"capabilities.{each}": "yes" for each in found.capability_ids}
    ticked |= {f"languages.{each}": "yes" for each in found.languages}
    plain = ("names", "texts", "most_at_once", "person_id")
    typed = filled({name: getattr(found, name) for name in plain})
    return typed | ticked | {"sectors": ", ".join(found.sectors)}


@blueprint.post("/catalogue/<uuid:entry_id>/<any(pause, resume):act>")
@enter(MANAGERS)
def act(entry_id: UUID, act: str) -> ResponseReturnValue:
    """Pause an entry, or resume it."""
    session, who = current_session(), asker()
    found = queries.get_own_entry(session, entry_id, who)
    lock(session, found)
    does = {"pause": cataloguing.pause_entry, "resume": cataloguing.resume_entry}[act]
    try:
        does(session, found, actor=who.name, now=now())
    except Failure as failure:
        say_failure(failure)
    return redirect(url_for("catalogue.show", entry_id=entry_id), 303)
