"""Reports of a workshop: delegations, who takes part, and the balance in totals."""

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from flask_babel import gettext

from services.events.actions.asking import questions_ever
from services.events.api.schemas.reports import BalanceOut, DelegationsOut
from services.events.model import Nomination, Registration
from services.events.model.form import counted
from services.events.queries import reports as queries
from services.events.queries.balance_sheets import HEADINGS, NAME, WORDS, balance_rows
from services.events.queries.scopes import may_organize, within
from services.events.queries.workshops import get_organized, get_workshop
from shared.foundation.identities import Role
from shared.web.api import Blueprint
from shared.web.context import current_session
from shared.web.exporting import (
    FileArguments,
    file_format,
    or_as_file,
    send_rows,
    send_sheet,
)
from shared.web.identity import asker, enter, one_of
from shared.web.pages import page_language
from shared.web.paging import Key

blueprint = Blueprint("api_reports", __name__, url_prefix="/events/api/v1")


@blueprint.route("/workshops/<uuid:workshop_id>/delegations", methods=["GET"])
@enter(one_of(Role.ORGANIZER, Role.FOCAL_POINT))
@blueprint.arguments(FileArguments, location="query")
@or_as_file(blueprint, DelegationsOut)
def list_delegations(arguments: dict[str, Any], workshop_id: UUID) -> ResponseReturnValue:
    """The delegations: all for organizers, their own bodies' for focal points."""
    session = current_session()
    workshop = get_workshop(session, workshop_id, asker())
    bodies = None
    if not may_organize(session, asker(), workshop.host_id):
        bodies = within(Nomination.organisation_id, asker(), Role.FOCAL_POINT)
    kind = file_format(arguments)
    if kind is not None:
        sheet = queries.participants_sheet(workshop, language=page_language(), name="delegations")
        query = queries.delegates_of(workshop, bodies)
        return send_sheet(sheet, query, [Key(Registration.id)], kind=kind)
    items = [
        {
            "organisation_id": each.organisation_id,
            "names": each.names,
            "economy": each.economy,
            "counts": each.counts,
            "people": [
                {
                    "registration_id": person.registration.id,
                    "name": person.registration.name,
                    "role": person.role,
                    "capacity": person.capacity,
                    "state": person.registration.state,
                }
                for person in each.people
            ],
        }
        for each in queries.delegations_of(session, workshop, bodies)
    ]
    return {"items": items}


@blueprint.route("/workshops/<uuid:workshop_id>/balance", methods=["GET"])
@enter(one_of(Role.ORGANIZER))
@blueprint.arguments(FileArguments, location="query")
@or_as_file(blueprint, BalanceOut)
def read_balance(arguments: dict[str, Any], workshop_id: UUID) -> ResponseReturnValue:
    """How many with a seat, by economy, by body, and by what people said of themselves."""
    session = current_session()
    workshop = get_organized(session, workshop_id, asker())
    asked, kind = questions_ever(session, workshop), file_format(arguments)
    if kind is not None:
        words = {word: gettext(word) for word in WORDS}
        rows = balance_rows(session, workshop, asked, language=page_language(), words=words)
        return send_rows(NAME, HEADINGS, iter(list(rows)), kind=kind)
    economies = queries.by_economy(session, workshop)
    return {
        "total": sum(each.count or 0 for each in economies),
        "by_economy": economies,
        "by_body": queries.by_body(session, workshop),
        "by_answer": [
            {
                "key": question["key"],
                "counts_as": question["counts_as"],
                "labels": question["labels"],
                "shares": queries.by_answer(session, workshop, question),
            }
            for question in counted(asked)
        ],
        "over_time": [
            {"day": day, "registered": count} for day, count in queries.over_time(session, workshop)
        ],
    }
