"""An organisation's own words for its mails: the kinds, and one of them with its preview."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields

from services.notifications.actions import writing_templates as writing
from services.notifications.actions.own_words import (
    EDITABLE,
    MEMBERSHIP_KINDS,
    PARTS,
    WORKSHOP_KINDS,
    built_in,
    variables_of,
)
from services.notifications.model import OrganisationCopy, Template, TemplateVersion
from services.notifications.pages.words import MAIL_NAMES
from services.notifications.queries import histories
from services.notifications.queries import templates as queries
from services.notifications.queries.scopes import ORGANIZERS, covers
from shared.foundation.failures import Failure, NotFound
from shared.foundation.identities import Role
from shared.foundation.languages import LANGUAGES
from shared.web.context import current_session, now
from shared.web.fields import Line, Prose
from shared.web.forms import Form, filled, read_form
from shared.web.identity import asker, enter, one_of, require_identity
from shared.web.pages import LANGUAGE_NAMES, page_language, say, say_failure

blueprint = Blueprint("templates_of_mails", __name__, url_prefix="/notifications")
ORGANIZER = one_of(Role.ORGANIZER)
OF_ONE: Final = "/organisations/<uuid:organisation_id>/templates"


class TextForm(Schema):
    """One language, as the API has it."""

    class Meta:
        unknown = RAISE

    subject = Line(required=True)
    button = Line(required=True, longest=100)
    body = Prose(required=True, longest=20_000)


class TextsForm(Schema):
    """A text for each language of ours."""

    class Meta:
        unknown = RAISE
        include = {tag: fields.Nested(TextForm, required=True) for tag in LANGUAGES}


def _organisation(organisation_id: UUID) -> OrganisationCopy:
    session, who = current_session(), asker()
    found = session.get(OrganisationCopy, organisation_id)
    if found is None or not covers(session, who, organisation_id, *ORGANIZERS):
        raise NotFound("There is no such organisation that you look after.")
    return found


@blueprint.get("/templates")
@enter(ORGANIZER)
def organisations() -> ResponseReturnValue:
    """Whose words one can change."""
    found = queries.organized_by(current_session(), asker())
    if len(found) == 1:
        return redirect(url_for("templates_of_mails.listed", organisation_id=found[0].id), 303)
    return render_template("templates.html", organisations=found)


@blueprint.get(OF_ONE)
@enter(ORGANIZER)
def listed(organisation_id: UUID) -> ResponseReturnValue:
    """Every kind of mail, and which have own words."""
    session, organisation = current_session(), _organisation(organisation_id)
    query = queries.templates_for(asker(), organisation_id=organisation_id)
    return render_template(
        "templates_of_one.html",
        organisation=organisation,
        own={each.kind: each for each in session.scalars(query)},
        groups=((_("Workshops"), WORKSHOP_KINDS), (_("Memberships"), MEMBERSHIP_KINDS)),
        mails=MAIL_NAMES,
    )


@blueprint.route(f"{OF_ONE}/<kind>", methods=["GET", "POST"])
@enter(ORGANIZER)
def write(organisation_id: UUID, kind: str) -> ResponseReturnValue:
    """The words of one kind, and how a mail of it reads."""
    session, organisation = current_session(), _organisation(organisation_id)
    if kind not in EDITABLE:
        raise NotFound("There is no such mail.")
    found = queries.find_template(session, organisation_id, kind)
    versions = queries.newest_of(session, found) if found is not None else []
    form = Form(typed=filled(_texts(found, kind, versions)))
    if request.method == "POST":
        form = read_form(TextsForm())
        try:
            if form.is_good:
                if found is not None:
                    session.refresh(found, with_for_update=True)
                form.require_current(found.version if found is not None else 0)
                _save(organisation_id, kind, found, form.values)
                say(_("The words are saved; this is how they read."))
                return redirect(request.path, 303)
        except Failure as failure:
            form.refuse(failure)
            form.faults = {path.removeprefix("texts."): each for path, each in form.faults.items()}
    page = render_template(
        "template_form.html",
        form=form,
        organisation=organisation,
        kind=kind,
        mails=MAIL_NAMES,
        template=found,
        versions=versions,
        actors=histories.names_of(session, [each.author for each in versions], page_language()),
        languages=LANGUAGE_NAMES,
        variables=variables_of(kind),
        previews=_previews(organisation_id, kind, found),
    )
    return page, 422 if form.faults else 200


def _texts(
    found: Template | None, kind: str, versions: Sequence[TemplateVersion]
) -> Mapping[str, Any]:
    """As they are used; of one language as it was, where the address names a version of it."""
    texts = found.texts if found is not None else built_in(kind)
    for each in versions:
        if request.args.get("version") == f"{each.locale}.{each.number}":
            return {**texts, each.locale: {part: getattr(each, part) for part in PARTS}}
    return texts


def _save(
    organisation_id: UUID, kind: str, found: Template | None, texts: Mapping[str, Any]
) -> None:
    session, actor = current_session(), asker().name
    if found is None:
        writing.begin(session, organisation_id, kind, texts, actor=actor, now=now())
    else:
        writing.change(session, found, texts, actor=actor, now=now())


def _previews(organisation_id: UUID, kind: str, found: Template | None) -> dict[str, Any]:
    """Language → as a mail to oneself would read."""
    session, me = current_session(), require_identity()
    sample = writing.sample_of(session, organisation_id, kind, name=me.name, now=now())
    texts = found.texts if found is not None else built_in(kind)
    return {tag: sample.words(texts, tag) for tag in LANGUAGES}


@blueprint.post(f"{OF_ONE}/<kind>/<any('test','leave'):verb>")
@enter(ORGANIZER)
def act(organisation_id: UUID, kind: str, verb: str) -> ResponseReturnValue:
    """Mail it to oneself, or go back to the built-in words."""
    session, organisation = current_session(), _organisation(organisation_id)
    found = queries.find_template(session, organisation.id, kind)
    if found is None:
        raise NotFound("The organisation has no own words for this mail.")
    try:
        if verb == "test":
            writing.send_test(session, found, require_identity().person_id, now=now())
            say(_("A test is on its way to your own address."))
        else:
            writing.leave(session, found, actor=asker().name, now=now())
            say(_("The built-in words are sent again."))
    except Failure as failure:
        say_failure(failure)
    path = url_for("templates_of_mails.write", organisation_id=organisation.id, kind=kind)
    return redirect(path, 303)
