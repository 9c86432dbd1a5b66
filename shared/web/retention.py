"""How long a service keeps each kind of data: by API and on a page, for operators."""

from typing import Any, Final

from flask import Blueprint as Pages
from flask import render_template
from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields

from shared.retaining import Retention
from shared.web.api import Blueprint
from shared.web.context import current_session, service
from shared.web.fields import Moment
from shared.web.identity import enter, one_of

OPERATOR: Final = one_of()


class RetentionOut(Schema):
    """A kind of data. days: kept since `since` says. count: forgotten by the last run."""

    kind = fields.String(required=True)
    what = fields.String(required=True)
    days = fields.Integer(required=True)
    since = fields.String(required=True)
    ran_at = Moment(required=True, allow_none=True)
    count = fields.Integer(required=True)
    total = fields.Integer(required=True)


class RetentionListOut(Schema):
    """The whole table."""

    items = fields.List(fields.Nested(RetentionOut), required=True)


def _rows(kept: Retention) -> list[dict[str, Any]]:
    settings: Any = service().settings
    done = kept.done(current_session())
    rows = []
    for each in kept.chosen(settings.keep_days):
        run = done.get(each.name)
        rows.append(
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
    return rows


def retention_api(name: str, kept: Retention) -> Blueprint:
    """NAME/api/v1/retention."""
    blueprint = Blueprint("api_retention", __name__, url_prefix=f"/{name}/api/v1")

    @enter(OPERATOR)
    @blueprint.response(200, RetentionListOut)
    def list_retention() -> dict[str, Any]:
        """Every kind of data that is kept for a while, a row each."""
        return {"items": _rows(kept)}

    list_retention.__name__ = f"list_{name}_retention"
    blueprint.route("/retention", methods=["GET"])(list_retention)
    return blueprint


def retention_page(name: str, kept: Retention) -> Pages:
    """NAME/retention."""
    blueprint = Pages("retention", __name__, url_prefix=f"/{name}")

    @blueprint.get("/retention")
    @enter(OPERATOR)
    def show() -> ResponseReturnValue:
        """How many days each kind of data is kept, and what was forgotten last."""
        return render_template("retention.html", rows=_rows(kept), variable=kept.variable)

    return blueprint
