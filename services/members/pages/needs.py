"""What trainees need after the course, on pages: stated, seen by whom they let, matched."""

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields, validate

from services.members.actions import needing, referring
from services.members.actions.recording import lock
from services.members.model import Person, Referral, TalentNeed
from services.members.model.catalogue import ENTRY_KINDS
from services.members.model.referral import CIRCLES, LIVE, LONGEST_TEXT
from services.members.pages.cases import capability_names
from services.members.pages.organisations import MANAGERS
from services.members.queries import referrals as queries
from services.members.queries.catalogue import get_entry
from services.members.queries.helping import associations_for, learned_by
from services.members.queries.matching import matches_of
from services.members.queries.organisations import get_organisation, names_of
from services.members.queries.sheets_of_helping import needs_sheet
from shared.foundation.failures import Failure
from shared.web.context import current_session, now, this_day
from shared.web.exporting import file_format, send_sheet
from shared.web.fields import Line, Prose
from shared.web.forms import Form, read_form
from shared.web.identity import SIGNED_IN, asker, enter, require_identity
from shared.web.pages import local, page_language, say, say_failure
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("needs", __name__, url_prefix="/members")
PAGE: Final = 24
NEED: Final = "/needs/<uuid:need_id>"


class ConsentForm(Schema):
    """Whom the trainee lets see the need: what is ticked."""

    class Meta:
        unknown = RAISE

    shown_to = fields.Dict(
        keys=fields.String(validate=validate.OneOf(CIRCLES)),
        values=fields.String(),
        load_default=dict,
    )


class NeedForm(ConsentForm):
    """What a trainee needs."""

    organisation_id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(ENTRY_KINDS))
    text = Prose(required=True, longest=LONGEST_TEXT)
    capabilities = fields.Dict(keys=fields.UUID(), values=fields.String(), load_default=dict)
    sector = Line(longest=100, load_default=None)


class ReferForm(Schema):
    """The entry that is offered."""

    class Meta:
        unknown = RAISE

    entry_id = fields.UUID(required=True)


@blueprint.get("/needs")
@enter(SIGNED_IN)
def listed() -> ResponseReturnValue:
    """One's own needs, those that one helps with, as a file too; referrals to one's expertise."""
    session, who = current_session(), asker()
    query, kind = queries.needs_for(who), file_format(request.args)
    keys = [Key(TalentNeed.id, descending=True)]
    if kind is not None:
        return send_sheet(needs_sheet(), query, keys, kind=kind)
    rows, cursor = page_of(session, query, keys, cursor=request.args.get("cursor"), limit=PAGE)
    given = queries.provided_by(who).order_by(Referral.id.desc()).limit(PAGE)
    referrals = list(session.scalars(given))
    return render_template(
        "needs.html",
        needs=queries.whole_needs(session, rows),
        referrals=queries.whole_referrals(session, referrals, who),
        entries=queries.entry_names(session, referrals),
        names=names_of(session, [each.organisation_id for each in rows]),
        person_id=who.person_id,
        late=[each.id for each in rows if each.told_late and each.state == "open"],
        next=list_answer([], cursor)["next"],
    )


@blueprint.route("/needs/new", methods=["GET", "POST"])
@enter(SIGNED_IN)
def state() -> ResponseReturnValue:
    """Say what one needs, and who may see it."""
    session, person_id = current_session(), require_identity().person_id
    ticked = {f"capabilities.{each}": "yes" for each in learned_by(session, person_id)}
    form = Form(typed=ticked | {"shown_to.association": "yes", "shown_to.expert": "yes"})
    if request.method == "POST":
        form = read_form(NeedForm())
        try:
            if form.is_good:
                association = get_organisation(session, form.values["organisation_id"])
                person = session.get_one(Person, person_id)
                options: Any = {"actor": asker().name, "now": now()}
                values = _values(form)
                made = needing.state_need(session, person, association, values, **options)
                say(_("Your need is on its way. You hear when a referral is offered."))
                return redirect(url_for("needs.show", need_id=made.id), 303)
        except Failure as failure:
            form.refuse(failure)
            for path in [each for each in form.faults if each.startswith("capability_ids")]:
                form.faults["capabilities"] = form.faults.pop(path)
    associations = associations_for(session, person_id, today=this_day())
    page = render_template(
        "need_form.html",
        form=form,
        kinds=[(each, _(each)) for each in ENTRY_KINDS],
        associations=[(each.id, local(each.names).striptags()) for each in associations],
        capabilities=capability_names(),
        circles=CIRCLES,
    )
    return page, 422 if form.faults else 200


def _values(form: Form) -> dict[str, Any]:
    plain = {name: form.values[name] for name in ("kind", "text", "sector")}
    return plain | {
        "language": page_language(),
        "capability_ids": list(form.values["capabilities"]),
        "shown_to": list(form.values["shown_to"]),
    }


@blueprint.get(NEED)
@enter(SIGNED_IN)
def show(need_id: UUID) -> ResponseReturnValue:
    """A need; for those who help with what fits best, and why."""
    session, who = current_session(), asker()
    found = queries.get_need(session, need_id, who)
    helps = queries.may_help(who, found) and found.state == "open"
    matches = matches_of(session, found) if helps else []
    referrals = queries.referrals_of(session, found)
    offerers = [each.entry.organisation_id for each in matches]
    offered = {each.entry_id for each in referrals if each.state in LIVE}
    return render_template(
        "need.html",
        need=queries.whole_needs(session, [found])[0],
        is_late=found.due_at <= now() and found.state == "open",
        is_mine=found.person_id == who.person_id,
        matches=matches,
        offered=offered,
        referrals=referrals,
        entries=queries.entry_names(session, referrals),
        names=names_of(session, [found.organisation_id, found.alliance_id, *offerers]),
        capabilities=capability_names(),
        circles=CIRCLES,
        helps=helps,
    )


@blueprint.post(f"{NEED}/refer")
@enter(MANAGERS)
def refer(need_id: UUID) -> ResponseReturnValue:
    """Offer an expert or a technology."""
    session, who = current_session(), asker()
    need = queries.get_helped_need(session, need_id, who)
    form = read_form(ReferForm())
    try:
        if form.is_good:
            entry = get_entry(session, form.values["entry_id"], who)
            lock(session, need)
            options: Any = {"actor": who.name, "now": now()}
            referring.offer_referral(session, need, entry, **options)
            say(_("The referral is offered; both sides are told."))
    except Failure as failure:
        say_failure(failure)
    return redirect(url_for("needs.show", need_id=need_id), 303)


@blueprint.post(f"{NEED}/<any(consent, withdraw):act>")
@enter(SIGNED_IN)
def act(need_id: UUID, act: str) -> ResponseReturnValue:
    """Let others see it, or withdraw it."""
    session, who = current_session(), asker()
    found = queries.get_own_need(session, need_id, who)
    form = read_form(ConsentForm())
    lock(session, found)
    options: Any = {"actor": who.name, "now": now()}
    try:
        if act == "withdraw":
            needing.withdraw_need(session, found, **options)
            say(_("Your need is withdrawn."))
        else:
            shown_to = list(form.values.get("shown_to", {}))
            needing.change_consent(session, found, shown_to, **options)
            say(_("Saved."))
    except Failure as failure:
        say_failure(failure)
    return redirect(url_for("needs.show", need_id=need_id), 303)
