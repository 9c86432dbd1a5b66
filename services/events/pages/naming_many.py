"""A focal point names several people: paste the list, look at what would come of it, send."""

import re
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from marshmallow import RAISE, Schema, ValidationError, fields, validate

from services.events.actions.naming_many import Named, name_many
from services.events.actions.nominating import Nominee
from services.events.model import Workshop
from services.events.model.nomination import CAPACITIES, ROLES
from services.events.pages.delegation import FOCAL_POINT, require_body
from services.events.queries.copies import delegates_of, organisation_names
from services.events.queries.registrations import find_allotment
from services.events.queries.workshops import get_workshop
from shared.foundation.sheets import as_is as _
from shared.web.context import current_session, now, this_day, undo
from shared.web.fields import Email, LanguageTag, Line, Prose
from shared.web.forms import Form, read_form
from shared.web.identity import asker, enter
from shared.web.pages import page_language, say, sentence

blueprint = Blueprint("naming_many", __name__, url_prefix="/events/delegation")
MOST: Final = 500
FROM_MAIL: Final = re.compile(r"(?P<name>.+?)\s*<(?P<email>[^<>]+)>(?P<rest>.*)")
FROM_SHEET: Final = re.compile(
    r"(?P<name>\"[^\"]+\"|[^\",;\t]+?)\s*[,;\t]\s*(?P<email>[^\s,;]+)(?P<rest>.*)"
)
WORD: Final = re.compile(r"\w+")
ADDRESS: Final = Email()


class PastedForm(Schema):
    """A line each: `Name <address>`, or name, address, role and capacity with commas or tabs."""

    class Meta:
        unknown = RAISE

    people = Prose(required=True, longest=100_000)
    locale = LanguageTag(load_default="en")
    step = fields.String(load_default="look", validate=validate.OneOf(("look", "send")))


def read_line(line: str) -> tuple[str, str, str]:
    """The name, the address and the rest of a line. Raises ValidationError for any other."""
    found = FROM_MAIL.fullmatch(line.strip()) or FROM_SHEET.fullmatch(line.strip())
    if found is None:
        raise ValidationError("")
    name = Line(longest=200).deserialize(found["name"].strip(' "'))
    return name, ADDRESS.deserialize(found["email"]), found["rest"]


def read_lines(text: str, *, locale: str) -> tuple[list[Nominee], list[Named]]:
    """Whom the lines name, and the lines that name nobody."""
    nominees, faults = [], []
    for line in filter(str.strip, text.splitlines()):
        try:
            name, email, rest = read_line(line)
        except ValidationError:
            faults.append(Named("error", line.strip()[:200], "", NO_LINE))
            continue
        words = WORD.findall(rest.lower())
        nominee = Nominee(
            name=name,
            email=email,
            locale=locale,
            role=_meant(words, ROLES) or "member",
            capacity=_meant(words, CAPACITIES) or "delegate",
        )
        nominees.append(nominee)
    return nominees, faults


def _meant(words: Sequence[str], known: Sequence[str]) -> str | None:
    """The first of the words that is one of the known ones, in English or the page's language."""
    names = {gettext(each).lower(): each for each in known} | {each: each for each in known}
    return next((names[word] for word in words if word in names), None)


NO_LINE: Final = _("Write a name and a mail address: Mei Lin <mei@example.org>.")


def _page(
    workshop: Workshop, body_id: UUID, form: Form, named: list[Named], status: int = 200
) -> ResponseReturnValue:
    session = current_session()
    page = render_template(
        "naming_many.html",
        workshop=workshop,
        body_id=body_id,
        body=organisation_names(session, body_id),
        allotment=find_allotment(session, workshop.id, body_id),
        form=form,
        named=named,
        good=sum(each.verdict == "new" for each in named),
    )
    return page, status


@blueprint.route("/<uuid:workshop_id>/<uuid:body_id>/several", methods=["GET", "POST"])
@enter(FOCAL_POINT)
def several(workshop_id: UUID, body_id: UUID) -> ResponseReturnValue:
    """Paste, look, send; the lines that can't be taken stay to be mended."""
    session = current_session()
    workshop = get_workshop(session, workshop_id, asker())
    require_body(workshop, body_id)
    if request.method == "GET":
        return _page(workshop, body_id, Form(typed={"locale": page_language()}), [])
    form = read_form(PastedForm())
    if not form.is_good:
        return _page(workshop, body_id, form, [], 422)
    nominees, faults = read_lines(form.values["people"], locale=form.values["locale"])
    is_look = form.values["step"] == "look" or bool(faults) or len(nominees) > MOST
    named = name_many(
        session,
        workshop,
        body_id,
        nominees[:MOST],
        is_dry_run=is_look,
        nominated_by=asker().person_id,
        actor=asker().name,
        now=now(),
    )
    if is_look or any(each.verdict == "error" for each in named):
        if is_look:
            undo()
        return _page(workshop, body_id, form, named + faults)
    say(gettext("%(count)s people are named and were asked by mail.", count=len(named)))
    return redirect(url_for("delegation.show", workshop_id=workshop_id, body_id=body_id), 303)


@blueprint.post("/<uuid:workshop_id>/<uuid:body_id>/chosen")
@enter(FOCAL_POINT)
def chosen(workshop_id: UUID, body_id: UUID) -> ResponseReturnValue:
    """Name the delegates who were ticked, and ask them at once; who can't be named is said."""
    session = current_session()
    workshop = get_workshop(session, workshop_id, asker())
    require_body(workshop, body_id)
    wanted = set(request.form.getlist("person_id"))
    delegates = delegates_of(session, body_id, today=this_day())
    people = [each for each in delegates if str(each.id) in wanted and each.email]
    named = name_many(
        session,
        workshop,
        body_id,
        [Nominee.of(each, role="member", capacity="delegate") for each in people[:MOST]],
        is_dry_run=False,
        nominated_by=asker().person_id,
        actor=asker().name,
        now=now(),
    )
    asked = sum(each.verdict == "new" for each in named)
    if asked:
        say(
            ngettext(
                "%(num)s person is named and was asked by mail.",
                "%(num)s people are named and were asked by mail.",
                asked,
            )
        )
    for each in named:
        if each.verdict == "error":
            say(f"{each.name}: {sentence(each.reason)}", kind="bad")
    if not people:
        say(gettext("Choose somebody first."), kind="bad")
    return redirect(url_for("delegation.show", workshop_id=workshop_id, body_id=body_id), 303)
