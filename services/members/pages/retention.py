"""Retention on a page, for operators."""

from typing import cast

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from services.members.actions.retaining import kinds_of, runs_of
from services.members.settings import MembersSettings
from shared.web.context import current_session, service
from shared.web.identity import enter, one_of

blueprint = Blueprint("retention", __name__, url_prefix="/members")
OPERATOR = one_of()


@blueprint.get("/retention")
@enter(OPERATOR)
def show() -> ResponseReturnValue:
    """How many days each kind of data is kept, and what was forgotten last."""
    return render_template(
        "retention.html",
        kinds=kinds_of(cast(MembersSettings, service().settings)),
        runs=runs_of(current_session()),
    )
