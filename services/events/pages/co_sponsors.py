"""Co-sponsors of a proposal and its review, by form; answers by a mailed link; hosts' rules."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import fields

from services.events.actions import co_sponsoring
from services.events.actions.co_sponsoring import Asked
from services.events.actions.stepping import Taken
from services.events.model import CoSponsorship, OrganisationCopy, ProjectProposal
from services.events.pages.manage import ORGANIZER, hosts_of
from services.events.pages.proposals import (
    PlainForm,
    concept_of,
    show_proposal,
    taken_of,
)
from services.events.queries import proposals as queries
from services.events.queries.scopes import may_organize
from shared.foundation.failures import Failure, Forbidden, Invalid, NotFound
from shared.foundation.identities import Asker
from shared.web.context import current_session, now, undo
from shared.web.fields import Count, Day, Economy, Email, LanguageTag, Line, Prose
from shared.web.forms import Form, read_form
from shared.web.identity import SIGNED_IN, asker, enter
from shared.web.pages import say, say_failure

blueprint = Blueprint("co_sponsors", __name__, url_prefix="/events/proposals")
ANSWERS: Final = {"confirm": co_sponsoring.confirm, "decline": co_sponsoring.decline}


class CoSponsorForm(PlainForm):
    """Who is asked."""

    organisation_id = fields.UUID(load_default=None)
    economy = Economy(load_default=None)
    name = Line(load_default="", longest=200)
    email = Email(load_default=None)
    locale = LanguageTag(load_default="en")
    invited_on = Day(load_default=None)


class CommentForm(PlainForm):
    """What is said."""

    text = Prose(required=True, longest=10_000)
    is_internal = fields.Boolean(load_default=False)


class AnswerForm(PlainForm):
    """On which day somebody answered."""

    happened_on = Day(load_default=None)


class RulesForm(PlainForm):
    """What a host asks for."""

    host_id = fields.UUID(required=True)
    co_sponsors_needed = Count(0, 50, required=True)


@blueprint.post("/<uuid:proposal_id>/co-sponsors")
@enter(SIGNED_IN)
def invite(proposal_id: UUID) -> ResponseReturnValue:
    """Ask somebody to co-sponsor it."""
    session = current_session()
    found = queries.get_written(session, proposal_id, asker())
    form = read_form(CoSponsorForm())
    if form.is_good:
        try:
            _invite(found, form.values)
        except Failure as failure:
            form.refuse(failure)
        else:
            return _ask_another(proposal_id, form)
    undo()
    return show_proposal(found, invite=form, status=422)


def _invite(found: ProjectProposal, values: Mapping[str, Any]) -> None:
    if bool(values["organisation_id"]) == bool(values["economy"]):
        raise Invalid.at("/economy", "Choose an organisation or an economy, one of them.")
    asked = Asked(**{name: value for name, value in values.items() if name != "invited_on"})
    taken = Taken(actor=asker().name, now=now(), happened_on=values["invited_on"])
    made, is_new = co_sponsoring.invite(current_session(), found, asked, taken=taken)
    if not is_new:
        say(_("They were asked before."))
    elif made.email:
        say(_("%(name)s is asked by mail.", name=made.name))
    else:
        say(_("Entered. Nobody was mailed."))


def _ask_another(proposal_id: UUID, form: Form) -> ResponseReturnValue:
    """The page with the form for the next one open, its day and language kept."""
    path = url_for(
        "proposals.show",
        proposal_id=proposal_id,
        ask="more",
        locale=form.typed.get("locale", ""),
        invited_on=form.typed.get("invited_on", ""),
        _anchor="ask",
    )
    return redirect(path, 303)


def _back(proposal_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("proposals.show", proposal_id=proposal_id), 303)


@blueprint.post("/co-sponsorships/<uuid:co_sponsorship_id>/<any(confirm, decline):verb>")
@enter(SIGNED_IN)
def answer(co_sponsorship_id: UUID, verb: str) -> ResponseReturnValue:
    """Answer as the co-sponsor, or enter an answer as the host."""
    found, proposal = queries.get_answerable(current_session(), co_sponsorship_id, asker())
    form = read_form(AnswerForm())
    if form.is_good:
        _answer(found, proposal, verb, taken_of(form.values))
    else:
        say(_("Some fields need another value."), kind="bad")
        undo()
    return _back(proposal.id)


def _answer(found: CoSponsorship, proposal: ProjectProposal, verb: str, taken: Taken) -> None:
    try:
        ANSWERS[verb](current_session(), found, proposal, taken=taken)
    except Failure as failure:
        say_failure(failure)
    else:
        said = {
            "confirm": _("The co-sponsorship is confirmed."),
            "decline": _("The co-sponsorship is declined."),
        }
        say(said[verb])


@blueprint.post("/<uuid:proposal_id>/comments")
@enter(SIGNED_IN)
def comment(proposal_id: UUID) -> ResponseReturnValue:
    """Say something about it."""
    session, who = current_session(), asker()
    found = queries.get_discussed(session, proposal_id, who)
    form = read_form(CommentForm())
    if not form.is_good:
        return show_proposal(found, comment=form, status=422)
    if form.values["is_internal"] and not queries.may_review(session, found, who):
        raise Forbidden("Only reviewers write internal comments.")
    co_sponsoring.comment(session, found, **form.values, author_id=who.person_id, now=now())
    return _back(proposal_id)


@blueprint.route("/rules", methods=["GET", "POST"])
@enter(ORGANIZER)
def rules() -> ResponseReturnValue:
    """How many co-sponsors each host asks for, of those that the asker organizes for."""
    session, form, status = current_session(), Form(), 200
    if request.method == "POST":
        form = read_form(RulesForm())
        if form.is_good:
            return _set_rules(form)
        status = 422
    hosts = hosts_of()
    needed = {key: queries.co_sponsors_needed(session, UUID(key)) for key, _name in hosts}
    return render_template("proposal_rules.html", form=form, hosts=hosts, needed=needed), status


def _set_rules(form: Form) -> ResponseReturnValue:
    session, host_id = current_session(), form.values["host_id"]
    is_known = session.get(OrganisationCopy, host_id) is not None
    if not is_known or not may_organize(session, asker(), host_id):
        raise Forbidden("You don't organize for this host.")
    needed = form.values["co_sponsors_needed"]
    co_sponsoring.set_rules(session, host_id, needed, actor=asker().name, now=now())
    say(_("Saved."))
    return redirect(url_for("co_sponsors.rules"), 303)


def show_link(co_sponsorship_id: UUID, token: str) -> ResponseReturnValue:
    """The page that the mail links: the concept note, and two buttons."""
    session, bearer = current_session(), Asker(link=token)
    found, proposal = queries.get_co_sponsorship(session, co_sponsorship_id, bearer)
    names = queries.names_of_one(session, found)
    facts = concept_of(proposal)
    return render_template("co_sponsorship.html", found=found, names=names, token=token, **facts)


def answer_link(co_sponsorship_id: UUID, token: str, verb: str) -> ResponseReturnValue:
    """Confirm or decline by the mailed link."""
    session = current_session()
    found, proposal = queries.get_co_sponsorship(session, co_sponsorship_id, Asker(link=token))
    if verb not in ANSWERS:
        raise NotFound("There is no such step.")
    _answer(found, proposal, verb, Taken(actor="link", now=now()))
    return redirect(url_for("links.show", token=token), 303)
