"""The organizer's pages of a call: writing it, its reviewers, the ranking, and deciding on one."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields, validate
from sqlalchemy import select

from services.events.actions import judging, naming_reviewers, submitting
from services.events.model import Call, PersonCopy, Submission, Workshop
from services.events.model.call import labels_of
from services.events.pages.manage import LOCAL_TIME, ORGANIZER
from services.events.pages.submissions import send_submission_file
from services.events.queries import calls as queries
from services.events.queries.copies import actors_of, organisation_names
from services.events.queries.workshops import get_organized, programme_of
from shared.foundation.failures import Failure, Invalid
from shared.foundation.languages import in_language
from shared.foundation.names import fold_email
from shared.web.choice_rows import ChoiceRow, choices_in, rows_to_show, typed_rows
from shared.web.context import current_session, now, undo
from shared.web.fields import Count, Prose, Rows, Texts
from shared.web.forms import Form, filled, read_form
from shared.web.identity import asker, enter
from shared.web.pages import page_language, say, say_failure

blueprint = Blueprint("call_manage", __name__, url_prefix="/events/manage")
MOST_OF: Final = {"topics": 30, "kinds": 30, "criteria": 10}
FIRST_CRITERIA: Final = (
    {
        "key": "relevance",
        "labels": {"en": "Relevance to the workshop", "zh-Hant": "與工作坊的相關性"},
    },
    {"key": "quality", "labels": {"en": "Quality of the content", "zh-Hant": "內容品質"}},
    {"key": "use", "labels": {"en": "Use for the participants", "zh-Hant": "對與會者的助益"}},
)


class KindRow(ChoiceRow):
    """A kind of contribution, with its length."""

    minutes = Count(1, 1440, load_default=None)


class CallForm(Schema):
    """The call as the form has it: times local to the venue's zone, choices a row each."""

    class Meta:
        unknown = RAISE

    is_published = fields.Boolean(load_default=False)
    texts = Texts(required=True, is_prose=True, longest=20_000)
    opens_at = fields.NaiveDateTime(required=True, format=LOCAL_TIME)
    closes_at = fields.NaiveDateTime(required=True, format=LOCAL_TIME)
    topics = Rows(ChoiceRow)
    kinds = Rows(KindRow)
    criteria = Rows(ChoiceRow)
    is_blind = fields.Boolean(load_default=False)
    takes_file = fields.Boolean(load_default=False)
    reviewers = Prose(load_default="", longest=20_000)


class DecisionForm(Schema):
    """What becomes of a submission, with a note to its submitter."""

    class Meta:
        unknown = RAISE

    verb = fields.String(required=True, validate=validate.OneOf(list(judging.DECISIONS)))
    reason = Prose(load_default="", longest=2000)


def _values(workshop: Workshop, call: Call | None, form: Mapping[str, Any]) -> dict[str, Any]:
    zone, values = ZoneInfo(workshop.time_zone), dict(form)
    values.pop("reviewers")
    for name in ("opens_at", "closes_at"):
        local: datetime = values[name]
        values[name] = local.replace(tzinfo=zone).astimezone(UTC)
    for name, most in MOST_OF.items():
        known = getattr(call, name) if call is not None else ()
        values[name] = choices_in(name, values[name], known, most=most)
    if not values["criteria"]:
        raise Invalid.at("/criteria/0/labels/en", _("Reviewers need one criterion at least."))
    return values


def _reviewers(lines: str) -> list[UUID]:
    """The people whose addresses these are. Raises Invalid with one that nobody has."""
    session, found = current_session(), []
    for line in filter(str.strip, lines.splitlines()):
        address = fold_email(line.strip())
        query = select(PersonCopy.id).where(PersonCopy.email == address, ~PersonCopy.is_erased)
        known = session.scalars(query.limit(1)).one_or_none()
        if known is None:
            said = _("Nobody with an account has this address: %(line)s", line=line.strip()[:100])
            raise Invalid.at("/reviewers", said)
        found.append(known)
    return found


def _typed(workshop: Workshop, call: Call | None) -> dict[str, str]:
    if call is None:
        return typed_rows("criteria", FIRST_CRITERIA)
    session, zone = current_session(), ZoneInfo(workshop.time_zone)
    typed = filled({"texts": call.texts})
    for name in ("opens_at", "closes_at"):
        typed[name] = getattr(call, name).astimezone(zone).strftime(LOCAL_TIME)
    for name in MOST_OF:
        typed |= typed_rows(name, getattr(call, name))
    for name in ("is_published", "is_blind", "takes_file"):
        typed |= {name: "on"} if getattr(call, name) else {}
    ids = queries.reviewers_of(session, call.id)
    people = session.scalars(select(PersonCopy.email).where(PersonCopy.id.in_(ids)))
    return typed | {"reviewers": "\n".join(sorted(each for each in people if each))}


@blueprint.route("/<uuid:workshop_id>/call", methods=["GET", "POST"])
@enter(ORGANIZER)
def edit(workshop_id: UUID) -> ResponseReturnValue:
    """The call to write, who reviews, and the ranking of what was submitted."""
    session = current_session()
    workshop = get_organized(session, workshop_id, asker())
    call = queries.find_call(session, workshop.id)
    if request.method == "GET":
        return _page(workshop, call, Form(typed=_typed(workshop, call)))
    form = read_form(CallForm())
    if form.is_good:
        try:
            session.refresh(workshop, with_for_update={"key_share": True})
            call = queries.find_call(session, workshop.id)
            form.require_current(call.version if call is not None else 0)
            people = _reviewers(form.values["reviewers"])
            values = _values(workshop, call, form.values)
            kept = submitting.set_call(session, workshop, values, now=now())
            naming_reviewers.set_reviewers(session, kept, people, now=now())
        except Failure as failure:
            form.refuse(failure)
        else:
            say(_("Saved."))
            return redirect(url_for("call_manage.edit", workshop_id=workshop_id), 303)
    undo()
    return _page(workshop, queries.find_call(session, workshop_id), form, 422)


def _page(
    workshop: Workshop, call: Call | None, form: Form, status: int = 200
) -> ResponseReturnValue:
    session = current_session()
    page = render_template(
        "call_manage.html",
        workshop=workshop,
        host=organisation_names(session, workshop.host_id),
        call=call,
        is_open=call is not None and call.is_open(now()),
        is_coming=call is not None and now() < call.opens_at,
        form=form,
        ranking=queries.ranking(session, call) if call is not None else [],
        labels_of=labels_of,
        rows={name: rows_to_show(name, form.typed) for name in MOST_OF},
        most_of=MOST_OF,
    )
    return page, status


@blueprint.get("/submissions/<uuid:submission_id>")
@enter(ORGANIZER)
def show(submission_id: UUID) -> ResponseReturnValue:
    """One submission with its reviews and history, to decide on."""
    session = current_session()
    found, workshop = queries.get_organized_submission(session, submission_id, asker())
    return _submission_page(found, workshop, Form())


def _submission_page(
    found: Submission, workshop: Workshop, form: Form, status: int = 200
) -> ResponseReturnValue:
    session = current_session()
    call, language = session.get_one(Call, found.call_id), page_language()
    said = queries.reviews_of(session, [found.id])
    history = queries.history_of(session, found)
    people = select(PersonCopy).where(PersonCopy.id.in_([each.person_id for each in said]))
    sessions, _talks, _speakers = programme_of(session, workshop.id)
    page = render_template(
        "submission_manage.html",
        workshop=workshop,
        host=organisation_names(session, workshop.host_id),
        call=call,
        found=found,
        form=form,
        topic=labels_of(call.topics, found.topic),
        kind=labels_of(call.kinds, found.kind),
        reviews=said,
        reviewers={each.id: each.name_in(language) for each in session.scalars(people)},
        history=history,
        actors=actors_of(session, history, language=language),
        figures=queries.with_scores(session, [found])[0],
        parts_of_day=[(str(each.id), in_language(each.titles, language)) for each in sessions],
    )
    return page, status


@blueprint.get("/submissions/<uuid:submission_id>/file")
@enter(ORGANIZER)
def read_file(submission_id: UUID) -> Response:
    """The file that was sent with it."""
    queries.get_organized_submission(current_session(), submission_id, asker())
    return send_submission_file(submission_id, asker())


@blueprint.post("/submissions/<uuid:submission_id>/decide")
@enter(ORGANIZER)
def decide(submission_id: UUID) -> ResponseReturnValue:
    """Accept, reject, reserve or return it, with a note that its submitter is told.

    Not what somebody else has decided on, or its submitter changed, since the page was opened.
    """
    session, form = current_session(), read_form(DecisionForm())
    found, workshop = queries.get_organized_submission(session, submission_id, asker())
    if form.is_good:
        try:
            session.refresh(found, with_for_update=True)
            form.require_current(found.version)
            judging.decide(session, found, actor=asker().name, now=now(), **form.values)
        except Failure as failure:
            form.refuse(failure)
        else:
            say(_("Done: the contribution is %(state)s.", state=_(found.state)))
            return redirect(url_for("call_manage.show", submission_id=submission_id), 303)
    undo()
    return _submission_page(found, workshop, form, 422)


@blueprint.post("/submissions/<uuid:submission_id>/schedule")
@enter(ORGANIZER)
def schedule(submission_id: UUID) -> ResponseReturnValue:
    """Put the accepted one into a session of the programme, with all who speak."""
    session = current_session()
    found, workshop = queries.get_organized_submission(session, submission_id, asker())
    try:
        judging.take_into_programme(session, workshop, found, _session_id())
        say(_("Added to the programme."))
    except Failure as failure:
        say_failure(failure)
    return redirect(url_for("call_manage.show", submission_id=submission_id), 303)


def _session_id() -> UUID:
    try:
        return UUID(request.form.get("session_id", ""))
    except ValueError:
        raise Invalid(_("Choose a session.")) from None
