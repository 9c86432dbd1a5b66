"""Retention, for operators: how long each kind of data is kept, and what was forgotten."""

from typing import Any, cast

from services.members.actions.retaining import kinds_of, runs_of
from services.members.api.schemas.consents import RetentionListOut
from services.members.settings import MembersSettings
from shared.web.api import Blueprint
from shared.web.context import current_session, service
from shared.web.identity import enter, one_of

blueprint = Blueprint("api_retention", __name__, url_prefix="/members/api/v1")
OPERATOR = one_of()


@blueprint.route("/retention", methods=["GET"])
@enter(OPERATOR)
@blueprint.response(200, RetentionListOut)
def list_retention() -> dict[str, Any]:
    """Every kind of data that members keeps for a while, a row each."""
    runs = runs_of(current_session())
    items = []
    for each in kinds_of(cast(MembersSettings, service().settings)):
        run = runs.get(each.name)
        items.append(
            {
                "kind": each.name,
                "what": each.what,
                "days": each.days,
                "since": each.since,
                "ran_at": run.ran_at if run else None,
                "count": run.count if run else 0,
                "total": run.total if run else 0,
            }
        )
    return {"items": items}
