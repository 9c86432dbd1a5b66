"""What a person was told, in the app."""

from uuid import UUID

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from services.notifications.actions import reading
from services.notifications.model import InboxItem
from services.notifications.queries import deliveries as queries
from shared.web.context import current_session, now
from shared.web.identity import SIGNED_IN, enter, require_identity
from shared.web.pages import safe_next, say
from shared.web.paging import Key, list_answer, page_of

blueprint = Blueprint("inbox", __name__, url_prefix="/notifications")


@blueprint.get("/inbox")
@enter(SIGNED_IN)
def show() -> ResponseReturnValue:
    """Newest first, unread marked."""
    session, me = current_session(), require_identity().person_id
    rows, cursor = page_of(
        session,
        queries.inbox_of(me),
        [Key(InboxItem.id, descending=True)],
        cursor=request.args.get("cursor"),
        limit=30,
    )
    return render_template(
        "inbox.html",
        items=rows,
        next=list_answer([], cursor)["next"],
        unread=queries.count_unread(session, me),
    )


@blueprint.get("/inbox/unread")
@enter(SIGNED_IN)
def unread() -> ResponseReturnValue:
    """How many are unread, for the number beside the link to the inbox on every page."""
    return jsonify(unread=queries.count_unread(current_session(), require_identity().person_id))


@blueprint.post("/inbox/<uuid:item_id>/open")
@enter(SIGNED_IN)
def open_item(item_id: UUID) -> ResponseReturnValue:
    """Mark it as read and go where it leads."""
    item = queries.get_inbox_item(current_session(), item_id, require_identity().person_id)
    reading.read_item(item, now=now())
    return redirect(safe_next(item.path), 303)


@blueprint.post("/inbox/read-all")
@enter(SIGNED_IN)
def read_all() -> ResponseReturnValue:
    """Mark everything as read."""
    reading.read_all(current_session(), require_identity().person_id, now=now())
    say(_("Everything is marked as read."))
    return redirect(url_for("inbox.show"), 303)
