"""What a company answers in a round of demand, by the link of its mail."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields, validate

from services.members.actions import answering_demand, demanding
from services.members.actions.recording import lock
from services.members.model import DemandAnswer, DemandRound, Organisation
from services.members.model.capability import JOB_KINDS, STAFF_LEVELS
from services.members.model.demand import CELL, MOST_HEADS, MOST_QUARTERS
from services.members.pages.cookies import settings
from services.members.queries import demand
from shared.foundation.failures import Failure, NotFound
from shared.foundation.identities import GUEST
from shared.web.context import current_session, now
from shared.web.fields import Count
from shared.web.forms import Form, read_form
from shared.web.identity import ANYONE, enter
from shared.web.pages import local, say

blueprint = Blueprint("demand_answers", __name__, url_prefix="/members")


class SliceForm(Schema):
    """The part of an answer that one page shows. heads: capability → staff level → how many."""

    class Meta:
        unknown = RAISE

    job_kind = fields.String(required=True, validate=validate.OneOf(tuple(JOB_KINDS)))
    quarter = Count(1, MOST_QUARTERS, required=True)
    heads = fields.Dict(
        keys=fields.UUID(),
        values=fields.Dict(
            keys=fields.String(validate=validate.OneOf(tuple(STAFF_LEVELS))),
            values=Count(0, MOST_HEADS),
        ),
        load_default=dict,
    )


def _linked(token: str) -> DemandAnswer:
    linked = demanding.answer_of_link(settings().secret_key, token)
    if linked is None:
        raise NotFound("There is no such answer.")
    return demand.get_answer(current_session(), linked, GUEST, linked)


@blueprint.route("/demand/<token>", methods=["GET", "POST"])
@enter(ANYONE)
def answer(token: str) -> ResponseReturnValue:
    """The company's table: a capability a row, a staff level a column; without an account."""
    session, mine = current_session(), _linked(token)
    found = session.get_one(DemandRound, mine.round_id)
    form = Form()
    if request.method == "POST":
        form = read_form(SliceForm())
        try:
            if form.is_good:
                lock(session, mine)
                lines = _with_slice(mine, form.values)
                answering_demand.answer_demand(session, mine, lines, actor="link", now=now())
                say(_("Thank you: your answer is kept. You can change it until the deadline."))
                place = {"job_kind": form.values["job_kind"], "quarter": form.values["quarter"]}
                return redirect(url_for("demand_answers.answer", token=token, **place), 303)
        except Failure as failure:
            form.refuse(failure)
    page = render_template("demand_answer.html", **_facts(mine, found, form))
    return page, 422 if form.faults else 200


def _with_slice(mine: DemandAnswer, values: dict[str, Any]) -> list[dict[str, Any]]:
    """The whole answer: this part as it was typed, the others as they are."""
    place = (values["job_kind"], values["quarter"])
    names = (*CELL, "headcount")
    lines = [
        {name: getattr(each, name) for name in names}
        for each in _known(mine)
        if (each.job_kind, each.quarter) != place
    ]
    for capability_id, heads in values["heads"].items():
        for staff_level, headcount in heads.items():
            cell = (capability_id, staff_level, *place, headcount)
            lines.append(dict(zip(names, cell, strict=True)))
    return lines


def _known(mine: DemandAnswer) -> list[Any]:
    """What was answered; before that, what was answered last time."""
    session = current_session()
    if mine.answered_at is None:
        return demand.lines_to_start_from(session, mine)
    return demand.lines_of(session, mine.id)


def _facts(mine: DemandAnswer, found: DemandRound, form: Form) -> dict[str, Any]:
    session, wanted = current_session(), request.values
    kind = wanted.get("job_kind", "")
    quarter = wanted.get("quarter", type=int) or 1
    place = (kind if kind in JOB_KINDS else "augmented", min(max(quarter, 1), found.quarters))
    known = _known(mine)
    if not form.typed:
        here = [each for each in known if (each.job_kind, each.quarter) == place]
        form.typed = {
            f"heads.{each.capability_id}.{each.staff_level}": str(each.headcount) for each in here
        }
    return {
        "found": found,
        "mine": mine,
        "form": form,
        "organisation": session.get_one(Organisation, found.organisation_id),
        "company": session.get_one(Organisation, mine.company_id),
        "capabilities": demand.asked_of(session, found),
        "staff_levels": STAFF_LEVELS,
        "job_kind": place[0],
        "quarter": place[1],
        "job_kinds": [(key, local(names)) for key, names in JOB_KINDS.items()],
        "total": sum(each.headcount for each in known),
        "is_open": found.state == "open" and found.closes_at > now() and mine.state != "accepted",
        "is_from_before": mine.answered_at is None and bool(known),
    }
