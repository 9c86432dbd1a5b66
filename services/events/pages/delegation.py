"""A focal point's pages: our seats at workshops to come, and our nominees."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields, validate
from sqlalchemy import Select
from sqlalchemy.orm import Session

from services.events.actions import confirming, heads, nominating
from services.events.actions.nominating import Nominee
from services.events.actions.transferring import transfer_seats
from services.events.model import Nomination, Workshop
from services.events.model.nomination import CAPACITIES, ROLES
from services.events.pages.workspace import bodies_to_choose
from services.events.queries import registrations as queries
from services.events.queries.copies import (
    delegates_of,
    names_of,
    organisation_names,
    require_organisation,
    require_own_person,
)
from services.events.queries.scopes import may_nominate
from services.events.queries.sheets import nominations_sheet
from services.events.queries.starting import body_start
from services.events.queries.workshops import get_workshop
from shared.foundation.failures import Failure, Invalid, NotFound
from shared.foundation.identities import Asker, Role
from shared.web.context import current_session, now, this_day
from shared.web.exporting import file_format, send_sheet
from shared.web.fields import Count, Email, LanguageTag, Line
from shared.web.forms import Form, read_form
from shared.web.identity import asker, enter, one_of
from shared.web.pages import page_language, say, say_failure
from shared.web.paging import Key

blueprint = Blueprint("delegation", __name__, url_prefix="/events/delegation")
FOCAL_POINT = one_of(Role.FOCAL_POINT, Role.ORGANIZER)


class WhomForm(Schema):
    """Somebody whom the body names: one of its delegates, or a name and an address."""

    class Meta:
        unknown = RAISE

    person_id = fields.UUID(load_default=None)
    name = Line(longest=200)
    email = Email()
    locale = LanguageTag(load_default="en")


class NomineeForm(WhomForm):
    """Whom the body names, and as what."""

    role = fields.String(load_default="member", validate=validate.OneOf(ROLES))
    capacity = fields.String(load_default="delegate", validate=validate.OneOf(CAPACITIES))


@blueprint.get("")
@enter(FOCAL_POINT)
def overview() -> ResponseReturnValue:
    """Our seats at workshops to come: how many are left, until when."""
    session = current_session()
    allotments = queries.allotments_for(session, asker(), now=now())
    return render_template(
        "delegation.html",
        found=body_start(session, asker(), allotments, now=now()),
        names=names_of(session, {each.organisation_id for each in allotments}),
    )


def require_body(workshop: Workshop, body_id: UUID) -> None:
    """Raise NotFound unless the asker may name people for the body."""
    if not may_nominate(current_session(), asker(), workshop, body_id):
        raise NotFound("There is no such organisation among yours.")


def _nominees(workshop: Workshop, body_id: UUID) -> Select[Nomination]:
    named = queries.nominations_of(current_session(), workshop, asker())
    return named.where(Nomination.organisation_id == body_id)


def _show(workshop: Workshop, body_id: UUID, form: Form, status: int = 200) -> ResponseReturnValue:
    session = current_session()
    nominations = session.scalars(_nominees(workshop, body_id).order_by(Nomination.id)).all()
    named = {each.person_id for each in nominations if each.state in heads.LIVE}
    delegates = delegates_of(session, body_id, today=this_day())
    facts: dict[str, Any] = {
        "workshop": workshop,
        "body_id": body_id,
        "body": organisation_names(session, body_id),
        "allotment": queries.find_allotment(session, workshop.id, body_id),
        "nominations": sorted(nominations, key=_in_order),
        "named": {each.id: each.name for each in nominations},
        "delegates": [
            (str(each.id), each.name_in(page_language()))
            for each in delegates
            if each.id not in named
        ],
        "is_without_head": is_without_head(nominations),
        "form": form,
        "bodies": [each for each in bodies_to_choose() if each[0] != str(body_id)],
    }
    return render_template("nominations.html", **facts), status


def _in_order(each: Nomination) -> tuple[bool, int]:
    """Those who come first, the head before them; all in the order of naming."""
    return each.state not in heads.LIVE, ROLES.index(each.role)


def is_without_head(nominations: Sequence[Nomination]) -> bool:
    """Whether people of the body have seats and none of them heads its delegation."""
    live = [each for each in nominations if each.state in heads.LIVE]
    return any(each.has_seat for each in live) and all(each.role != "head" for each in live)


@blueprint.get("/<uuid:workshop_id>/<uuid:body_id>")
@enter(FOCAL_POINT)
def show(workshop_id: UUID, body_id: UUID) -> ResponseReturnValue:
    """Our nominees at one workshop, and the form to name another."""
    workshop = get_workshop(current_session(), workshop_id, asker())
    require_body(workshop, body_id)
    kind = file_format(request.args)
    if kind is not None:
        nominees = _nominees(workshop, body_id)
        return send_sheet(nominations_sheet(), nominees, [Key(Nomination.id)], kind=kind)
    typed = {"role": "member", "capacity": "delegate", "locale": page_language()}
    return _show(workshop, body_id, Form(typed=typed))


def nominee_of_form(values: dict[str, Any], *, role: str, capacity: str) -> Nominee:
    """Whom a form names: the chosen delegate, else the name and address. Raises Invalid."""
    if values["person_id"] is None:
        if not values.get("name") or not values.get("email"):
            raise Invalid.at("/name", _("Choose a delegate, or write a name and a mail address."))
        plain = {name: values[name] for name in ("name", "email", "locale")}
        return Nominee(**plain, role=role, capacity=capacity)
    session, pointer = current_session(), "/person_id"
    person = require_own_person(session, values["person_id"], asker(), pointer)
    if not person.email:
        raise Invalid.at("/person_id", _("This delegate has no mail address to be asked at."))
    return Nominee.of(person, role=role, capacity=capacity)


@blueprint.post("/<uuid:workshop_id>/<uuid:body_id>")
@enter(FOCAL_POINT)
def nominate(workshop_id: UUID, body_id: UUID) -> ResponseReturnValue:
    """Name a person and ask them at once."""
    session = current_session()
    workshop = get_workshop(session, workshop_id, asker())
    require_body(workshop, body_id)
    form = read_form(NomineeForm())
    if not form.is_good:
        return _show(workshop, body_id, form, 422)
    try:
        with session.begin_nested():
            made, _is_new = nominating.nominate(
                session,
                workshop,
                body_id,
                nominee_of_form(
                    form.values, role=form.values["role"], capacity=form.values["capacity"]
                ),
                nominated_by=asker().person_id,
                now=now(),
            )
            nominating.submit(session, made, actor=asker().name, now=now())
    except Failure as failure:
        form.refuse(failure)
        return _show(workshop, body_id, form, 409)
    say(_("%(name)s is named and was asked by mail.", name=made.name))
    return redirect(url_for("delegation.show", workshop_id=workshop_id, body_id=body_id), 303)


class TransferForm(Schema):
    """Unused seats for another body."""

    class Meta:
        unknown = RAISE

    to_organisation_id = fields.UUID(required=True)
    transferred = Count(1, 1_000_000, required=True)


@blueprint.post("/<uuid:workshop_id>/<uuid:body_id>/transfer")
@enter(FOCAL_POINT)
def transfer(workshop_id: UUID, body_id: UUID) -> ResponseReturnValue:
    """Give some of our unused seats to another body."""
    session = current_session()
    workshop = get_workshop(session, workshop_id, asker())
    queries.get_allotment(session, workshop, body_id, asker())
    form = read_form(TransferForm())
    if not form.is_good:
        return _show(workshop, body_id, form, 422)
    taker_id = form.values["to_organisation_id"]
    try:
        require_organisation(session, taker_id, "/to_organisation_id")
        transfer_seats(
            session,
            workshop,
            body_id,
            taker_id,
            form.values["transferred"],
            actor=asker().name,
            now=now(),
        )
    except Failure as failure:
        form.refuse(failure)
        return _show(workshop, body_id, form, 409)
    say(_("The seats are theirs now."))
    return redirect(url_for("delegation.show", workshop_id=workshop_id, body_id=body_id), 303)


@blueprint.post("/nominations/<uuid:nomination_id>/<any(withdraw, substitute, head):verb>")
@enter(FOCAL_POINT)
def act(nomination_id: UUID, verb: str) -> ResponseReturnValue:
    """Take a nomination back, put the first alternate in its place, or make it the head."""
    session, who = current_session(), asker()
    found = queries.get_nomination(session, nomination_id, who)
    workshop = session.get_one(Workshop, found.workshop_id)
    require_body(workshop, found.organisation_id)
    reason = request.form.get("reason", "").strip()
    try:
        say(STEPS[verb](session, found, who, reason))
    except Failure as failure:
        say_failure(failure)
    path = url_for("delegation.show", workshop_id=workshop.id, body_id=found.organisation_id)
    return redirect(path, 303)


def _withdraw(session: Session, found: Nomination, who: Asker, reason: str) -> str:
    nominating.withdraw(session, found, actor=who.name, now=now(), reason=reason)
    return _("The nomination of %(name)s is withdrawn.", name=found.name)


def _call_up(session: Session, found: Nomination, who: Asker, reason: str) -> str:
    successor = confirming.substitute(
        session,
        found,
        None,
        actor=who.name,
        nominated_by=who.person_id,
        now=now(),
        reason=reason,
    )
    return _("%(name)s takes the seat.", name=successor.name)


def _make_head(session: Session, found: Nomination, who: Asker, reason: str) -> str:
    heads.make_head(session, found, actor=who.name, now=now(), reason=reason)
    return _("%(name)s heads the delegation.", name=found.name)


STEPS: Final = {"withdraw": _withdraw, "substitute": _call_up, "head": _make_head}
