"""Memberships: applications that wait, one membership with its history, asking to join."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields

from services.members.actions import joining
from services.members.model import Membership, Organisation
from services.members.model.membership import ACTIVE, OPEN
from services.members.pages.membership_words import VERBS as LABELS
from services.members.pages.organisations import MANAGERS, get_own
from services.members.pages.state_words import state_of
from services.members.pages.steps import history_facts
from services.members.queries import memberships as queries
from services.members.queries import organisations as of_organisations
from services.members.queries.scopes import may_manage
from services.members.queries.sheets import memberships_sheet
from shared.foundation.failures import Failure, Invalid
from shared.foundation.ids import find_id
from shared.web.bounds import CENTURIES
from shared.web.context import current_session, now, this_day
from shared.web.exporting import file_format, send_sheet
from shared.web.fields import Line
from shared.web.forms import Form, read_form
from shared.web.identity import asker, enter
from shared.web.pages import say, say_failure
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("memberships", __name__, url_prefix="/members")
blueprint.add_app_template_global(state_of, "state_of")
PAGE: Final = 30
STATES: Final = (*OPEN, "lapsed", "rejected", "resigned", "expelled")


@dataclass(frozen=True)
class Verb:
    """A button. states: in which it is shown. is_hard: it is not lightly done."""

    act: Callable[..., Membership]
    get: Callable[..., Membership]
    states: tuple[str, ...]
    is_hard: bool = False


_HOST, _MEMBER = of_organisations.get_as_host, of_organisations.get_as_member
VERBS: Final[dict[str, Verb]] = {
    "submit": Verb(joining.submit, _MEMBER, ("draft", "returned")),
    "approve": Verb(joining.approve, _HOST, ("submitted",)),
    "return": Verb(joining.send_back, _HOST, ("submitted",)),
    "reject": Verb(joining.reject, _HOST, ("submitted",), is_hard=True),
    "renew": Verb(joining.renew, _HOST, (*ACTIVE, "lapsed")),
    "suspend": Verb(joining.suspend, _HOST, ACTIVE, is_hard=True),
    "reinstate": Verb(joining.reinstate, _HOST, ("suspended",)),
    "expel": Verb(
        joining.expel,
        _HOST,
        ("approved", *ACTIVE, "suspended"),
        is_hard=True,
    ),
    "resign": Verb(joining.resign, _MEMBER, OPEN, is_hard=True),
}
NOT_DECIDED: Final = ("draft", "submitted", "returned")
NEEDING_A_REASON: Final = ("return", "reject", "suspend", "expel")


@blueprint.get("/memberships")
@enter(MANAGERS)
def listed() -> ResponseReturnValue:
    """Memberships in one's own organisations: those that wait for a decision first."""
    session, state = current_session(), request.args.get("state", "submitted")
    query = queries.hosted_by(asker())
    if state in STATES:
        query = query.where(Membership.state == state)
    keys, kind = [Key(Membership.id, descending=True)], file_format(request.args)
    if kind is not None:
        return send_sheet(memberships_sheet(), query, keys, kind=kind)
    rows, cursor = page_of(
        session,
        query,
        keys,
        cursor=request.args.get("cursor"),
        limit=PAGE,
    )
    ids = {each for row in rows for each in (row.member_id, row.host_id)}
    return render_template(
        "memberships.html",
        memberships=rows,
        names=of_organisations.names_of(session, ids),
        types=queries.types_named(session, rows),
        next=list_answer([], cursor)["next"],
        form=Form(typed={"state": state if state in STATES else ""}),
        states=[
            ("", _("Everything")),
            *((each, state_of(each)) for each in STATES),
        ],
    )


@blueprint.get("/memberships/<uuid:membership_id>")
@enter(MANAGERS)
def show(membership_id: UUID) -> ResponseReturnValue:
    """Both sides, the term, what can be done, and every step with its reason."""
    session, who = current_session(), asker()
    found = of_organisations.get_membership(session, membership_id, who)
    sides = {
        _HOST: may_manage(session, who, found.host_id),
        _MEMBER: may_manage(session, who, found.member_id),
    }
    facts: dict[str, Any] = {
        "membership": found,
        "type": queries.types_named(session, [found]).get((found.host_id, found.type)),
        "names": of_organisations.names_of(session, [found.member_id, found.host_id]),
        **history_facts(found, queries.applicants_of(session, found) if sides[_HOST] else ()),
        "labels": _labels(found),
        "verbs": {name: verb for name, verb in _verbs(found).items() if sides[verb.get]},
    }
    return render_template("membership.html", **facts)


def _labels(found: Membership) -> dict[str, Any]:
    """The buttons' words; who is no member yet has nothing to leave."""
    own = {"resign": _("Take the application back")} if found.state in NOT_DECIDED else {}
    return {**LABELS, **own}


def _verbs(found: Membership) -> dict[str, Verb]:
    """What can be done in its state; without an end there is no term to add."""
    steps = {name: verb for name, verb in VERBS.items() if found.state in verb.states}
    if found.ends_on is None:
        steps.pop("renew", None)
    return steps


@blueprint.post("/memberships/<uuid:membership_id>/<verb>")
@enter(MANAGERS)
def act(membership_id: UUID, verb: str) -> ResponseReturnValue:
    """One step, with its reason."""
    session, who = current_session(), asker()
    if verb not in VERBS:
        of_organisations.get_membership(session, membership_id, who)
        raise Invalid(_("There is no such step."))
    found = VERBS[verb].get(session, membership_id, who)
    try:
        reason = _reason(verb)
        VERBS[verb].act(session, found, actor=who.name, now=now(), reason=reason)
    except Failure as failure:
        say_failure(failure)
    else:
        say(_("Done: it is %(state)s now.", state=state_of(found.state)))
    return redirect(url_for("memberships.show", membership_id=found.id), 303)


class ReasonForm(Schema):
    """Why; both sides read it."""

    class Meta:
        unknown = RAISE

    reason = Line(load_default="")


def _reason(verb: str) -> str:
    form = read_form(ReasonForm())
    if not form.is_good:
        raise Invalid(next(iter(form.faults.values())))
    reason: str = form.values["reason"]
    if verb in NEEDING_A_REASON and not reason:
        raise Invalid(_("Say why: the other side reads it."))
    return reason


class JoinForm(Schema):
    """Which host, by which type, from when; no day: today."""

    class Meta:
        unknown = RAISE

    host_id = fields.UUID(required=True)
    type = Line(load_default="member", longest=60)
    starts_on = fields.Date(load_default=None, validate=CENTURIES)
    note = Line(load_default="")


@blueprint.route("/organisations/<uuid:organisation_id>/join", methods=["GET", "POST"])
@enter(MANAGERS)
def join(organisation_id: UUID) -> ResponseReturnValue:
    """Ask another organisation to take this one in: first which one, then by which type."""
    session, member = current_session(), get_own(organisation_id)
    host = _host(request.values.get("host_id", ""))
    today = this_day()
    form = Form(typed={"host_id": str(host.id) if host else "", "starts_on": today.isoformat()})
    if request.method == "POST":
        form = read_form(JoinForm())
        try:
            if form.is_good and host is not None:
                made = _apply(member, host, form.values)
                say(_("The application is submitted."))
                return redirect(url_for("memberships.show", membership_id=made.id), 303)
            if form.is_good:
                form.faults["host_id"] = _("Choose an organisation from the list.")
        except Failure as failure:
            form.refuse(failure)
    hosts = queries.hosts_to_join().where(Organisation.id != member.id)
    offers = list(session.scalars(queries.types_of(host.id))) if host else []
    page = render_template(
        "join.html",
        organisation=member,
        host=host,
        hosts=list(session.scalars(hosts.order_by(Organisation.sort_key).limit(500))),
        offers=[each for each in offers if each.is_for(member.kind)],
        has_offers=bool(offers),
        today=today,
        form=form,
    )
    return page, 422 if form.faults else 200


def _host(text: str) -> Organisation | None:
    host_id = find_id(text)
    return current_session().get(Organisation, host_id) if host_id else None


def _apply(member: Organisation, host: Organisation, values: dict[str, Any]) -> Membership:
    session, who = current_session(), asker()
    wanted = {
        "member_id": member.id,
        "host_id": host.id,
        "type": values["type"],
        "starts_on": values["starts_on"] or this_day(),
        "ends_on": None,
    }
    made = joining.draft_membership(session, wanted, actor=who.name, now=now())
    session.flush()
    return joining.submit(session, made, actor=who.name, now=now(), reason=values["note"])
