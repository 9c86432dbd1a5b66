"""The audit of what was changed."""

from typing import Any, Final

from flask.typing import ResponseReturnValue

from services.members.api.schemas.audit import AuditArguments, AuditEntryOut
from services.members.model import AuditEntry
from services.members.queries import audit as queries
from services.members.queries.audit_sheet import audit_sheet
from shared.foundation.identities import Role
from shared.foundation.languages import ENGLISH
from shared.web.api import Blueprint
from shared.web.context import current_session, service, this_day
from shared.web.exporting import file_format, list_response, send_sheet
from shared.web.identity import asker, enter, one_of
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("api_audit", __name__, url_prefix="/members/api/v1")
MANAGERS = one_of(Role.ORGANIZER, Role.FOCAL_POINT)
PLAIN: Final = tuple(
    name
    for name in AuditEntryOut().fields
    if name not in ("reason", "changes", "is_forgotten", "address")
)


def _out(entry: AuditEntry, *, is_operator: bool) -> dict[str, Any]:
    plain: dict[str, Any] = {name: getattr(entry, name) for name in PLAIN}
    plain |= {
        "reason": entry.reason,
        "changes": [
            {"field": field, "before": before, "after": after}
            for field, (before, after) in entry.changes.items()
        ],
        "is_forgotten": entry.is_forgotten,
    }
    return plain | {"address": entry.place} if is_operator else plain


@blueprint.route("/audit", methods=["GET"])
@enter(MANAGERS)
@blueprint.arguments(AuditArguments, location="query")
@list_response(blueprint, AuditEntryOut)
def list_audit(arguments: dict[str, Any]) -> ResponseReturnValue:
    """What was done to one's organisations and people, newest first."""
    who, today, kind = asker(), this_day(), file_format(arguments)
    cursor, limit = arguments.pop("cursor", None), arguments.pop("limit")
    arguments.pop("format")
    query = queries.entries_where(
        queries.entries_for(who, today=today), time_zone=service().time_zone, **arguments
    )
    keys = [Key(AuditEntry.number, descending=True)]
    if kind is not None:
        sheet = audit_sheet(who, today=today, language=ENGLISH)
        return send_sheet(sheet, query, keys, kind=kind)
    rows, following = page_of(current_session(), query, keys, cursor=cursor, limit=limit)
    is_operator = who.has(Role.OPERATOR)
    return list_answer([_out(row, is_operator=is_operator) for row in rows], following)
