"""The form of a project proposal: new, or mended."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import fields, validate
from sqlalchemy import or_, select

from services.events.actions import proposing
from services.events.actions.proposing import Overseer
from services.events.actions.stepping import Taken, lock_proposal
from services.events.model import MembershipCopy, OrganisationCopy, ProjectProposal
from services.events.model.proposal import SECTIONS
from services.events.pages.proposal_words import SECTION_NAMES
from services.events.pages.proposals import PlainForm, money_of
from services.events.queries import proposals as queries
from shared.foundation.failures import Failure, Invalid
from shared.foundation.identities import Role
from shared.foundation.languages import in_language
from shared.foundation.names import fold_email
from shared.web.bounds import Range
from shared.web.context import current_session, now, undo
from shared.web.fields import Currency, Day, Email, Keyed, LanguageTag, Line, Prose, Texts
from shared.web.forms import Form, filled, read_form
from shared.web.identity import asker, enter, one_of, require_identity
from shared.web.pages import page_language, say

blueprint = Blueprint("proposal_form", __name__, url_prefix="/events/proposals")
PROPOSER: Final = one_of(Role.FOCAL_POINT, Role.ORGANIZER)
CENTS: Final = 100
MOST_PRIORITIES: Final = 30


class OverseerForm(PlainForm):
    """Who answers for the project."""

    name = Line(required=True, longest=200)
    email = Email(required=True)
    locale = LanguageTag(load_default="en")


class ProposalForm(PlainForm):
    """A proposal as the form has it: priorities one a line, the amount in whole units."""

    titles = Texts(required=True)
    organisation_id = fields.UUID(required=True)
    host_id = fields.UUID(required=True)
    overseer = fields.Nested(OverseerForm, required=True)
    priorities = Prose(load_default="", longest=5000)
    amount = fields.Decimal(places=2, load_default=None, validate=Range(0, 10**10))
    currency = Currency(load_default=None)
    starts_on = Day(load_default=None)
    ends_on = Day(load_default=None)
    sections = Keyed(
        keys=fields.String(validate=validate.OneOf(SECTIONS)),
        values=Texts(is_prose=True, longest=20_000),
        load_default=dict,
    )


def _columns(values: Mapping[str, Any]) -> dict[str, Any]:
    asked = money_of(values)
    lines = [line.strip()[:300] for line in values["priorities"].splitlines()]
    same = ("titles", "starts_on", "ends_on", "sections")
    return {
        **{name: values[name] for name in same},
        "priorities": [line for line in lines if line][:MOST_PRIORITIES],
        "asked_cents": asked.amount_cents if asked else None,
        "asked_currency": asked.currency if asked else None,
    }


def _overseer(values: Mapping[str, Any]) -> Overseer:
    """Whoever is signed in is known as a person by their own address."""
    identity, given = require_identity(), values["overseer"]
    is_own = fold_email(identity.email) == fold_email(given["email"])
    return Overseer(**given, person_id=identity.person_id if is_own else None)


def _typed(found: ProjectProposal) -> dict[str, str]:
    names = ("titles", "organisation_id", "host_id", "starts_on", "ends_on", "sections")
    typed = filled({name: getattr(found, name) for name in names})
    typed |= {
        "overseer.name": found.overseer_name,
        "overseer.email": found.overseer_email,
        "overseer.locale": found.overseer_locale,
        "priorities": "\n".join(found.priorities),
    }
    if found.asked is not None:
        typed["amount"] = f"{found.asked.amount_cents / CENTS:.2f}"
        typed["currency"] = found.asked.currency
    return typed


def _options() -> dict[str, Any]:
    session, language = current_session(), page_language()
    ours = queries.proposing_organisations(session, asker())
    above = select(MembershipCopy.host_id).where(
        MembershipCopy.member_id.in_([each.id for each in ours]), MembershipCopy.is_active
    )
    hosts = select(OrganisationCopy).where(
        or_(OrganisationCopy.id.in_(above), OrganisationCopy.kind == "alliance")
    )

    def named(found: list[OrganisationCopy]) -> list[tuple[str, str]]:
        pairs = [(str(each.id), in_language(each.names, language)) for each in found]
        return sorted(pairs, key=lambda pair: pair[1])

    return {"organisations": named(ours), "hosts": named(list(session.scalars(hosts.limit(200))))}


def _show(form: Form, found: ProjectProposal | None, status: int = 200) -> ResponseReturnValue:
    names = list(SECTION_NAMES.items())
    page = render_template(
        "proposal_form.html", form=form, proposal=found, sections=names, **_options()
    )
    return page, status


@blueprint.route("/new", methods=["GET", "POST"])
@enter(PROPOSER)
def create() -> ResponseReturnValue:
    """Write a new proposal; it stays a draft until it is submitted."""
    identity = require_identity()
    if request.method == "GET":
        typed = {"overseer.name": identity.name, "overseer.email": identity.email}
        return _show(Form(typed=typed | {"overseer.locale": page_language()}), None)
    form = read_form(ProposalForm())
    if form.is_good:
        try:
            made = _propose(form.values)
        except Failure as failure:
            form.refuse(failure)
        else:
            say(_("The draft is saved. Ask the co-sponsors, and submit it when it is ready."))
            return redirect(url_for("proposals.show", proposal_id=made.id), 303)
    undo()
    return _show(form, None, 422)


def _propose(values: Mapping[str, Any]) -> ProjectProposal:
    session, who = current_session(), asker()
    if not queries.may_propose(session, who, values["organisation_id"]):
        raise Invalid.at("/organisation_id", "You don't write proposals for this organisation.")
    ids = {name: values[name] for name in ("organisation_id", "host_id")}
    return proposing.propose(
        session,
        _columns(values) | ids,
        _overseer(values),
        proposed_by=who.person_id,
        taken=Taken(actor=who.name, now=now()),
    )


@blueprint.route("/<uuid:proposal_id>/edit", methods=["GET", "POST"])
@enter(PROPOSER)
def edit(proposal_id: UUID) -> ResponseReturnValue:
    """Change a draft, or what was returned."""
    session = current_session()
    found = queries.get_written(session, proposal_id, asker())
    if request.method == "GET":
        return _show(Form(typed=_typed(found)), found)
    form = read_form(ProposalForm())
    if form.is_good:
        try:
            _change(found, form)
        except Failure as failure:
            form.refuse(failure)
        else:
            say(_("Saved."))
            return redirect(url_for("proposals.show", proposal_id=found.id), 303)
    undo()
    return _show(form, found, 422)


def _change(found: ProjectProposal, form: Form) -> None:
    values = form.values
    kept = (found.organisation_id, found.host_id)
    if (values["organisation_id"], values["host_id"]) != kept:
        raise Invalid.at("/host_id", "A proposal keeps its organisation and its host.")
    lock_proposal(current_session(), found)
    form.require_current(found.version)
    given = values["overseer"]
    is_same = (given["name"], given["email"]) == (found.overseer_name, found.overseer_email)
    overseer = None if is_same else _overseer(values)
    proposing.change_proposal(
        current_session(), found, _columns(values), overseer, actor=asker().name, now=now()
    )
