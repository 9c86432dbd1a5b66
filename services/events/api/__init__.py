"""The JSON doors of events."""

from services.events.actions.retaining import RETENTION
from services.events.api import (
    allotments,
    answer_files,
    calendars,
    calls,
    certificates,
    co_sponsors,
    courses,
    credentials,
    door,
    findings,
    groups,
    invitations,
    materials,
    nominations,
    offers,
    photos,
    programme,
    proposals,
    registrations,
    reports,
    reviews,
    runs,
    surveys,
    tickets,
    trainers,
    workshops,
)
from shared.web.api import Blueprint
from shared.web.retention import retention_api


def api_blueprints() -> list[Blueprint]:
    """All blueprints of the API, under /events/api/v1."""
    rooms = (
        workshops,
        programme,
        photos,
        allotments,
        nominations,
        registrations,
        answer_files,
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
        courses,
        runs,
        trainers,
        findings,
        invitations,
        calls,
        reviews,
    )
    return [*(room.blueprint for room in rooms), retention_api("events", RETENTION)]
