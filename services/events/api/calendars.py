"""A person's own calendar: its address, and what is in it."""

from typing import Any

from flask import Response

from services.events.actions.feeding import make_feed
from services.events.api.schemas.calendars import CalendarFeedOut
from services.events.queries.calendars import find_feed_owner, own_calendar
from shared.web.api import Blueprint
from shared.web.context import current_session, now, service
from shared.web.identity import ANYONE, IN_PERSON, enter, require_identity

blueprint = Blueprint("api_calendars", __name__, url_prefix="/events/api/v1")


@blueprint.route("/me/calendar-feed", methods=["POST"])
@enter(IN_PERSON)
@blueprint.response(201, CalendarFeedOut)
def make_own_feed() -> dict[str, Any]:
    """An address for calendar programs; an earlier one opens nothing any more."""
    feed = make_feed(current_session(), require_identity().person_id, now=now())
    public_url = service().settings.public_url
    return {"url": f"{public_url}/events/api/v1/calendars/{feed.link_token}.ics"}


@blueprint.route("/calendars/<string(minlength=30,maxlength=80):token>.ics", methods=["GET"])
@enter(ANYONE)
@blueprint.response(200, {"type": "string"}, content_type="text/calendar")
def read_own_calendar(token: str) -> Response:
    """Everything that the calendar's person is registered for, with what changed."""
    session = current_session()
    person_id = find_feed_owner(session, token)
    public_url = service().settings.public_url
    text = own_calendar(session, person_id, public_url=public_url, now=now())
    response = Response(text, content_type="text/calendar; charset=utf-8")
    response.headers["Cache-Control"] = "private, max-age=900"
    return response
