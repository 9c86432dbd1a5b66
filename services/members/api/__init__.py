"""The JSON doors of members."""

from services.members.api import (
    appointments,
    audit,
    bodies,
    grants,
    imports,
    me,
    membership_types,
    memberships,
    organisations,
    people,
    signing_in,
)
from shared.web.api import Blueprint


def api_blueprints() -> list[Blueprint]:
    """All blueprints of the API, under /members/api/v1."""
    rooms = (signing_in, me, organisations, memberships, people, appointments, grants, imports)
    return [room.blueprint for room in (*rooms, membership_types, bodies, audit)]
