"""The page that a mail links: one nomination or registration, without an account.

Opening it changes nothing (mail scanners open links); its buttons do.
"""

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from services.events.actions import confirming, nominating, registering, waiting_list
from services.events.actions.registering import as_it_is
from services.events.model import Nomination, Registration, Workshop
from services.events.model.link import find_link
from services.events.queries import registrations as queries
from services.events.queries.copies import organisation_names
from shared.foundation.failures import Failure, NotFound
from shared.foundation.identities import Asker
from shared.web.context import current_session, now
from shared.web.identity import ANYONE, enter
from shared.web.pages import say, say_failure

blueprint = Blueprint("links", __name__, url_prefix="/events/links")


def _object(token: str) -> Nomination | Registration:
    session, link = current_session(), find_link(token)
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
            token=token,
        )
    return render_template(
        "registration.html",
        found=as_it_is(session, found),
        registration=found,
        workshop=workshop,
        host=host,
        token=token,
    )


@blueprint.post("/<token>/<verb>")
@enter(ANYONE)
def act(token: str, verb: str) -> ResponseReturnValue:
    """Confirm or decline a nomination; cancel a registration; take or leave an offer."""
    found = _object(token)
    try:
        said = _answer(found, verb, actor="link")
    except Failure as failure:
        say_failure(failure)
    else:
        say(said)
    return redirect(url_for("links.show", token=token), 303)


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
