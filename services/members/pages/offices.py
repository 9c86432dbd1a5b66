"""One appointment: its history, who stands in for its holder, and who takes it over."""

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields
from sqlalchemy import or_

from services.members.actions import appointing, relieving
from services.members.model import Affiliation, Appointment, Person, Transition
from services.members.pages.audit_words import ACTORS, reason_of
from services.members.pages.organisations import MANAGERS
from services.members.queries import audit, people
from services.members.queries.memberships import history_of
from services.members.queries.organisations import get_organisation
from shared.foundation.failures import Failure, NotFound
from shared.foundation.ids import find_id
from shared.web.context import current_session, now, this_day
from shared.web.fields import Line
from shared.web.forms import Form, read_form
from shared.web.identity import asker, enter
from shared.web.pages import day, page_language, say

blueprint = Blueprint("offices", __name__, url_prefix="/members/appointments")
MOST_SHOWN: Final = 300


class SubstituteForm(Schema):
    """Who, from and until when; without days for the rest of the term."""

    class Meta:
        unknown = RAISE

    person_id = fields.UUID(required=True)
    starts_on = fields.Date(load_default=None)
    ends_on = fields.Date(load_default=None)
    reason = Line(load_default="")


def _candidates(found: Appointment) -> list[Person]:
    """The organisation's people, without the holder."""
    today = this_day()
    works = people.affiliations_of(found.organisation_id).where(Affiliation.is_live_on(today))
    serves = people.appointments_of(found.organisation_id).where(Appointment.is_live_on(today))
    query = people.people_for(asker(), today=today).where(
        Person.id != found.person_id,
        or_(
            Person.id.in_(works.with_only_columns(Affiliation.person_id)),
            Person.id.in_(serves.with_only_columns(Appointment.person_id)),
        ),
    )
    return list(current_session().scalars(query.order_by(Person.sort_key).limit(MOST_SHOWN)))


@blueprint.route("/<uuid:appointment_id>", methods=["GET", "POST"])
@enter(MANAGERS)
def show(appointment_id: UUID) -> ResponseReturnValue:
    """Who holds it, until when, every step of it, and the form to be relieved."""
    session = current_session()
    found = people.get_appointment(session, appointment_id, asker())
    form = Form()
    if request.method == "POST":
        form = read_form(SubstituteForm())
        try:
            if form.is_good:
                made = _relieve(found, form.values)
                return redirect(url_for("offices.show", appointment_id=made.id), 303)
        except Failure as failure:
            form.refuse(failure)
    page = render_template("office.html", **_facts(found, form))
    return page, 422 if form.faults else 200


def _relieve(found: Appointment, values: dict[str, Any]) -> Appointment:
    """Have it done; the appointment to show: the new holder's, or that of who is away."""
    session, who, today = current_session(), asker(), this_day()
    ends_on = values["ends_on"] or found.ends_on
    appointing.require_power(
        session, who, found.role, found.organisation_id, ends_on=ends_on, now=now()
    )
    try:
        person = people.get_managed_person(session, values["person_id"], who, today=today)
    except NotFound as error:
        raise NotFound(_("Choose one of the organisation's people.")) from error
    act: dict[str, Any] = {"actor": who.name, "now": now(), "reason": values["reason"]}
    if values["ends_on"] is None:
        made = relieving.substitute(session, found, person, **act)
        say(_("The office has a new holder."))
        return made
    starts_on = values["starts_on"] or today
    relieving.stand_in(
        session, found, person, starts_on=starts_on, ends_on=values["ends_on"], **act
    )
    say(
        _(
            "%(name)s stands in until %(day)s, and is told by mail.",
            name=person.name_in(page_language()),
            day=day(values["ends_on"]),
        )
    )
    return found


def _facts(found: Appointment, form: Form) -> dict[str, Any]:
    session, who, today = current_session(), asker(), this_day()
    steps = history_of(found).order_by(Transition.number.desc()).limit(MOST_SHOWN)
    rows: list[Transition] = list(session.scalars(steps))
    actors = {each for row in rows if (each := find_id(row.actor))}
    beside = people.appointments_of(found.organisation_id).where(
        or_(
            Appointment.substitutes_for == found.id,
            Appointment.id.in_(
                each for each in (found.substitutes_for, found.substituted_by) if each
            ),
        )
    )
    others: list[Appointment] = list(session.scalars(beside.order_by(Appointment.starts_on)))
    ids = {found.person_id, *(each.person_id for each in others)}
    return {
        "office": found,
        "organisation": get_organisation(session, found.organisation_id),
        "holders": people.named(session, ids),
        "others": others,
        "steps": rows,
        "people": audit.names_seen(session, actors, who, today=today, language=page_language()),
        "actors": ACTORS,
        "reason_of": reason_of,
        "person_id_of": find_id,
        "candidates": [("", "–")]
        + [(each.id, each.name_in(page_language())) for each in _candidates(found)],
        "is_live": found.ended_at is None and (found.ends_on is None or found.ends_on >= today),
        "form": form,
    }
