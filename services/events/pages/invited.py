"""What the link of an invitation opens: look, go on to the form, register or decline.

Opening it changes nothing (mail scanners open links); its buttons do.
"""

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from marshmallow import RAISE, Schema, fields
from sqlalchemy.orm import Session

from services.events.actions import answering_invitations
from services.events.actions.answering_invitations import require_good
from services.events.actions.attending import Attendee, own_id
from services.events.actions.registering import require_open
from services.events.model import Registration, Workshop, WorkshopInvitation
from services.events.model.link import find_link
from services.events.pages.answer_files import read_form_with_files
from services.events.pages.answers import typed_answers
from services.events.queries import invitations as queries
from services.events.queries.copies import organisation_names
from shared.foundation.failures import Failure, NotFound
from shared.foundation.identities import Asker
from shared.web.context import current_session, now, undo
from shared.web.fields import LanguageTag, Line
from shared.web.forms import Form
from shared.web.identity import ANYONE, enter, find_identity
from shared.web.pages import say_failure
from shared.web.uploads import takes_files

blueprint = Blueprint("invited", __name__, url_prefix="/events/invited")
takes_files(blueprint, "register")


class RegisterForm(Schema):
    """What the invited person types; the address is that of the invitation."""

    class Meta:
        unknown = RAISE

    name = Line(required=True, longest=200)
    locale = LanguageTag(load_default="en")
    answers = fields.Dict(keys=fields.String(), load_default=dict)


def _own(token: str, session: Session | None = None) -> tuple[WorkshopInvitation, Workshop]:
    session = session or current_session()
    link = find_link(token)
    if link is None or link.kind != "invitation":
        raise NotFound("This link is not complete. Open it from the mail again.")
    return queries.get_own_invitation(session, link.id, Asker(link=token))


def _why_not(found: WorkshopInvitation, workshop: Workshop) -> str:
    """Why they can't register any more; "" while they can."""
    try:
        require_good(found, now=now())
        require_open(workshop, now=now(), is_invited=True)
    except Failure as failure:
        return failure.detail
    return ""


def _page(
    found: WorkshopInvitation,
    workshop: Workshop,
    token: str,
    form: Form | None,
    status: int = 200,
) -> ResponseReturnValue:
    page = render_template(
        "invited.html",
        found=found,
        workshop=workshop,
        host=organisation_names(current_session(), workshop.host_id),
        why_not=_why_not(found, workshop),
        token=token,
        form=form,
    )
    return page, status


def _registration_path(registration_id: UUID) -> str:
    registration = current_session().get_one(Registration, registration_id)
    return url_for("links.show", token=registration.link_token)


@blueprint.get("/<token>")
@enter(ANYONE)
def show(token: str) -> ResponseReturnValue:
    """The invitation; once they registered, their registration."""
    found, workshop = _own(token)
    if found.registration_id is not None:
        return redirect(_registration_path(found.registration_id), 303)
    return _page(found, workshop, token, None)


@blueprint.post("/<token>/<any(open, decline):verb>")
@enter(ANYONE)
def act(token: str, verb: str) -> ResponseReturnValue:
    """Go on to the form, or decline."""
    found, _workshop = _own(token)
    decline = answering_invitations.decline_invitation
    do = decline if verb == "decline" else answering_invitations.open_invitation
    try:
        do(current_session(), found, actor="link", now=now())
    except Failure as failure:
        say_failure(failure)
        return redirect(url_for("invited.show", token=token), 303)
    room = "invited.show" if verb == "decline" else "invited.form"
    return redirect(url_for(room, token=token), 303)


@blueprint.get("/<token>/register")
@enter(ANYONE)
def form(token: str) -> ResponseReturnValue:
    """The form to register, filled with what is known of them."""
    found, workshop = _own(token)
    if found.registration_id is not None:
        return redirect(_registration_path(found.registration_id), 303)
    return _page(found, workshop, token, Form(typed={"name": found.name, "locale": found.locale}))


@blueprint.post("/<token>/register")
@enter(ANYONE)
def register(token: str) -> ResponseReturnValue:
    """Register; go on to the registration's own page, which the mail links too."""
    sent = read_form_with_files(RegisterForm(), lambda own: _own(token, own)[1])
    session = current_session()
    found, workshop = _own(token)
    if sent.is_good:
        attendee = Attendee(
            name=sent.values["name"],
            email=found.email,
            locale=sent.values["locale"],
            person_id=own_id(find_identity(), found.email),
            answers=typed_answers(workshop.form, sent.values["answers"]),
        )
        register_invited = answering_invitations.register_invited
        try:
            made = register_invited(session, found, attendee, actor="link", now=now())
        except Failure as failure:
            sent.refuse(failure)
        else:
            return redirect(url_for("links.show", token=made.registration.link_token), 303)
    undo()
    found, workshop = _own(token)
    return _page(found, workshop, token, sent, 422)
