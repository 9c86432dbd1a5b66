"""Project proposals for their people: the list, and one with its timeline, steps and review."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_currency
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields, validate

from services.events.actions import proposing, reviewing
from services.events.actions.stepping import Taken
from services.events.model import OrganisationCopy, ProjectProposal, ReviewComment
from services.events.model.proposal import LIVE, PROPOSAL_STATES, WRITABLE
from services.events.pages.proposal_words import (
    OF_PROPOSER,
    OF_REVIEWER,
    SECTION_NAMES,
    STATE_NAMES,
    VERB_NAMES,
)
from services.events.queries import proposals as queries
from services.events.queries.copies import names_of, organisation_names
from services.events.queries.projects import (
    timeline_of,
    workshops_of,
)
from services.events.queries.proposal_sheets import proposals_sheet
from services.events.queries.scopes import may_organize
from shared.contracts.events_proposals import Money
from shared.foundation.economies import APEC
from shared.foundation.failures import Failure, Forbidden, Invalid
from shared.foundation.identities import Role
from shared.foundation.languages import in_language
from shared.web.bounds import Range
from shared.web.context import current_session, now, undo
from shared.web.exporting import file_format, send_sheet
from shared.web.fields import Currency, Day, Line, Texts
from shared.web.forms import Form, read_form
from shared.web.identity import SIGNED_IN, asker, enter
from shared.web.pages import page_language, say
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("proposals", __name__, url_prefix="/events")
KEYS: Final = [Key(ProjectProposal.id, descending=True)]
PAGE: Final = 30
CENTS: Final = 100
MONEY: Final = "¤¤ #,##0.00"


class PlainForm(Schema):
    """Whose unknown fields are errors."""

    class Meta:
        unknown = RAISE


class StepForm(PlainForm):
    """One step: what, why, and on which day; an approval and a completion with what they say."""

    verb = fields.String(required=True, validate=validate.OneOf(tuple(VERB_NAMES)))
    reason = Line(load_default="", longest=2000)
    happened_on = Day(load_default=None)
    fund = Line(load_default="")
    amount = fields.Decimal(places=2, load_default=None, validate=Range(0, 10**10))
    currency = Currency(load_default=None)
    conditions = Texts(is_prose=True, longest=20_000, load_default=dict)
    report = Texts(is_prose=True, longest=20_000, load_default=dict)


def money(amount: Money | None) -> str:
    """Money in the page's language; "" for none."""
    if amount is None:
        return ""
    shown: str = format_currency(amount.amount_cents / CENTS, amount.currency, format=MONEY)
    return shown


def money_of(values: Mapping[str, Any], *, at: str = "amount") -> Money | None:
    """The amount and currency of a form. Raises Invalid for one without the other."""
    amount, currency = values[at], values["currency"]
    if (amount is None) != (currency is None):
        raise Invalid.at("/currency", "An amount needs its currency, and a currency its amount.")
    return None if amount is None else Money(amount_cents=int(amount * CENTS), currency=currency)


@blueprint.get("/proposals")
@enter(SIGNED_IN)
def list_proposals() -> ResponseReturnValue:
    """Those that the asker may see, newest first, and what they are asked to co-sponsor."""
    session, state = current_session(), request.args.get("state")
    query = queries.proposals_for(asker())
    if state in PROPOSAL_STATES:
        query = query.where(ProjectProposal.state == state)
    rows, cursor = page_of(session, query, KEYS, cursor=request.args.get("cursor"), limit=PAGE)
    asked = list(session.scalars(queries.open_co_sponsorships(asker()).limit(PAGE)))
    known = {each.proposal_id: session.get_one(ProjectProposal, each.proposal_id) for each in asked}
    shown = [*rows, *known.values()]
    return render_template(
        "proposals.html",
        proposals=rows,
        names=names_of(session, {i for row in shown for i in (row.organisation_id, row.host_id)}),
        asked=[(each, known[each.proposal_id]) for each in asked],
        asked_names=queries.co_sponsor_names(session, asked),
        states=PROPOSAL_STATES,
        state_names=STATE_NAMES,
        state=state if state in PROPOSAL_STATES else "",
        may_propose=asker().has(*queries.PROPOSERS),
        next=list_answer([], cursor)["next"],
    )


@blueprint.get("/proposals/file")
@enter(SIGNED_IN)
def export() -> ResponseReturnValue:
    """The list as CSV, or as XLSX where that is asked for."""
    query, state = queries.proposals_for(asker()), request.args.get("state")
    if state in PROPOSAL_STATES:
        query = query.where(ProjectProposal.state == state)
    return send_sheet(proposals_sheet(), query, KEYS, kind=file_format(request.args) or "csv")


@blueprint.get("/proposals/<uuid:proposal_id>")
@enter(SIGNED_IN)
def show(proposal_id: UUID) -> ResponseReturnValue:
    """One proposal for its people."""
    found = queries.get_proposal(current_session(), proposal_id, asker())
    kept = {name: request.args[name] for name in ("locale", "invited_on") if name in request.args}
    return show_proposal(found, invite=Form(typed=kept), asks_more="ask" in request.args)


def show_proposal(
    found: ProjectProposal,
    *,
    step: Form | None = None,
    invite: Form | None = None,
    comment: Form | None = None,
    asks_more: bool = False,
    status: int = 200,
) -> ResponseReturnValue:
    """The page of the proposal. step, invite, comment: its forms as they were sent.

    asks_more: whether the form for another co-sponsor is open.
    """
    session, who = current_session(), asker()
    is_writer, is_reviewer = (
        queries.may_write(session, found, who),
        queries.may_review(session, found, who),
    )
    rows = list(session.scalars(queries.co_sponsors_of(session, found, who).limit(500)))
    verbs = (*(OF_REVIEWER.get(found.state, ()) if is_reviewer else ()),)
    verbs += OF_PROPOSER.get(found.state, ()) if is_writer else ()
    facts = {
        "is_writable": is_writer and found.state in WRITABLE,
        "is_reviewer": is_reviewer,
        "may_invite": is_writer and found.state in LIVE,
        "may_enter_answers": may_organize(session, who, found.host_id),
        "co_sponsors": rows,
        "co_sponsor_names": queries.co_sponsor_names(session, rows),
        "needed": queries.co_sponsors_needed(session, found.host_id),
        "verbs": [(verb, VERB_NAMES[verb]) for verb in verbs],
        "workshops": list(session.scalars(workshops_of(found))),
        "may_hold": found.state == "approved" and who.has(Role.ORGANIZER, Role.OPERATOR),
        "step": step or Form(),
        "invite": invite or Form(),
        "comment": comment or Form(),
        "asks_more": asks_more,
        "bodies": _bodies(found),
        "economies": [("", "–"), *((c, in_language(n, page_language())) for c, n in APEC.items())],
    }
    if queries.is_insider(session, found, who):
        facts |= _discussion(found)
    return render_template("proposal.html", **concept_of(found), **facts), status


def _bodies(found: ProjectProposal) -> list[tuple[str, str]]:
    """The host's members that could co-sponsor, for a choice: id, name."""
    query = queries.members_of(found.host_id).where(OrganisationCopy.id != found.organisation_id)
    language = page_language()
    rows = current_session().scalars(query.limit(500))
    named = [(str(each.id), in_language(each.names, language)) for each in rows]
    return sorted(named, key=lambda pair: pair[1])


def concept_of(found: ProjectProposal) -> dict[str, Any]:
    """What the proposal says, for every page that shows it."""
    session = current_session()
    return {
        "proposal": found,
        "state_names": STATE_NAMES,
        "organisation": organisation_names(session, found.organisation_id),
        "host": organisation_names(session, found.host_id),
        "sections": [
            (label, found.sections[key])
            for key, label in SECTION_NAMES.items()
            if found.sections.get(key)
        ],
        "asked": money(found.asked),
        "amount": money(found.approved),
    }


def _discussion(found: ProjectProposal) -> dict[str, Any]:
    """What only insiders read: who did what, and what was said."""
    session = current_session()
    steps = timeline_of(session, found)
    query = queries.comments_of(session, found, asker()).order_by(ReviewComment.id)
    comments = list(session.scalars(query.limit(500)))
    return {
        "steps": steps,
        "step_names": queries.co_sponsor_names(
            session, [each.co_sponsorship for each in steps if each.co_sponsorship]
        ),
        "comments": comments,
        "authors": queries.names_of_people(
            session, [each.author_id for each in comments], language=page_language()
        ),
    }


def _state_name(found: ProjectProposal) -> str:
    return str(STATE_NAMES.get(found.state) or _(found.state.replace("_", " ")))


def taken_of(values: Mapping[str, Any]) -> Taken:
    """How the asker takes a step."""
    return Taken(
        actor=asker().name,
        now=now(),
        reason=values.get("reason", ""),
        happened_on=values.get("happened_on"),
    )


def _approve(found: ProjectProposal, values: Mapping[str, Any]) -> None:
    if not values["fund"]:
        raise Invalid.at("/fund", "Write which fund pays for it.")
    terms = {"fund": values["fund"], "conditions": values["conditions"]}
    reviewing.approve(
        current_session(), found, amount=money_of(values), taken=taken_of(values), **terms
    )


def _complete(found: ProjectProposal, values: Mapping[str, Any]) -> None:
    if not any(values["report"].values()):
        raise Invalid.at("/report/en", "Say what came of the project.")
    taken = taken_of(values)
    proposing.complete(current_session(), found, report=values["report"], taken=taken)


def _plain(act: Callable[..., ProjectProposal]) -> Callable[..., None]:
    def take(found: ProjectProposal, values: Mapping[str, Any]) -> None:
        act(current_session(), found, taken=taken_of(values))

    return take


STEPS: Final[dict[str, tuple[Callable[..., ProjectProposal], Callable[..., None]]]] = {
    "submit": (queries.get_written, _plain(proposing.submit)),
    "withdraw": (queries.get_written, _plain(proposing.withdraw)),
    "complete": (queries.get_written, _complete),
    "begin-review": (queries.get_reviewed, _plain(reviewing.begin_review)),
    "return": (queries.get_reviewed, _plain(reviewing.return_proposal)),
    "endorse": (queries.get_reviewed, _plain(reviewing.endorse)),
    "approve": (queries.get_reviewed, _approve),
    "decline": (queries.get_reviewed, _plain(reviewing.decline)),
}


@blueprint.post("/proposals/<uuid:proposal_id>/step")
@enter(SIGNED_IN)
def take_step(proposal_id: UUID) -> ResponseReturnValue:
    """Take the proposal a step further."""
    session = current_session()
    found = queries.get_proposal(session, proposal_id, asker())
    form = read_form(StepForm())
    if form.is_good:
        find, act = STEPS[form.values["verb"]]
        try:
            act(find(session, proposal_id, asker()), form.values)
        except Forbidden:
            raise
        except Failure as failure:
            form.refuse(failure)
        else:
            say(_("Done: the proposal is %(state)s.", state=_state_name(found)))
            return redirect(url_for("proposals.show", proposal_id=proposal_id), 303)
    undo()
    return show_proposal(queries.get_proposal(session, proposal_id, asker()), step=form, status=422)
