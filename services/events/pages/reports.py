"""The organizer's report: numbers and pictures, delegations, and the list of participants."""

from itertools import groupby
from operator import attrgetter
from uuid import UUID

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from services.events.actions.asking import questions_ever
from services.events.model import Registration, Workshop
from services.events.model.form import counted, label_of
from services.events.pages.manage import ORGANIZER
from services.events.queries import reports as queries
from services.events.queries.balance_sheets import HEADINGS, NAME, WORDS, balance_rows
from services.events.queries.copies import names_of, organisation_names
from services.events.queries.papers import participants_pdf
from services.events.queries.tickets import occasion_of
from services.events.queries.workshops import get_organized, ledger_of
from shared.web.context import current_session
from shared.web.exporting import file_format, send_rows, send_sheet
from shared.web.identity import asker, enter
from shared.web.pages import page_language, sentence
from shared.web.paging import Key
from shared.web.pictures import line_chart

blueprint = Blueprint("reports", __name__, url_prefix="/events/manage")


@blueprint.get("/<uuid:workshop_id>/report")
@enter(ORGANIZER)
def report(workshop_id: UUID) -> ResponseReturnValue:
    """Everything that a report on the workshop needs, to look at and to print."""
    session, language = current_session(), page_language()
    workshop = get_organized(session, workshop_id, asker())
    days = queries.over_time(session, workshop)
    economies = queries.by_economy(session, workshop)
    return render_template(
        "report.html",
        workshop=workshop,
        host=organisation_names(session, workshop.host_id),
        ledger=ledger_of(session, workshop.id),
        states=queries.by_state(session, workshop),
        total=sum(each.count or 0 for each in economies),
        economies=economies,
        bodies=queries.by_body(session, workshop),
        balances=_balances(session, workshop, language),
        delegations=queries.delegations_of(session, workshop),
        chart=line_chart(days, ceiling=workshop.capacity) if len(days) > 1 else None,
    )


def send_balance(workshop: Workshop, *, kind: str) -> Response:
    """Answer the balance as a file, with the questions of earlier forms."""
    session, language = current_session(), page_language()
    words = {word: gettext(word) for word in WORDS}
    asked = questions_ever(session, workshop)
    rows = list(balance_rows(session, workshop, asked, language=language, words=words))
    return send_rows(NAME, HEADINGS, iter(rows), kind=kind)


def _balances(
    session: Session, workshop: Workshop, language: str
) -> list[tuple[str, list[queries.Share]]]:
    asked = counted(questions_ever(session, workshop))
    return [
        (label_of(question, language), queries.by_answer(session, workshop, question))
        for question in asked
    ]


@blueprint.get("/<uuid:workshop_id>/balance")
@enter(ORGANIZER)
def balance(workshop_id: UUID) -> Response:
    """The balance as CSV, or as XLSX where that is asked for."""
    session = current_session()
    workshop = get_organized(session, workshop_id, asker())
    return send_balance(workshop, kind=file_format(request.args) or "csv")


@blueprint.get("/<uuid:workshop_id>/delegations")
@enter(ORGANIZER)
def delegations(workshop_id: UUID) -> Response:
    """The people whom bodies named as CSV, or as XLSX where that is asked for."""
    session, language = current_session(), page_language()
    workshop = get_organized(session, workshop_id, asker())
    sheet = queries.participants_sheet(workshop, language=language, name="delegations")
    query, kind = queries.delegates_of(workshop), file_format(request.args) or "csv"
    return send_sheet(sheet, query, [Key(Registration.id)], kind=kind)


@blueprint.get("/<uuid:workshop_id>/participants")
@enter(ORGANIZER)
def participants(workshop_id: UUID) -> ResponseReturnValue:
    """The list of participants to print, by economy in APEC's order; or as CSV or XLSX."""
    session, language = current_session(), page_language()
    workshop = get_organized(session, workshop_id, asker())
    kind = file_format(request.args)
    if kind is not None:
        sheet = queries.participants_sheet(workshop, language=language)
        query = queries.participants_of(workshop)
        return send_sheet(sheet, query, [Key(Registration.id)], kind=kind)
    found = queries.list_of_participants(session, workshop)
    return render_template(
        "participants.html",
        workshop=workshop,
        host=organisation_names(session, workshop.host_id),
        groups=[(economy, list(each)) for economy, each in groupby(found, attrgetter("economy"))],
        names=names_of(session, {each.body_id for each in found if each.body_id}),
    )


@blueprint.get("/<uuid:workshop_id>/participants.pdf")
@enter(ORGANIZER)
def participants_paper(workshop_id: UUID) -> Response:
    """The list of participants as PDF."""
    session, language = current_session(), page_language()
    workshop = get_organized(session, workshop_id, asker())
    found = queries.list_of_participants(session, workshop)
    names = names_of(session, {each.body_id for each in found if each.body_id})
    occasion = occasion_of(session, workshop, language=language)
    pdf = participants_pdf(
        occasion,
        found,
        names,
        title=gettext("List of participants"),
        translate=sentence,
    )
    return Response(pdf, content_type="application/pdf")
