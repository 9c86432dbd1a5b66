"""The pages of events."""

from flask import Blueprint

from services.events.pages import (
    certificate_checks,
    certificates,
    cloning,
    co_sponsors,
    delegation,
    door,
    exports,
    findings,
    form_editor,
    groups,
    guides,
    links,
    listing,
    manage,
    materials,
    mine,
    naming_many,
    programme,
    projects,
    proposal_form,
    proposals,
    public,
    recommendations,
    reports,
    seats,
    start,
    surveys,
    workspace,
)


def page_blueprints() -> list[Blueprint]:
    """All blueprints of pages, under /events."""
    rooms = (
        public,
        groups,
        listing,
        guides,
        start,
        links,
        mine,
        manage,
        workspace,
        cloning,
        seats,
        programme,
        delegation,
        exports,
        door,
        form_editor,
        materials,
        naming_many,
        reports,
        certificates,
        certificate_checks,
        surveys,
        proposals,
        proposal_form,
        co_sponsors,
        projects,
        findings,
        recommendations,
    )
    return [room.blueprint for room in rooms]
