"""A person's own registrations, offers and nominations."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from services.events.actions.feeding import make_feed
from services.events.actions.registering import as_it_is
from services.events.model import CalendarFeed, Certificate, Workshop
from services.events.pages.links import answer_nomination, answer_offer
from services.events.queries import registrations as queries
from services.events.queries.calls import calls_to_review
from services.events.queries.certificates import own_certificates
from services.events.queries.copies import names_of
from shared.foundation.failures import Failure
from shared.web.context import current_session, now, service
from shared.web.identity import SIGNED_IN, asker, enter, require_identity
from shared.web.pages import say, say_failure

blueprint = Blueprint("mine", __name__, url_prefix="/events/mine")


@blueprint.get("")
@enter(SIGNED_IN)
def show() -> ResponseReturnValue:
    """What is mine, what waits for my answer first."""
    session, me = current_session(), require_identity().person_id
    nominations = queries.own_nominations(session, me)
    found = [as_it_is(session, each) for each in queries.own_registrations(session, me)]
    ids = {each.registration.workshop_id for each in found}
    ids |= {nomination.workshop_id for nomination in nominations}
    earned = list(session.scalars(own_certificates(asker()).order_by(Certificate.id)))
    ids |= {each.workshop_id for each in earned}
    return render_template(
        "mine.html",
        nominations=nominations,
        registrations=found,
        workshops={each: session.get_one(Workshop, each) for each in ids},
        bodies=names_of(session, {nomination.organisation_id for nomination in nominations}),
        feed=session.get(CalendarFeed, me),
        is_reviewer=bool(calls_to_review(session, asker())),
        certificates={each.workshop_id: each for each in earned},
        public_url=service().settings.public_url,
    )


@blueprint.post("/calendar")
@enter(SIGNED_IN)
def make_calendar() -> ResponseReturnValue:
    """An address for my calendar program; an earlier one opens nothing any more."""
    make_feed(current_session(), require_identity().person_id, now=now())
    return redirect(url_for("mine.show") + "#calendar", 303)


@blueprint.post("/registrations/<uuid:registration_id>/<verb>")
@enter(SIGNED_IN)
def act_on_registration(registration_id: UUID, verb: str) -> ResponseReturnValue:
    """Take or leave my offer."""
    session = current_session()
    found = queries.get_own_registration(session, registration_id, asker())
    try:
        say(answer_offer(found, verb, actor=asker().name))
    except Failure as failure:
        say_failure(failure)
    return redirect(url_for("mine.show"), 303)


@blueprint.post("/nominations/<uuid:nomination_id>/<verb>")
@enter(SIGNED_IN)
def act_on_nomination(nomination_id: UUID, verb: str) -> ResponseReturnValue:
    """Confirm or decline my nomination."""
    session = current_session()
    found = queries.get_own_nomination(session, nomination_id, asker())
    try:
        say(answer_nomination(found, verb, actor=asker().name))
    except Failure as failure:
        say_failure(failure)
    return redirect(url_for("mine.show"), 303)
