"""Writing a case on a page: texts in both languages, tags, who led and who followed, files."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields

from services.members.actions import writing_cases
from services.members.actions.recording import lock
from services.members.actions.tagging import alliance_above
from services.members.model import Case, Organisation
from services.members.model.case import LONGEST_TEXT
from services.members.pages.cases import capability_names, show_case
from services.members.pages.organisations import MANAGERS
from services.members.queries import cases as queries
from services.members.queries.capabilities import current_capabilities
from services.members.queries.demand import speaks_for
from services.members.queries.organisations import get_organisation, hosts_of, names_of
from shared.foundation.failures import Failure, Forbidden, Invalid
from shared.foundation.languages import LANGUAGES
from shared.web.context import current_session, now
from shared.web.fields import Line, Prose, Texts
from shared.web.files import file_store
from shared.web.forms import Form, filled, read_form
from shared.web.identity import asker, enter
from shared.web.pages import local, say, say_failure
from shared.web.uploads import LARGEST_UPLOAD_BYTES, filename_of

blueprint = Blueprint("case_writing", __name__, url_prefix="/members")
TEXTS = ("titles", "summaries", "texts")


class CaseForm(Schema):
    """A case as it is written. company, mentor: a name. followers: a name on each line."""

    class Meta:
        unknown = RAISE

    company = Line(longest=200, load_default="")
    titles = Texts(required=True, longest=200)
    summaries = Texts(is_prose=True, longest=1000, load_default=dict)
    texts = Texts(is_prose=True, longest=LONGEST_TEXT, load_default=dict)
    capabilities = fields.Dict(keys=fields.UUID(), values=fields.String(), load_default=dict)
    sectors = Line(longest=300, load_default="")
    mentor = Line(longest=200, load_default="")
    followers = Prose(longest=8000, load_default="")


@blueprint.url_value_preprocessor
def _take_large_forms(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before anything reads the form: a file may be larger than what other pages take."""
    if endpoint == "case_writing.attach":
        request.max_content_length = LARGEST_UPLOAD_BYTES


def sectors_in(text: str) -> list[str]:
    """Of a line, between commas of either script."""
    parts = text.replace("，", ",").replace("、", ",").split(",")
    return list(dict.fromkeys(filter(None, (part.strip() for part in parts))))


def _company(alliance_id: UUID, name: str, at: str) -> UUID:
    """The one company of the alliance that has this name. Raises Invalid."""
    found = queries.companies_named(current_session(), alliance_id, name)
    if not found:
        raise Invalid.at(at, _("No company of the alliance is called %(name)s.", name=name))
    if len(found) > 1:
        raise Invalid.at(at, _("Several companies are called %(name)s.", name=name))
    return found[0].id


def _values(alliance_id: UUID, form: Form) -> dict[str, Any]:
    names = [line.strip() for line in form.values["followers"].splitlines() if line.strip()]
    mentor = form.values["mentor"]
    return {
        **{name: form.values[name] for name in TEXTS},
        "capability_ids": list(form.values["capabilities"]),
        "sectors": sectors_in(form.values["sectors"]),
        "mentor_id": _company(alliance_id, mentor, "/mentor") if mentor else None,
        "follower_ids": [_company(alliance_id, name, "/followers") for name in names],
    }


def _refuse(form: Form, failure: Failure) -> None:
    """At the fields of the form, which name companies and not their ids."""
    form.refuse(failure)
    for path, fault in list(form.faults.items()):
        place = path.partition(".")[0].replace("mentor_id", "mentor")
        place = place.replace("follower_ids", "followers").replace("capability_ids", "capabilities")
        if path.partition(".")[0] not in TEXTS and place != path:
            form.faults[place] = form.faults.pop(path, fault)


def _page(form: Form, alliance_id: UUID, **more: Any) -> ResponseReturnValue:
    session = current_session()
    capabilities = session.scalars(current_capabilities(alliance_id))
    page = render_template(
        "case_form.html",
        form=form,
        languages_of_texts=LANGUAGES,
        choices=sorted(capabilities, key=lambda each: each.code),
        **more,
    )
    return page, 422 if form.faults else 200


@blueprint.route("/organisations/<uuid:organisation_id>/cases/new", methods=["GET", "POST"])
@enter(MANAGERS)
def write(organisation_id: UUID) -> ResponseReturnValue:
    """A new draft: of this company, or of a company of this association, which is named."""
    session, who = current_session(), asker()
    place = get_organisation(session, organisation_id)
    if not speaks_for(who, place.id):
        raise Forbidden("Only those who speak for this organisation itself may do this.")
    alliance = alliance_above(session, place.id)
    form = Form()
    if request.method == "POST":
        form = read_form(CaseForm())
        try:
            if form.is_good:
                company, association = _sides(place, alliance.id, form)
                values = _values(alliance.id, form)
                options: Any = {"actor": who.name, "now": now()}
                made = writing_cases.write_case(session, company, association, values, **options)
                say(_("The draft is kept. Add files, and submit it when it is ready."))
                return _to(made.id)
        except Failure as failure:
            _refuse(form, failure)
    return _page(form, alliance.id, organisation=place, case=None)


def _sides(place: Organisation, alliance_id: UUID, form: Form) -> tuple[Organisation, Organisation]:
    """The company that writes, and the association that reviews."""
    session = current_session()
    if place.kind != "company":
        name = form.values["company"] or form.typed.get("mentor", "")
        if not name:
            raise Invalid.at("/company", _("Say which company the case is of."))
        return session.get_one(Organisation, _company(alliance_id, name, "/company")), place
    hosts = [each for each in hosts_of(session, place.id) if each.kind != "alliance"]
    if not hosts:
        raise Invalid.at("/company", _("The company belongs to no association."))
    return place, hosts[0]


def _to(case_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("cases.show", case_id=case_id), 303)


@blueprint.route("/cases/<uuid:case_id>/edit", methods=["GET", "POST"])
@enter(MANAGERS)
def edit(case_id: UUID) -> ResponseReturnValue:
    """Change a draft, or one that came back."""
    session, who = current_session(), asker()
    found = queries.get_case_for(session, case_id, who, "change")
    form = Form(typed=_typed(found))
    if request.method == "POST":
        form = read_form(CaseForm())
        try:
            if form.is_good:
                lock(session, found)
                form.require_current(found.version)
                values = _with_other_languages(found, _values(found.alliance_id, form))
                writing_cases.change_case(session, found, values, actor=who.name, now=now())
                say(_("Saved."))
                return _to(found.id)
        except Failure as failure:
            _refuse(form, failure)
            session.expire(found)
    company = session.get_one(Organisation, found.organisation_id)
    return _page(form, found.alliance_id, organisation=company, case=found)


def _typed(found: Case) -> dict[str, str]:
    session = current_session()
    followers = queries.followers_of(session, [found.id])[found.id]
    names = names_of(session, [found.mentor_id, *followers])
    known = capability_names()
    return filled({name: getattr(found, name) for name in TEXTS}) | {
        **{f"capabilities.{each}": "yes" for each in found.capability_ids if each in known},
        "sectors": ", ".join(found.sectors),
        "mentor": str(local(names[found.mentor_id]).striptags()) if found.mentor_id else "",
        "followers": "\n".join(str(local(names[each]).striptags()) for each in followers),
    }


def _with_other_languages(found: Case, values: dict[str, Any]) -> dict[str, Any]:
    """Texts in languages that the form doesn't show stay."""
    for name in TEXTS:
        before = getattr(found, name)
        others = {tag: text for tag, text in before.items() if tag not in LANGUAGES}
        values[name] = others | values[name]
    return values


@blueprint.post("/cases/<uuid:case_id>/attachments")
@enter(MANAGERS)
def attach(case_id: UUID) -> ResponseReturnValue:
    """Add a file."""
    session, who = current_session(), asker()
    found = queries.get_case_for(session, case_id, who, "change")
    form, file = Form(), request.files.get("file")
    try:
        if file is None or not file.filename:
            raise Invalid.at("/file", _("Choose a file."))
        lock(session, found)
        upload = writing_cases.Upload(filename_of(file), file.read())
        options: Any = {"store": file_store(), "actor": who.name, "now": now()}
        writing_cases.attach_file(session, found, upload, **options)
        say(_("The file is kept."))
        return redirect(url_for("cases.show", case_id=case_id) + "#files", 303)
    except Failure as failure:
        form.refuse(failure)
    return show_case(found, form)


@blueprint.post("/case-attachments/<uuid:attachment_id>/remove")
@enter(MANAGERS)
def detach(attachment_id: UUID) -> ResponseReturnValue:
    """Take a file out."""
    session, who = current_session(), asker()
    found, case = queries.get_attachment(session, attachment_id, who)
    queries.get_case_for(session, case.id, who, "change")
    lock(session, case)
    try:
        writing_cases.detach_file(session, case, found, actor=who.name, now=now())
        say(_("Removed."))
    except Failure as failure:
        say_failure(failure)
    return redirect(url_for("cases.show", case_id=case.id) + "#files", 303)
