"""The public page of an approved project: what it is, who co-sponsors it, what came of it."""

from uuid import UUID

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from services.events.model import CoSponsorship, Workshop
from services.events.pages.proposal_words import SECTION_NAMES
from services.events.pages.proposals import concept_of
from services.events.queries.projects import get_public_proposal
from services.events.queries.proposals import co_sponsor_names
from services.events.queries.workshops import workshops_for
from shared.web.context import current_session
from shared.web.identity import ANYONE, asker, enter

blueprint = Blueprint("projects", __name__, url_prefix="/events/projects")
NOT_PUBLIC = ("budget", "evaluation")


@blueprint.get("/<uuid:proposal_id>")
@enter(ANYONE)
def show(proposal_id: UUID) -> ResponseReturnValue:
    """The project for everyone; of its workshops those that the reader may see."""
    session = current_session()
    found = get_public_proposal(session, proposal_id)
    confirmed = select(CoSponsorship).where(
        CoSponsorship.proposal_id == found.id, CoSponsorship.state == "confirmed"
    )
    rows = list(session.scalars(confirmed.order_by(CoSponsorship.id)))
    names = co_sponsor_names(session, rows)
    workshops = workshops_for(asker()).where(
        Workshop.proposal_id == found.id, Workshop.state != "draft"
    )
    sections = [
        (label, found.sections[key])
        for key, label in SECTION_NAMES.items()
        if found.sections.get(key) and key not in NOT_PUBLIC
    ]
    facts = concept_of(found) | {"sections": sections}
    return render_template(
        "project.html",
        **facts,
        co_sponsors=[names[row.id] for row in rows],
        workshops=list(session.scalars(workshops.order_by(Workshop.starts_at, Workshop.id))),
    )
