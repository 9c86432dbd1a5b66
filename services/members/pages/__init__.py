"""The pages of members."""

from typing import Final

from flask import Blueprint

from services.members.actions.retaining import RETENTION
from services.members.pages import (
    adding_members,
    audit,
    bodies,
    capabilities,
    case_writing,
    cases,
    catalogue,
    consents,
    custom_fields,
    delegates,
    demand,
    demand_answers,
    erasures,
    exports,
    fragments,
    gaps,
    grants,
    imports,
    invitations,
    me,
    membership_types,
    memberships,
    merges,
    needs,
    offices,
    organisation_merges,
    organisations,
    own_provider,
    passkeys,
    people,
    places,
    privacy,
    profiles,
    programs,
    providers,
    referrals,
    renewing,
    resetting,
    second_factor,
    segments,
    signing_in,
    signing_up,
)
from shared.web.retention import retention_page

# A form of another service comes here with its own token, which that service checks.
UNGUARDED_VIEWS: Final = (renewing.renew,)


def page_blueprints() -> list[Blueprint]:
    """All blueprints of pages, under /members."""
    rooms = (
        signing_in,
        renewing,
        signing_up,
        resetting,
        me,
        privacy,
        consents,
        programs,
        second_factor,
        passkeys,
        invitations,
        own_provider,
        providers,
        organisations,
        adding_members,
        people,
        profiles,
        delegates,
        places,
        erasures,
        exports,
        fragments,
        imports,
        membership_types,
        memberships,
        bodies,
        custom_fields,
        segments,
        capabilities,
        case_writing,
        cases,
        catalogue,
        needs,
        referrals,
        demand,
        demand_answers,
        gaps,
        merges,
        organisation_merges,
        offices,
        grants,
        audit,
    )
    return [*(room.blueprint for room in rooms), retention_page("members", RETENTION)]
