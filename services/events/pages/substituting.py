"""A focal point puts somebody else in a nominee's place: a delegate, or another person."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from services.events.actions import confirming
from services.events.actions.calling_up import find_first_alternate
from services.events.actions.heads import LIVE
from services.events.model import Nomination, Workshop
from services.events.pages.delegation import FOCAL_POINT, WhomForm, nominee_of_form, require_body
from services.events.queries import registrations as queries
from services.events.queries.copies import delegates_of, organisation_names
from shared.foundation.failures import Failure
from shared.web.context import current_session, now, this_day
from shared.web.fields import Line
from shared.web.forms import Form, read_form
from shared.web.identity import asker, enter
from shared.web.pages import page_language, say

blueprint = Blueprint("substituting", __name__, url_prefix="/events/delegation")


class SubstituteForm(WhomForm):
    """Who comes instead, and why."""

    reason = Line(load_default="", longest=500)


def _show(workshop: Workshop, found: Nomination, form: Form, status: int = 200) -> Any:
    session = current_session()
    body_id = found.organisation_id
    theirs = queries.nominations_of(session, workshop, asker()).where(
        Nomination.organisation_id == body_id, Nomination.state.in_(LIVE)
    )
    named = {each.person_id for each in session.scalars(theirs)}
    people = delegates_of(session, body_id, today=this_day())
    page = render_template(
        "substitute.html",
        workshop=workshop,
        nomination=found,
        body=organisation_names(session, body_id),
        alternate=find_first_alternate(session, found) if found.has_seat else None,
        delegates=[
            (str(each.id), each.name_in(page_language())) for each in people if each.id not in named
        ],
        form=form,
    )
    return page, status


@blueprint.route("/nominations/<uuid:nomination_id>/somebody-else", methods=["GET", "POST"])
@enter(FOCAL_POINT)
def somebody_else(nomination_id: UUID) -> ResponseReturnValue:
    """Choose or write who comes instead; they are asked at once and have the same role."""
    session, who = current_session(), asker()
    found = queries.get_nomination(session, nomination_id, who)
    workshop = session.get_one(Workshop, found.workshop_id)
    require_body(workshop, found.organisation_id)
    if request.method == "GET":
        return _show(workshop, found, Form(typed={"locale": page_language()}))
    form = read_form(SubstituteForm())
    if not form.is_good:
        return _show(workshop, found, form, 422)
    try:
        with session.begin_nested():
            successor = confirming.substitute(
                session,
                found,
                nominee_of_form(form.values, role=found.role, capacity=found.capacity),
                actor=who.name,
                nominated_by=who.person_id,
                now=now(),
                reason=form.values["reason"],
            )
    except Failure as failure:
        form.refuse(failure)
        return _show(workshop, found, form, 409)
    say(
        _(
            "%(name)s comes instead of %(left)s and was asked by mail.",
            name=successor.name,
            left=found.name,
        )
    )
    path = url_for("delegation.show", workshop_id=workshop.id, body_id=found.organisation_id)
    return redirect(path, 303)
