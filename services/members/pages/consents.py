"""Consents on pages: a person's own, and what an organisation asks for."""

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields

from services.members.actions import consenting
from services.members.actions.recording import lock
from services.members.model import Consent, ConsentPurpose, Organisation, Person
from services.members.model.consent import PURPOSE_KEY
from services.members.pages.organisations import MANAGERS
from services.members.queries import consents as queries
from services.members.queries.custom_fields import get_definer
from services.members.queries.organisations import names_of
from services.members.queries.people import get_own_person
from services.members.queries.sheets_of_asking import consents_sheet, purposes_sheet
from shared.foundation.failures import Failure
from shared.foundation.ids import find_id
from shared.web.context import current_session, now, this_day
from shared.web.exporting import file_format, send_sheet
from shared.web.fields import Texts, Whole
from shared.web.forms import Form, filled, read_form
from shared.web.identity import IN_PERSON, asker, enter, require_identity
from shared.web.pages import page_language, say, say_failure
from shared.web.paging import Key

blueprint = Blueprint("consents", __name__, url_prefix="/members")
WAY: Final = "page"
MOST_SHOWN: Final = 50


class TextForm(Schema):
    """The words in which people are asked."""

    class Meta:
        unknown = RAISE

    titles = Texts(required=True)
    texts = Texts(required=True, is_prose=True, longest=20_000)


class PurposeForm(TextForm):
    """A new one has a key, which stays."""

    key = fields.String(
        required=True, validate=Whole(PURPOSE_KEY, error="Use a short name such as newsletter.")
    )


def _me() -> Person:
    person_id = require_identity().person_id
    return get_own_person(current_session(), person_id, asker(), today=this_day())


def _chosen() -> UUID | None:
    return find_id(request.values.get("purpose", ""))


@blueprint.get("/me/consents")
@enter(IN_PERSON)
def own() -> ResponseReturnValue:
    """What one is asked, what one gave, and how to take it back. purpose: one was sent to it."""
    session, me = current_session(), _me()
    questions = queries.questions_for(session, me.id, today=this_day(), also=_chosen())
    query = queries.consents_of(me.id).order_by(Consent.id.desc()).limit(MOST_SHOWN)
    history = list(session.scalars(query))
    owners = {each.purpose.organisation_id for each in questions}
    return render_template(
        "consents.html",
        questions=questions,
        history=history,
        titles_given=queries.titles_given(session, history),
        organisations=names_of(session, owners | {each.organisation_id for each in history}),
    )


@blueprint.post("/me/consents/<uuid:purpose_id>/give")
@enter(IN_PERSON)
def give(purpose_id: UUID) -> ResponseReturnValue:
    """Consent to the words that the page showed."""
    session = current_session()
    purpose = queries.get_purpose(session, purpose_id)
    try:
        consenting.give(
            session,
            _me(),
            purpose,
            text_hash=request.form.get("text_hash", ""),
            language=page_language(),
            way=WAY,
            actor=asker().name,
            now=now(),
        )
        say(_("Thank you. You can take it back here at any time."))
    except Failure as failure:
        say_failure(failure)
    return redirect(url_for("consents.own", purpose=purpose_id), 303)


@blueprint.post("/me/consents/<uuid:consent_id>/withdraw")
@enter(IN_PERSON)
def withdraw(consent_id: UUID) -> ResponseReturnValue:
    """Take it back."""
    session = current_session()
    found = queries.get_own_consent(session, consent_id, _me().id)
    consenting.withdraw(session, found, way=WAY, actor=asker().name, now=now())
    say(_("You have taken your consent back."))
    return redirect(url_for("consents.own"), 303)


def _page(owner: Organisation, form: Form, found: ConsentPurpose | None) -> ResponseReturnValue:
    session = current_session()
    query = queries.purposes_of(owner.id, with_archived=True).order_by(ConsentPurpose.id)
    purposes = list(session.scalars(query))
    page = render_template(
        "consent_purposes.html",
        organisation=owner,
        form=form,
        found=found,
        purposes=purposes,
        words=queries.newest_words(session, purposes),
        counts=queries.counts_of(session, [each.id for each in purposes]),
    )
    return page, 422 if form.faults else 200


def _back(owner_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("consents.listed", organisation_id=owner_id), 303)


@blueprint.route("/organisations/<uuid:organisation_id>/consents", methods=["GET", "POST"])
@enter(MANAGERS)
def listed(organisation_id: UUID) -> ResponseReturnValue:
    """What the organisation asks for, as a file too, and the form for one more."""
    session, form = current_session(), Form()
    owner = get_definer(session, organisation_id, asker())
    kind = file_format(request.args) if request.method == "GET" else None
    if kind is not None:
        query = queries.purposes_of(owner.id, with_archived=True)
        return send_sheet(purposes_sheet(), query, [Key(ConsentPurpose.id)], kind=kind)
    if request.method == "POST":
        form = read_form(PurposeForm())
        try:
            if form.is_good:
                consenting.ask_for(session, owner, form.values, actor=asker().name, now=now())
                say(_("People are asked from now on."))
                return _back(owner.id)
        except Failure as failure:
            form.refuse(failure)
    return _page(owner, form, None)


@blueprint.route("/consent-purposes/<uuid:purpose_id>", methods=["GET", "POST"])
@enter(MANAGERS)
def edit(purpose_id: UUID) -> ResponseReturnValue:
    """Ask in other words: a new version; or who consented, as a file."""
    session = current_session()
    found = queries.get_own_purpose(session, purpose_id, asker())
    kind = file_format(request.args)
    if kind is not None:
        sheet = consents_sheet(asker(), now=now())
        return send_sheet(sheet, queries.consents_to(found.id), [Key(Consent.id)], kind=kind)
    owner = session.get_one(Organisation, found.organisation_id)
    words = queries.newest_words(session, [found])[found.id]
    form = Form(typed=filled({"titles": words.titles, "texts": words.texts}))
    if request.method == "POST":
        form = read_form(TextForm())
        try:
            if form.is_good:
                lock(session, found)
                form.require_current(found.version)
                values = _with_others(words, form.values)
                consenting.publish_text(session, found, values, actor=asker().name, now=now())
                say(_("Saved."))
                return _back(owner.id)
        except Failure as failure:
            form.refuse(failure)
    return _page(owner, form, found)


def _with_others(words: Any, values: dict[str, Any]) -> dict[str, Any]:
    """With the languages that the form doesn't show."""
    found = {}
    for name in ("titles", "texts"):
        before = getattr(words, name)
        others = {tag: text for tag, text in before.items() if tag not in ("en", "zh-Hant")}
        found[name] = others | values[name]
    return found


@blueprint.post("/consent-purposes/<uuid:purpose_id>/archive")
@enter(MANAGERS)
def archive(purpose_id: UUID) -> ResponseReturnValue:
    """Nobody is asked any more."""
    session = current_session()
    found = queries.get_own_purpose(session, purpose_id, asker())
    owner_id = found.organisation_id
    lock(session, found)
    consenting.archive_purpose(session, found, actor=asker().name, now=now())
    say(_("Nobody is asked for this any more."))
    return _back(owner_id)
