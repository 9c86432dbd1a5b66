"""Registering several people by one form, and the page that their contact's mail links."""

import re
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, ValidationError, fields

from services.events.actions import grouping
from services.events.actions.attending import own_id
from services.events.actions.grouping import FEWEST, MOST, Companion, Contact
from services.events.actions.registering import all_as_they_are, cancel_registration
from services.events.model import RegistrationGroup, Workshop
from services.events.model.link import find_link
from services.events.pages.answer_files import read_form_with_files
from services.events.pages.answers import typed_answers
from services.events.pages.course_words import refuse
from services.events.queries import groups as queries
from services.events.queries.copies import organisation_names
from services.events.queries.workshops import get_workshop, ledger_of
from shared.foundation.failures import Failure, Invalid, NotFound
from shared.foundation.identities import Asker
from shared.web.context import current_session, now, undo
from shared.web.fields import Email, LanguageTag, Line, Prose
from shared.web.forms import Form
from shared.web.identity import ANYONE, asker, enter, find_identity
from shared.web.pages import page_language, say, say_failure
from shared.web.uploads import takes_files

blueprint = Blueprint("groups", __name__, url_prefix="/events")
takes_files(blueprint, "register")
LINE: Final = re.compile(r"(?P<name>[^<>,;\t]+?)\s*(?:[<,;\t]\s*(?P<email>[^\s<>,;]+)\s*>?)?")
NAME: Final = Line(longest=200)
ADDRESS: Final = Email()


class GroupForm(Schema):
    """The contact, and a person a line."""

    class Meta:
        unknown = RAISE

    name = Line(required=True, longest=200)
    email = Email(required=True)
    locale = LanguageTag(load_default="en")
    people = Prose(required=True, longest=20_000)
    apart = fields.Boolean(load_default=False)
    answers = fields.Dict(keys=fields.String(), load_default=dict)


def _people(text: str, answers: Mapping[str, Any]) -> list[Companion]:
    """Whom the lines name. Raises Invalid with the line that names nobody."""
    found = []
    for line in filter(str.strip, text.splitlines()):
        match = LINE.fullmatch(line.strip())
        try:
            if match is None:
                raise ValidationError("")
            name = NAME.deserialize(match["name"].strip(' "'))
            email = ADDRESS.deserialize(match["email"]) if match["email"] else None
        except ValidationError:
            said = _("Write a name, and if you like a mail address: %(line)s", line=line[:100])
            raise Invalid.at("/people", said) from None
        found.append(Companion(name=name, email=email, answers=answers))
    if not FEWEST <= len(found) <= MOST:
        said = _("Name %(fewest)s to %(most)s people, a line each.", fewest=FEWEST, most=MOST)
        raise Invalid.at("/people", said)
    return found


def _form_page(workshop: Workshop, form: Form, status: int = 200) -> ResponseReturnValue:
    session = current_session()
    page = render_template(
        "group_form.html",
        workshop=workshop,
        host=organisation_names(session, workshop.host_id),
        ledger=ledger_of(session, workshop.id),
        form=form,
    )
    return page, status


@blueprint.route("/workshops/<uuid:workshop_id>/register-group", methods=["GET", "POST"])
@enter(ANYONE)
def register(workshop_id: UUID) -> ResponseReturnValue:
    """The form; sent, it goes on to the group's own page."""
    if request.method == "POST":
        return _read_and_register(workshop_id)
    identity = find_identity()
    workshop = get_workshop(current_session(), workshop_id, asker())
    typed = {"locale": page_language()}
    if identity is not None:
        typed |= {"name": identity.name, "email": identity.email}
    return _form_page(workshop, Form(typed=typed))


def _read_and_register(workshop_id: UUID) -> ResponseReturnValue:
    form = read_form_with_files(GroupForm(), lambda own: get_workshop(own, workshop_id, asker()))
    workshop = get_workshop(current_session(), workshop_id, asker())
    if not form.is_good:
        return _form_page(workshop, form, 422)
    try:
        group, is_new = _register(workshop, form.values)
    except Failure as failure:
        undo()
        refuse(form, failure)
        if any(path.startswith("people.") for path in form.faults):
            form.faults["people"] = _which(form)
        return _form_page(workshop, form, 409)
    if not is_new and group.person_id is None:
        return render_template("registered_before.html", workshop=workshop, email=group.email)
    return redirect(url_for("groups.show", token=group.link_token), 303)


def _which(form: Form) -> str:
    """Faults of single people, by their line."""
    lines = [line.strip() for line in form.typed["people"].splitlines() if line.strip()]
    said = []
    for path in [path for path in form.faults if path.startswith("people.")]:
        number, detail = path.split(".")[1], form.faults.pop(path)
        said.append(f"{lines[int(number)]}: {_(detail)}")
    return " ".join(dict.fromkeys(said))


def _register(workshop: Workshop, values: dict[str, Any]) -> tuple[RegistrationGroup, bool]:
    answers = typed_answers(workshop.form, values["answers"])
    contact = Contact(
        name=values["name"],
        email=values["email"],
        locale=values["locale"],
        person_id=own_id(find_identity(), values["email"]),
    )
    return grouping.register_group(
        current_session(),
        workshop,
        contact,
        _people(values["people"], answers),
        is_together=not values["apart"],
        actor=asker().name,
        now=now(),
    )


def _group(token: str) -> RegistrationGroup:
    link = find_link(token)
    if link is None or link.kind != "group":
        raise NotFound("This link is not complete. Open it from the mail again.")
    return queries.get_own_group(current_session(), link.id, Asker(link=token))


@blueprint.get("/groups/<token>")
@enter(ANYONE)
def show(token: str) -> ResponseReturnValue:
    """How each stands, and what can be done for all."""
    session, group = current_session(), _group(token)
    workshop = session.get_one(Workshop, group.workshop_id)
    found = all_as_they_are(session, grouping.people_of(session, group))
    return render_template(
        "group.html",
        group=group,
        token=token,
        workshop=workshop,
        host=organisation_names(session, workshop.host_id),
        people=found,
        offer=next((each.offer for each in found if each.offer), None),
        live=grouping.who_may_cancel(workshop, found),
    )


@blueprint.post("/groups/<token>/<any(accept, decline, cancel):verb>")
@enter(ANYONE)
def act(token: str, verb: str) -> ResponseReturnValue:
    """Take or leave the seats that are held, or take all of the group back."""
    session, group = current_session(), _group(token)
    try:
        if verb == "accept":
            grouping.accept_group_offer(session, group, actor="link", now=now())
            say(_("The seats are yours."))
        elif verb == "decline":
            grouping.decline_group_offer(session, group, actor="link", now=now())
            say(_("You have declined. The seats go to the next in line."))
        else:
            grouping.cancel_group(session, group, actor="link", now=now())
            say(_("All of the group are cancelled."))
    except Failure as failure:
        say_failure(failure)
    return redirect(url_for("groups.show", token=token), 303)


@blueprint.post("/groups/<token>/people/<uuid:registration_id>/cancel")
@enter(ANYONE)
def cancel_one(token: str, registration_id: UUID) -> ResponseReturnValue:
    """Take one of the group back."""
    session, group = current_session(), _group(token)
    people = {each.id: each for each in grouping.people_of(session, group)}
    if registration_id not in people:
        raise NotFound("There is no such registration.")
    found = people[registration_id]
    try:
        cancel_registration(session, found, actor="link", now=now())
        say(_("%(name)s is cancelled.", name=found.name))
    except Failure as failure:
        say_failure(failure)
    return redirect(url_for("groups.show", token=token), 303)
