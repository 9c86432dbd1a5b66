"""The pages of events."""

from flask import Blueprint

from services.events.pages import delegation, exports, links, manage, mine, programme, public, seats


def page_blueprints() -> list[Blueprint]:
    """All blueprints of pages, under /events."""
    rooms = (public, links, mine, manage, seats, programme, delegation, exports)
    return [room.blueprint for room in rooms]
