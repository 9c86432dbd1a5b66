"""The JSON doors of events."""

from services.events.api import (
    allotments,
    calendars,
    certificates,
    co_sponsors,
    credentials,
    door,
    findings,
    groups,
    invitations,
    materials,
    nominations,
    offers,
    programme,
    proposals,
    registrations,
    reports,
    surveys,
    tickets,
    workshops,
)
from shared.web.api import Blueprint


def api_blueprints() -> list[Blueprint]:
    """All blueprints of the API, under /events/api/v1."""
    rooms = (
        workshops,
        programme,
        allotments,
        nominations,
        registrations,
        groups,
        offers,
        tickets,
        door,
        materials,
        reports,
        calendars,
        proposals,
        co_sponsors,
        certificates,
        credentials,
        surveys,
        findings,
        invitations,
    )
    return [room.blueprint for room in rooms]
