"""An organisation's people: adding a delegate, ending an appointment or an affiliation."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import fields, validate
from sqlalchemy import select

from services.members.actions import appointing, introducing
from services.members.actions.failures import AlreadyThere
from services.members.model import Affiliation, Organisation, Person
from services.members.model.appointment import ROLES
from services.members.pages.names import WithNames, names_in
from services.members.pages.organisations import MANAGERS, get_own
from services.members.queries import people as queries
from services.members.queries.former import former_people
from shared.foundation.failures import Failure, Invalid
from shared.foundation.names import PersonName, fold_email
from shared.web.bounds import CENTURIES
from shared.web.context import current_session, now, this_day
from shared.web.fields import Email, LanguageTag, Line, Phone
from shared.web.forms import Form, read_form
from shared.web.identity import asker, enter
from shared.web.pages import page_language, say, say_failure

blueprint = Blueprint("delegates", __name__, url_prefix="/members/organisations")


class DelegateForm(WithNames):
    """Somebody who works for the organisation and speaks for it."""

    email = Email(required=True)
    phone = Phone(load_default=None)
    title = Line(load_default="", longest=200)
    works_from = fields.Date(load_default=None, validate=CENTURIES)
    works_until = fields.Date(load_default=None, validate=CENTURIES)
    role = fields.String(load_default=None, validate=validate.OneOf(ROLES))
    starts_on = fields.Date(load_default=None, validate=CENTURIES)
    ends_on = fields.Date(load_default=None, validate=CENTURIES)
    locale = LanguageTag(load_default="en")


@blueprint.route("/<uuid:organisation_id>/add-delegate", methods=["GET", "POST"])
@enter(MANAGERS)
def add(organisation_id: UUID) -> ResponseReturnValue:
    """Record a person, that they work here, and the office that they hold."""
    organisation = get_own(organisation_id)
    form = Form(typed={"role": "delegate", "locale": page_language()})
    if request.method == "POST":
        form = read_form(DelegateForm())
        try:
            if form.is_good:
                person = _add(organisation, form.values)
                say(_("%(name)s is added.", name=person.name_in(page_language())))
                path = url_for("organisations.show", organisation_id=organisation.id)
                return redirect(path + "#people", 303)
        except Failure as failure:
            form.refuse(failure)
    page = render_template(
        "delegate_form.html",
        organisation=organisation,
        form=form,
        roles=[
            *((role, _(role.replace("_", " "))) for role in ROLES),
            ("", _("none: they work here")),
        ],
    )
    return page, 422 if form.faults else 200


def _add(organisation: Organisation, values: dict[str, Any]) -> Person:
    session, who = current_session(), asker()
    if values["role"]:
        appointing.require_power(
            session, who, values["role"], organisation.id, ends_on=values["ends_on"], now=now()
        )
    names = names_in(values, missing=_("Write the person's name."))
    person = _known(names, values["email"])
    if person is None:
        facts = {name: values[name] for name in ("email", "phone", "locale")}
        person = introducing.record_person(
            session,
            facts | {"names": names, "economy": organisation.economy},
            registered_by=who.person_id,
            actor=who.name,
            now=now(),
        )
    _affiliate(organisation, person, values)
    if values["role"]:
        appointing.appoint(
            session,
            person,
            organisation,
            values["role"],
            starts_on=values["starts_on"] or this_day(),
            ends_on=values["ends_on"],
            actor=who.name,
            now=now(),
        )
    return person


def _affiliate(organisation: Organisation, person: Person, values: dict[str, Any]) -> None:
    """They work here, unless they do already; where nothing else is asked for, that is said."""
    session = current_session()
    places = select(Affiliation.id).where(
        Affiliation.person_id == person.id,
        Affiliation.organisation_id == organisation.id,
        Affiliation.is_live_on(this_day()),
    )
    if session.scalars(places).first() is None:
        starts_on, ends_on = values["works_from"], values["works_until"]
        if starts_on and ends_on and ends_on < starts_on:
            raise Invalid.at("/works_until", _("It can't end before it starts."))
        appointing.affiliate(
            session,
            person,
            organisation,
            title=values["title"],
            starts_on=starts_on,
            ends_on=ends_on,
            actor=asker().name,
            now=now(),
        )
    elif not values["role"]:
        raise AlreadyThere(_("They work here already; mend the days in the list of people."))


def _known(names: list[PersonName], email: str) -> Person | None:
    """Somebody of ours with this address and name, or who was ours until lately."""
    today, key = this_day(), fold_email(email)
    for people in (queries.people_for, former_people):
        query = people(asker(), today=today).where(Person.email_key == key)
        for person in current_session().scalars(query.order_by(Person.id)):
            if person.is_called(names):
                return person
    return None


@blueprint.post("/appointments/<uuid:appointment_id>/end")
@enter(MANAGERS)
def end_appointment(appointment_id: UUID) -> ResponseReturnValue:
    """They no longer hold the office, nor its grant."""
    session, who = current_session(), asker()
    found = queries.get_appointment(session, appointment_id, who)
    try:
        appointing.require_power(
            session, who, found.role, found.organisation_id, ends_on=found.ends_on, now=now()
        )
        appointing.end_appointment(session, found, actor=who.name, now=now())
    except Failure as failure:
        say_failure(failure)
    else:
        say(_("The appointment has ended."))
    path = url_for("organisations.show", organisation_id=found.organisation_id)
    return redirect(path + "#people", 303)


@blueprint.post("/affiliations/<uuid:affiliation_id>/end")
@enter(MANAGERS)
def end_affiliation(affiliation_id: UUID) -> ResponseReturnValue:
    """They no longer work here."""
    session, who = current_session(), asker()
    found = queries.get_affiliation(session, affiliation_id, who)
    appointing.end_affiliation(session, found, actor=who.name, now=now())
    say(_("Noted: they no longer work here."))
    path = url_for("organisations.show", organisation_id=found.organisation_id)
    return redirect(path + "#people", 303)
