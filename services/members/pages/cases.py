"""The case library on pages: found and read by everybody, reviewed by those concerned."""

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema

from services.members.actions import reviewing_cases
from services.members.actions.recording import lock
from services.members.model import Case
from services.members.model.case import CASE_STATES, PUBLISHED
from services.members.pages.organisations import MANAGERS
from services.members.pages.state_words import state_of
from services.members.pages.steps import history_facts
from services.members.queries import cases as queries
from services.members.queries.capabilities import current_capabilities
from services.members.queries.organisations import granted_organisations, names_of
from services.members.queries.sheets_of_helping import cases_sheet
from shared.foundation.failures import Failure
from shared.foundation.identities import Asker
from shared.foundation.languages import Text
from shared.web.context import current_session, now
from shared.web.exporting import file_format, send_sheet
from shared.web.fields import Line
from shared.web.files import send_content
from shared.web.forms import Form, read_form
from shared.web.identity import ANYONE, asker, enter
from shared.web.pages import local, say, say_failure
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("cases", __name__, url_prefix="/members")
PAGE: Final = 24
LONGEST_WORDS: Final = 100


class ReasonForm(Schema):
    """Why a step is taken."""

    class Meta:
        unknown = RAISE

    reason = Line(load_default="")


def capability_names() -> dict[str, Text]:
    """lineage → its names in the newest edition, of all alliances."""
    rows = current_session().scalars(current_capabilities())
    return {str(each.lineage_id): each.names for each in sorted(rows, key=lambda one: one.code)}


def _filters() -> dict[str, str]:
    names = ("q", "capability", "sector", "state")
    wanted = {name: request.args.get(name, "").strip()[:LONGEST_WORDS] for name in names}
    return {name: text if text.isprintable() else "" for name, text in wanted.items()}


def _list(query: Any, template: str, **more: Any) -> ResponseReturnValue:
    session, wanted, names = current_session(), _filters(), capability_names()
    if wanted["capability"] not in names:
        wanted["capability"] = ""
    if wanted["state"] not in CASE_STATES:
        wanted["state"] = ""
    query = queries.cases_where(
        query,
        words=wanted["q"],
        capability_id=UUID(wanted["capability"]) if wanted["capability"] else None,
        sector=wanted["sector"],
        state=wanted["state"],
    )
    keys, kind = [Key(Case.id, descending=True)], file_format(request.args)
    if kind is not None:
        return send_sheet(cases_sheet(), query, keys, kind=kind)
    rows, cursor = page_of(session, query, keys, cursor=request.args.get("cursor"), limit=PAGE)
    return render_template(
        template,
        cases=rows,
        companies=names_of(session, [each.organisation_id for each in rows]),
        capabilities=names,
        capability_choices=[("", "–"), *((key, local(text)) for key, text in names.items())],
        sector_choices=[("", "–"), *((each, each) for each in queries.sectors_of_cases(session))],
        form=Form(typed=wanted),
        next=list_answer([], cursor)["next"],
        **more,
    )


@blueprint.get("/cases")
@enter(ANYONE)
def library() -> ResponseReturnValue:
    """What is published: searched in any script, by capability and by sector."""
    return _list(queries.cases_for(asker()).where(Case.state == PUBLISHED), "cases.html")


@blueprint.get("/cases/ours")
@enter(MANAGERS)
def ours() -> ResponseReturnValue:
    """Those that one writes, reviews or publishes, in every state."""
    states = [("", "–"), *((each, state_of(each)) for each in CASE_STATES)]
    places = current_session().scalars(granted_organisations(asker()))
    writers = sorted((each for each in places if each.kind != "alliance"), key=lambda o: o.sort_key)
    return _list(queries.own_cases(asker()), "cases_ours.html", states=states, writers=writers)


def _steps(who: Asker, case: Case) -> list[str]:
    """What the asker may do with the case now."""
    after = {
        "draft": ("submit", "withdraw"),
        "submitted": ("endorse", "return", "withdraw"),
        "returned": ("submit", "withdraw"),
        "endorsed": ("publish", "return", "decline", "withdraw"),
        "published": ("withdraw",),
    }
    return [each for each in after.get(case.state, ()) if queries.may_take(who, case, each)]


@blueprint.get("/cases/<uuid:case_id>")
@enter(ANYONE)
def show(case_id: UUID) -> ResponseReturnValue:
    """A case in the reader's language, else in one that it has."""
    return show_case(queries.get_case(current_session(), case_id, asker()), Form())


def show_case(found: Case, form: Form) -> ResponseReturnValue:
    session, who = current_session(), asker()
    facts = queries.whole(session, [found])[0]
    concerned = (found.organisation_id, found.association_id, found.alliance_id)
    steps = _steps(who, found)
    is_own = queries.is_concerned(who, found)
    page = render_template(
        "case.html",
        case=found,
        followers=facts["follower_ids"],
        attachments=facts["attachments"],
        names=names_of(session, [*concerned, found.mentor_id, *facts["follower_ids"]]),
        capabilities=capability_names(),
        ways=steps,
        is_changed="submit" in steps,
        is_own=is_own,
        **(history_facts(found) if is_own else {}),
        form=form,
    )
    return page, 422 if form.faults else 200


@blueprint.post("/cases/<uuid:case_id>/<any(submit,return,endorse,publish,decline,withdraw):step>")
@enter(MANAGERS)
def take(case_id: UUID, step: str) -> ResponseReturnValue:
    """Take a step with a case."""
    session, who = current_session(), asker()
    found = queries.get_case_for(session, case_id, who, step)
    form = read_form(ReasonForm())
    lock(session, found)
    try:
        reason = form.values.get("reason", "")
        options: Any = {"actor": who.name, "now": now(), "reason": reason}
        reviewing_cases.STEPS[step](session, found, **options)
        say(_("Done; those concerned are told."))
    except Failure as failure:
        say_failure(failure)
    return redirect(url_for("cases.show", case_id=case_id), 303)


@blueprint.get("/case-attachments/<uuid:attachment_id>")
@enter(ANYONE)
def attachment(attachment_id: UUID) -> Response:
    """The content of a file."""
    found, _case = queries.get_attachment(current_session(), attachment_id, asker())
    return send_content(found.digest, filename=found.filename, content_type=found.content_type)
