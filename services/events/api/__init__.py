"""The JSON doors of events."""

from services.events.api import (
    allotments,
    nominations,
    offers,
    programme,
    registrations,
    workshops,
)
from shared.web.api import Blueprint


def api_blueprints() -> list[Blueprint]:
    """All blueprints of the API, under /events/api/v1."""
    rooms = (workshops, programme, allotments, nominations, registrations, offers)
    return [room.blueprint for room in rooms]
