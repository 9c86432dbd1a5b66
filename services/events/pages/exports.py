"""The lists of one workshop as files, for its organizers."""

from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from services.events.actions.asking import questions_ever
from services.events.model import Nomination, Registration, Submission
from services.events.pages.manage import ORGANIZER
from services.events.pages.people_wanted import Wanted
from services.events.queries import registrations as people
from services.events.queries.call_sheets import submissions_sheet
from services.events.queries.calls import get_organized_call, submissions_to
from services.events.queries.sheets import nominations_sheet, roster_sheet
from services.events.queries.workshops import get_organized
from shared.web.context import current_session
from shared.web.exporting import file_format, send_sheet
from shared.web.identity import asker, enter
from shared.web.pages import page_language
from shared.web.paging import Key

blueprint = Blueprint("exports", __name__, url_prefix="/events/manage")


@blueprint.get("/<uuid:workshop_id>/registrations")
@enter(ORGANIZER)
def registrations(workshop_id: UUID) -> ResponseReturnValue:
    """The roster, filtered as its page, as CSV, or as XLSX."""
    session = current_session()
    workshop = get_organized(session, workshop_id, asker())
    roster = people.roster(session, workshop, asker())
    return send_sheet(
        roster_sheet(questions_ever(session, workshop), language=page_language()),
        Wanted.of(request.args).among(roster, Registration),
        [Key(Registration.id)],
        kind=file_format(request.args) or "csv",
    )


@blueprint.get("/<uuid:workshop_id>/nominations")
@enter(ORGANIZER)
def nominations(workshop_id: UUID) -> ResponseReturnValue:
    """Whom the bodies named, filtered as their page, as CSV, or as XLSX."""
    session = current_session()
    workshop = get_organized(session, workshop_id, asker())
    nominations = people.nominations_of(session, workshop, asker())
    return send_sheet(
        nominations_sheet(),
        Wanted.of(request.args).among(nominations, Nomination),
        [Key(Nomination.id)],
        kind=file_format(request.args) or "csv",
    )


@blueprint.get("/<uuid:workshop_id>/submissions")
@enter(ORGANIZER)
def submissions(workshop_id: UUID) -> ResponseReturnValue:
    """What was submitted to the call, as CSV, or as XLSX where that is asked for."""
    call, _ = get_organized_call(current_session(), workshop_id, asker())
    return send_sheet(
        submissions_sheet(call, language=page_language()),
        submissions_to(call),
        [Key(Submission.id)],
        kind=file_format(request.args) or "csv",
    )
