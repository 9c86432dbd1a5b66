"""Parts that the site's start page shows of notifications: the newest mail, and who has none."""

from datetime import timedelta
from typing import Final

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from services.notifications.model import Delivery, InboxItem
from services.notifications.queries import deliveries as queries
from shared.foundation.identities import Role
from shared.web.context import current_session, now
from shared.web.identity import SIGNED_IN, asker, enter, one_of, require_identity

blueprint = Blueprint("fragments", __name__, url_prefix="/notifications/fragments")
NEWEST: Final = 3
MOST: Final = 100
LOOKING_BACK: Final = timedelta(days=30)


@blueprint.get("/inbox")
@enter(SIGNED_IN)
def inbox() -> ResponseReturnValue:
    """The newest of the inbox, and how many are unread."""
    session, me = current_session(), require_identity().person_id
    query = queries.inbox_of(me).order_by(InboxItem.id.desc()).limit(NEWEST)
    return render_template(
        "inbox_fragment.html",
        items=list(session.scalars(query)),
        unread=queries.count_unread(session, me),
    )


@blueprint.get("/not-told")
@enter(one_of(Role.ORGANIZER))
def not_told() -> ResponseReturnValue:
    """Who could not be told by mail in the last month, newest first."""
    query = queries.filtered(queries.deliveries_for(asker()), state="not_told").where(
        Delivery.created_at >= now() - LOOKING_BACK, Delivery.channel == "mail"
    )
    found = list(current_session().scalars(query.order_by(Delivery.id.desc()).limit(MOST)))
    return render_template(
        "not_told_fragment.html", deliveries=found[:NEWEST], count=len(found), most=MOST
    )
