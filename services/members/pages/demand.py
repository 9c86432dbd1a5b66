"""An association's rounds of demand, and the page on which a company answers by its link."""

from datetime import datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields

from services.members.actions import answering_demand, demanding
from services.members.actions.recording import lock
from services.members.model import DemandAnswer, DemandRound, Organisation
from services.members.model.capability import JOB_KINDS, STAFF_LEVELS
from services.members.model.demand import ANSWER_STATES, MOST_QUARTERS
from services.members.model.zones import zone_of
from services.members.pages.cookies import settings
from services.members.pages.organisations import MANAGERS, get_own
from services.members.queries import capabilities, demand
from services.members.queries.sheets_of_talent import answers_sheet, rounds_sheet
from shared.foundation.failures import Failure
from shared.web.context import current_session, now, service, this_day
from shared.web.exporting import file_format, send_sheet
from shared.web.fields import Count, Day, Line, Texts
from shared.web.forms import Form, read_form
from shared.web.identity import asker, enter
from shared.web.pages import say, say_failure
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("demand", __name__, url_prefix="/members")
PAGE: Final = 50
LAST_MINUTE: Final = time(23, 59)


class RoundForm(Schema):
    """A new round. capabilities: those that are ticked."""

    class Meta:
        unknown = RAISE

    titles = Texts(required=True)
    texts = Texts(is_prose=True, longest=4000, load_default=dict)
    quarters = Count(1, MOST_QUARTERS, required=True)
    closes_on = Day(required=True)
    capabilities = fields.Dict(keys=fields.UUID(), values=fields.String(), required=True)


class ReturnForm(Schema):
    """Why an answer comes back."""

    class Meta:
        unknown = RAISE

    reason = Line(load_default="")


@blueprint.route("/organisations/<uuid:organisation_id>/demand", methods=["GET", "POST"])
@enter(MANAGERS)
def rounds(organisation_id: UUID) -> ResponseReturnValue:
    """The association's rounds, as a file too, and the form for one more."""
    session, association = current_session(), get_own(organisation_id)
    query = demand.rounds_for(asker(), association.id)
    kind = file_format(request.args) if request.method == "GET" else None
    if kind is not None:
        keys = [Key(DemandRound.id, descending=True)]
        return send_sheet(rounds_sheet(), query, keys, kind=kind)
    is_own = demand.speaks_for(asker(), association.id)
    ends = this_day() + timedelta(days=30)
    form = Form(typed={"quarters": "4", "closes_on": ends.isoformat()})
    if request.method == "POST":
        demand.require_speaks_for(asker(), association.id)
        form = read_form(RoundForm())
        try:
            if form.is_good:
                made = demanding.open_round(
                    session, association, _round(association, form), actor=asker().name, now=now()
                )
                say(_("The round is open; the companies are asked by mail."))
                return redirect(url_for("demand.show", round_id=made.id), 303)
        except Failure as failure:
            form.refuse(failure)
    framework = demanding.framework_above(session, association.id)
    asked = capabilities.capabilities_of(framework.id) if framework else None
    page = render_template(
        "demand_rounds.html",
        organisation=association,
        rounds=list(session.scalars(query.order_by(DemandRound.id.desc()))),
        capabilities=list(session.scalars(asked)) if asked is not None else [],
        is_own=is_own,
        alliances=[framework.organisation_id] if framework else [],
        form=form,
    )
    return page, 422 if form.faults else 200


def _round(association: Organisation, form: Form) -> dict[str, Any]:
    zone = ZoneInfo(zone_of(association.economy, service().time_zone))
    return {
        "titles": form.values["titles"],
        "texts": form.values["texts"],
        "quarters": form.values["quarters"],
        "closes_at": datetime.combine(form.values["closes_on"], LAST_MINUTE, zone),
        "capability_ids": list(form.values["capabilities"]),
        "reminder_days": [7, 1],
    }


@blueprint.get("/demand-rounds/<uuid:round_id>")
@enter(MANAGERS)
def show(round_id: UUID) -> ResponseReturnValue:
    """How many have answered; for the association itself also who, and what as a file."""
    session = current_session()
    found = demand.get_round(session, round_id, asker())
    is_own = demand.speaks_for(asker(), found.organisation_id)
    rows: list[DemandAnswer] = []
    state, kind = request.args.get("state", ""), file_format(request.args)
    query, keys = demand.answers_of(found.id, state=state), [Key(DemandAnswer.id)]
    following = None
    if kind is not None:
        demand.require_speaks_for(asker(), found.organisation_id)
        return send_sheet(answers_sheet(), query, keys, kind=kind)
    if is_own:
        rows, following = page_of(
            session, query, keys, cursor=request.args.get("cursor"), limit=PAGE
        )
    counts = demand.counts_of(session, found.id)
    return render_template(
        "demand_round.html",
        found=found,
        organisation=session.get_one(Organisation, found.organisation_id),
        answers=rows,
        companies=demand.companies_of(session, rows),
        next=list_answer([], following)["next"],
        counts=counts,
        total=sum(counts.values()),
        came=counts["answered"] + counts["accepted"],
        is_own=is_own,
        state=state if state in ANSWER_STATES else "",
    )


@blueprint.post("/demand-rounds/<uuid:round_id>/close")
@enter(MANAGERS)
def close(round_id: UUID) -> ResponseReturnValue:
    """Close it before its time."""
    session = current_session()
    found = demand.get_own_round(session, round_id, asker())
    lock(session, found)
    demanding.close_round(session, found, actor=asker().name, now=now())
    say(_("The round is closed."))
    return redirect(url_for("demand.show", round_id=round_id), 303)


@blueprint.post("/demand-rounds/<uuid:round_id>/accept-answers")
@enter(MANAGERS)
def accept_answers(round_id: UUID) -> ResponseReturnValue:
    """All that came and were not reviewed yet count."""
    session, who = current_session(), asker()
    found = demand.get_own_round(session, round_id, who)
    count = answering_demand.accept_answers(session, found, actor=who.name, now=now())
    say(_("Answers accepted: %(count)s.", count=count))
    return redirect(url_for("demand.show", round_id=round_id), 303)


@blueprint.get("/demand-answers/<uuid:answer_id>")
@enter(MANAGERS)
def read(answer_id: UUID) -> ResponseReturnValue:
    """What a company answered, for its association and for itself."""
    session, who = current_session(), asker()
    mine = demand.get_answer(session, answer_id, who)
    found = session.get_one(DemandRound, mine.round_id)
    return render_template(
        "demand_read.html",
        mine=mine,
        found=found,
        company=session.get_one(Organisation, mine.company_id),
        lines=demand.lines_of(session, mine.id),
        names={each.id: each.names for each in demand.asked_of(session, found)},
        staff_levels=STAFF_LEVELS,
        job_kinds=JOB_KINDS,
        is_own=demand.speaks_for(who, mine.organisation_id),
    )


@blueprint.post("/demand-answers/<uuid:answer_id>/<any(accept, return):act>")
@enter(MANAGERS)
def review(answer_id: UUID, act: str) -> ResponseReturnValue:
    """Accept an answer, or send it back with the reason."""
    session, who = current_session(), asker()
    answer = demand.get_reviewed(session, answer_id, who)
    form = read_form(ReturnForm())
    lock(session, answer)
    options: Any = {"actor": who.name, "now": now(), "reason": form.values.get("reason", "")}
    try:
        if act == "accept":
            answering_demand.accept_answer(session, answer, **options)
        else:
            key = settings().secret_key
            answering_demand.return_answer(session, answer, key=key, **options)
    except Failure as failure:
        say_failure(failure)
    return redirect(url_for("demand.show", round_id=answer.round_id), 303)
