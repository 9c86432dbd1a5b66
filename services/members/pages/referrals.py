"""A referral on a page: each side says yes or no, they meet, and record what came of it."""

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields, validate

from services.members.actions import needing, referring
from services.members.actions.recording import lock
from services.members.model import CatalogueEntry, Referral
from services.members.model.referral import LONGEST_TEXT, MOST_DAYS, OUTCOMES
from services.members.pages.cases import capability_names
from services.members.pages.organisations import MANAGERS
from services.members.pages.steps import history_facts
from services.members.queries import referrals as queries
from services.members.queries.demand import require_speaks_for
from services.members.queries.organisations import get_organisation, names_of
from shared.foundation.failures import Failure
from shared.web.context import current_session, now
from shared.web.fields import Count, Line, Prose
from shared.web.forms import Form, read_form
from shared.web.identity import SIGNED_IN, asker, enter
from shared.web.pages import say, say_failure

blueprint = Blueprint("referrals", __name__, url_prefix="/members")
REFERRAL: Final = "/referrals/<uuid:referral_id>"


class ReasonForm(Schema):
    """Why it is declined."""

    class Meta:
        unknown = RAISE

    reason = Line(load_default="")


class OutcomeForm(Schema):
    """What came of it."""

    class Meta:
        unknown = RAISE

    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))
    text = Prose(longest=LONGEST_TEXT, load_default="")


class TermsForm(Schema):
    """What the alliance promises."""

    class Meta:
        unknown = RAISE

    days = Count(1, MOST_DAYS, required=True)


@blueprint.get(REFERRAL)
@enter(SIGNED_IN)
def show(referral_id: UUID) -> ResponseReturnValue:
    """Both sides, what was promised, and what can be done now."""
    return _show(queries.get_referral(current_session(), referral_id, asker()), Form())


def _show(found: Referral, form: Form) -> ResponseReturnValue:
    session, who = current_session(), asker()
    sides = queries.Sides(queries.is_trainee(who, found), queries.is_provider(session, who, found))
    has_said = (sides.as_trainee and found.trainee_accepted_at) or (
        sides.as_provider and found.provider_accepted_at
    )
    is_side = sides.as_trainee or sides.as_provider
    page = render_template(
        "referral.html",
        referral=queries.whole_referrals(session, [found], who)[0],
        entry=session.get_one(CatalogueEntry, found.entry_id),
        names=names_of(session, [found.organisation_id, found.provider_id]),
        capabilities=capability_names(),
        may_accept=is_side and found.state == "offered" and not has_said,
        may_decline=is_side and found.state in ("offered", "accepted"),
        helps=queries.speaks_for(who, found.organisation_id),
        outcomes=[(each, _(each)) for each in OUTCOMES],
        form=form,
        **history_facts(found),
    )
    return page, 422 if form.faults else 200


@blueprint.post(f"{REFERRAL}/<any(accept, decline, meet):act>")
@enter(SIGNED_IN)
def act(referral_id: UUID, act: str) -> ResponseReturnValue:
    """Say yes or no as one of the sides, or that they have met."""
    session, who = current_session(), asker()
    form = read_form(ReasonForm())
    options: Any = {"actor": who.name, "now": now()}
    if act == "meet":
        found, sides = queries.get_referral(session, referral_id, who), None
    else:
        found, sides = queries.get_referral_as_side(session, referral_id, who)
    lock(session, found)
    try:
        if sides is None:
            referring.meet(session, found, **options)
        elif act == "accept":
            referring.accept_referral(session, found, sides=sides, **options)
        else:
            reason = form.values.get("reason", "")
            referring.decline_referral(session, found, reason=reason, **options)
        say(_("Done; those concerned are told."))
    except Failure as failure:
        say_failure(failure)
    return _to(referral_id)


def _to(referral_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("referrals.show", referral_id=referral_id), 303)


@blueprint.post(f"{REFERRAL}/close")
@enter(SIGNED_IN)
def close(referral_id: UUID) -> ResponseReturnValue:
    """Record what came of it."""
    session, who = current_session(), asker()
    found = queries.get_referral(session, referral_id, who)
    form = read_form(OutcomeForm())
    try:
        if form.is_good:
            options: Any = {"actor": who.name, "now": now()}
            outcome, text = form.values["outcome"], form.values["text"]
            referring.close_referral(session, found, outcome, text, **options)
            say(_("Thank you: the outcome is kept."))
            return _to(referral_id)
    except Failure as failure:
        form.refuse(failure)
    return _show(found, form)


@blueprint.post(f"{REFERRAL}/case")
@enter(MANAGERS)
def draft_case(referral_id: UUID) -> ResponseReturnValue:
    """Start the draft of a case, and go on writing it."""
    session, who = current_session(), asker()
    found = queries.get_helped_referral(session, referral_id, who)
    lock(session, found)
    try:
        made = referring.draft_case_of(session, found, actor=who.name, now=now())
    except Failure as failure:
        say_failure(failure)
        return _to(referral_id)
    return redirect(url_for("cases.show", case_id=made.id), 303)


def _version_of_terms(organisation_id: UUID) -> int:
    """Of the terms as they are now; 0 where the organisation has set none itself."""
    session = current_session()
    found = queries.find_terms(session, organisation_id)
    if found is None:
        return 0
    session.refresh(found)
    return found.version


@blueprint.route("/organisations/<uuid:organisation_id>/referral-terms", methods=["GET", "POST"])
@enter(MANAGERS)
def terms(organisation_id: UUID) -> ResponseReturnValue:
    """Within how many days the alliance, or the association, promises to help."""
    session = current_session()
    organisation = get_organisation(session, organisation_id)
    require_speaks_for(asker(), organisation.id)
    form = Form(typed={"days": str(queries.promised_days(session, organisation.id))})
    if request.method == "POST":
        form = read_form(TermsForm())
        try:
            if form.is_good:
                lock(session, organisation)
                form.require_current(_version_of_terms(organisation.id))
                options: Any = {"actor": asker().name, "now": now()}
                needing.set_terms(session, organisation, form.values["days"], **options)
                say(_("Saved."))
                return redirect(url_for("referrals.terms", organisation_id=organisation.id), 303)
        except Failure as failure:
            form.refuse(failure)
    page = render_template(
        "referral_terms.html",
        organisation=organisation,
        form=form,
        version=_version_of_terms(organisation.id),
    )
    return page, 422 if form.faults else 200
