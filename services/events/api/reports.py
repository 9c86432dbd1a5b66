"""Reports of a workshop: delegations, who takes part, and the balance in totals."""

from typing import Any
from uuid import UUID

from services.events.api.schemas.reports import BalanceOut, DelegationsOut
from services.events.model import Nomination
from services.events.model.form import counted
from services.events.queries import reports as queries
from services.events.queries.scopes import may_organize, within
from services.events.queries.workshops import get_organized, get_workshop
from shared.foundation.identities import Role
from shared.web.api import Blueprint
from shared.web.context import current_session
from shared.web.identity import asker, enter, one_of

blueprint = Blueprint("api_reports", __name__, url_prefix="/events/api/v1")


@blueprint.route("/workshops/<uuid:workshop_id>/delegations", methods=["GET"])
@enter(one_of(Role.ORGANIZER, Role.FOCAL_POINT))
@blueprint.response(200, DelegationsOut)
def list_delegations(workshop_id: UUID) -> dict[str, Any]:
    """The delegations: all for organizers, their own bodies' for focal points."""
    session = current_session()
    workshop = get_workshop(session, workshop_id, asker())
    bodies = None
    if not may_organize(session, asker(), workshop.host_id):
        bodies = within(Nomination.organisation_id, asker(), Role.FOCAL_POINT)
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
@blueprint.response(200, BalanceOut)
def read_balance(workshop_id: UUID) -> dict[str, Any]:
    """How many with a seat, by economy, by body, and by what people said of themselves."""
    session = current_session()
    workshop = get_organized(session, workshop_id, asker())
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
            for question in counted(workshop.form)
        ],
        "over_time": [
            {"day": day, "registered": count} for day, count in queries.over_time(session, workshop)
        ],
    }
