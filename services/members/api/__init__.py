"""The JSON doors of members."""

from services.members.actions.retaining import RETENTION
from services.members.api import (
    appointments,
    audit,
    bodies,
    capabilities,
    cases,
    catalogue,
    consents,
    custom_fields,
    data_exports,
    demand,
    erasures,
    gaps,
    grants,
    imports,
    invitations,
    me,
    membership_types,
    memberships,
    merges,
    needs,
    organisation_merges,
    organisations,
    passkeys,
    people,
    programs,
    providers,
    referrals,
    second_factor,
    segments,
    signing_in,
)
from shared.web.api import Blueprint
from shared.web.retention import retention_api


def api_blueprints() -> list[Blueprint]:
    """All blueprints of the API, under /members/api/v1."""
    rooms = (
        signing_in,
        me,
        programs,
        second_factor,
        passkeys,
        invitations,
        providers,
        organisations,
        memberships,
        people,
        merges,
        organisation_merges,
        appointments,
        grants,
        imports,
        membership_types,
        custom_fields,
        bodies,
        segments,
        capabilities,
        cases,
        catalogue,
        needs,
        referrals,
        demand,
        gaps,
        audit,
        erasures,
        data_exports,
        consents,
    )
    return [*(room.blueprint for room in rooms), retention_api("members", RETENTION)]
