"""The page that a mail links: one nomination, registration or co-sponsorship, no account.

Opening it changes nothing (mail scanners open links); its buttons do.
"""

from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields
from sqlalchemy.orm import Session

from services.events.actions import (
    changing,
    confirming,
    nominating,
    registering,
    waiting_list,
)
from services.events.actions.asking import questions_ever
from services.events.actions.door import OPENS
from services.events.actions.registering import as_it_is
from services.events.model import Nomination, Registration, Workshop
from services.events.model.form import asked_of
from services.events.model.link import find_link
from services.events.model.ticket import short_code
from services.events.pages import co_sponsors
from services.events.pages.answer_files import read_form_with_files
from services.events.pages.answers import as_typed, files_in, names_of_files, typed_answers
from services.events.queries import registrations as queries
from services.events.queries.certificates import certificate_for
from services.events.queries.copies import organisation_names
from services.events.queries.groups import find_together
from services.events.queries.prerequisites import lacks_of
from services.events.queries.surveys import open_for
from services.events.queries.tickets import (
    cards_of,
    code_of,
    find_signer,
    occasion_of,
    qr_svg,
    ticket_pdf,
)
from services.events.queries.waiting import has_waiting, reasons_to_wait
from shared.foundation.failures import Failure, NotFound
from shared.foundation.identities import Asker
from shared.web.context import current_session, now, undo
from shared.web.fields import LanguageTag, Line
from shared.web.forms import Form
from shared.web.identity import ANYONE, enter
from shared.web.pages import page_language, say, say_failure, sentence
from shared.web.uploads import takes_files

blueprint = Blueprint("links", __name__, url_prefix="/events/links")
takes_files(blueprint, "change")


def _object(token: str, session: Session | None = None) -> Nomination | Registration:
    session, link = session or current_session(), find_link(token)
    if link is None:
        raise NotFound("This link is not complete. Open it from the mail again.")
    bearer = Asker(link=token)
    if link.kind == "nomination":
        return queries.get_nomination(session, link.id, bearer)
    return queries.get_registration(session, link.id, bearer)


@blueprint.get("/<token>")
@enter(ANYONE)
def show(token: str) -> ResponseReturnValue:
    """Where it stands and what can be done."""
    link = find_link(token)
    if link is not None and link.kind == "co_sponsorship":
        return co_sponsors.show_link(link.id, token)
    session, found = current_session(), _object(token)
    workshop = session.get_one(Workshop, found.workshop_id)
    host = organisation_names(session, workshop.host_id)
    if isinstance(found, Nomination):
        body = organisation_names(session, found.organisation_id)
        return render_template(
            "nomination.html",
            nomination=found,
            workshop=workshop,
            host=host,
            body=body,
            registration=nominating.find_registration(session, found),
            token=token,
        )
    form = Form(typed={"name": found.name, "locale": found.locale})
    form.typed |= as_typed(workshop.form, found.answers)
    return _show_registration(found, token, form)


def _show_registration(
    found: Registration, token: str, form: Form, status: int = 200
) -> ResponseReturnValue:
    session = current_session()
    workshop = session.get_one(Workshop, found.workshop_id)
    has_ticket = found.state in OPENS and workshop.state != "cancelled"
    code = code_of(found, find_signer(session)) if has_ticket else ""
    missing = [
        each
        for each in asked_of(workshop.form, found.answers)
        if each["is_required"] and each["key"] not in found.answers
    ]
    page = render_template(
        "registration.html",
        ticket=qr_svg(code) if code else "",
        short=short_code(found.id),
        found=as_it_is(session, found),
        registration=found,
        workshop=workshop,
        host=organisation_names(session, workshop.host_id),
        token=token,
        form=form,
        can_change=found.state in changing.CHANGEABLE and workshop.ends_at > now(),
        is_incomplete=bool(missing),
        group=find_together(session, found),
        reasons=reasons_to_wait(session, workshop, found, now=now()),
        is_late=changing.is_late(workshop, now()),
        pending=changing.pending_change(session, found.id),
        certificate=certificate_for(session, found.id),
        surveys=open_for(session, found),
        lacks=lacks_of(session, workshop, found),
        files=files_in(questions_ever(session, workshop), found.answers),
    )
    return page, status


class ChangeForm(Schema):
    """What a person may change of their registration."""

    class Meta:
        unknown = RAISE

    name = Line(required=True, longest=200)
    locale = LanguageTag(required=True)
    answers = fields.Dict(keys=fields.String(), load_default=dict)


def _workshop(found: Nomination | Registration, session: Session) -> Workshop:
    return session.get_one(Workshop, found.workshop_id)


@blueprint.post("/<token>/change")
@enter(ANYONE)
def change(token: str) -> ResponseReturnValue:
    """Change the name, the language or the answers."""
    form = read_form_with_files(ChangeForm(), lambda own: _workshop(_object(token, own), own))
    found = _object(token)
    if isinstance(found, Nomination):
        raise NotFound(_("There is no such step."))
    workshop = _workshop(found, current_session())
    if form.is_good:
        wanted = form.values | {"answers": typed_answers(workshop.form, form.values["answers"])}
        try:
            waits = changing.change_registration(
                current_session(), found, wanted, is_organizer=False, actor="link", now=now()
            )
        except Failure as failure:
            form.refuse(failure)
        else:
            say(_("The organizer will look at your change.") if waits else _("Saved."))
            return redirect(url_for("links.show", token=token), 303)
    undo()
    form.typed |= names_of_files(workshop.form, found.answers, form.typed)
    return _show_registration(found, token, form, 422)


@blueprint.get("/<token>/ticket.pdf")
@enter(ANYONE)
def ticket(token: str) -> ResponseReturnValue:
    """The ticket to print, in the page's language."""
    session, found = current_session(), _object(token)
    if isinstance(found, Nomination) or found.state not in OPENS:
        raise NotFound(_("There is no ticket; only a registration with a seat has one."))
    language = page_language()
    workshop = session.get_one(Workshop, found.workshop_id)
    card = cards_of(session, [found], language=language)[0]
    occasion = occasion_of(session, workshop, language=language)
    pdf = ticket_pdf(occasion, card, translate=sentence)
    response = Response(pdf, content_type="application/pdf")
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/<token>/cancel")
@enter(ANYONE)
def ask_to_cancel(token: str) -> ResponseReturnValue:
    """What is lost with the registration, and the button that cancels it."""
    session, found = current_session(), _object(token)
    if isinstance(found, Nomination) or found.state not in registering.CANCELLABLE:
        return redirect(url_for("links.show", token=token), 303)
    workshop = _workshop(found, session)
    nomination = session.get(Nomination, found.nomination_id) if found.nomination_id else None
    return render_template(
        "cancel.html",
        registration=found,
        workshop=workshop,
        host=organisation_names(session, workshop.host_id),
        body=organisation_names(session, nomination.organisation_id) if nomination else None,
        place=as_it_is(session, found).place,
        has_waiting=has_waiting(session, workshop),
        token=token,
    )


@blueprint.post("/<token>/<verb>")
@enter(ANYONE)
def act(token: str, verb: str) -> ResponseReturnValue:
    """Answer a nomination, co-sponsorship or offer; cancel a registration."""
    link = find_link(token)
    if link is not None and link.kind == "co_sponsorship":
        return co_sponsors.answer_link(link.id, token, verb)
    found = _object(token)
    try:
        said = _answer(found, verb, actor="link")
    except Failure as failure:
        say_failure(failure)
    else:
        say(said)
    return redirect(url_for("links.show", token=_next_token(found) or token), 303)


def _next_token(found: Nomination | Registration) -> str:
    """The link of the registration that a confirmed nominee has now: their ticket is there."""
    if not isinstance(found, Nomination) or found.state != "registered":
        return ""
    made = nominating.find_registration(current_session(), found)
    return made.link_token if made is not None else ""


def _answer(found: Nomination | Registration, verb: str, *, actor: str) -> str:
    session = current_session()
    if isinstance(found, Nomination):
        return answer_nomination(found, verb, actor=actor)
    if verb == "cancel":
        registering.cancel_registration(session, found, actor=actor, now=now())
        return _("Your registration is cancelled.")
    return answer_offer(found, verb, actor=actor)


def answer_nomination(found: Nomination, verb: str, *, actor: str) -> str:
    """Confirm or decline; the sentence to show."""
    session = current_session()
    if verb == "confirm":
        confirming.confirm(session, found, actor=actor, now=now())
        return _("Thank you: your nomination is confirmed.")
    if verb == "decline":
        nominating.decline(session, found, actor=actor, now=now())
        return _("You have declined. The seat went back to your organisation.")
    raise NotFound("There is no such step.")


def answer_offer(found: Registration, verb: str, *, actor: str) -> str:
    """Accept or decline the open offer; the sentence to show."""
    session = current_session()
    offer = waiting_list.find_open_offer(session, found.id)
    offer_id = offer.id if offer else UUID(int=0)
    if verb == "accept":
        waiting_list.accept_offer(session, offer_id, actor=actor, now=now())
        return _("The seat is yours.")
    if verb == "decline":
        waiting_list.decline_offer(session, offer_id, actor=actor, now=now())
        return _("You have declined. The seat goes to the next in line.")
    raise NotFound("There is no such step.")
