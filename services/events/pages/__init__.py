"""The pages of events."""

from flask import Blueprint

from services.events.actions.retaining import RETENTION
from services.events.pages import (
    certificate_checks,
    certificates,
    cloning,
    co_sponsors,
    course_plan,
    courses,
    delegation,
    door,
    exports,
    form_editor,
    groups,
    guides,
    learning_paths,
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
    reports,
    runs,
    seats,
    start,
    surveys,
    trainers,
    workspace,
)
from shared.web.retention import retention_page


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
        courses,
        course_plan,
        trainers,
        learning_paths,
        runs,
    )
    return [*(room.blueprint for room in rooms), retention_page("events", RETENTION)]
