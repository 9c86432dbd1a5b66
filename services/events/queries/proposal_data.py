"""What project proposals hold about a person, as plain values."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.events.model import CoSponsorship, ProjectProposal, ReviewComment
from shared.database import plain_row
from shared.foundation.names import fold_email

OF_OTHERS = frozenset({"secret", "email_key", "overseer_email_key", "proposed_by"})
OF_THE_OVERSEER = frozenset(
    {"overseer_id", "overseer_name", "overseer_email", "overseer_email_key", "overseer_locale"}
)


def proposal_sections(
    session: Session, person_id: UUID, email: str | None
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """(section, rows): proposals they oversee or wrote, what they are asked, what they said."""
    overseen = ProjectProposal.overseer_id == person_id
    if email:
        at_address = ProjectProposal.overseer_email_key == fold_email(email)
        overseen = or_(overseen, at_address & ProjectProposal.overseer_id.is_(None))
    found = session.scalars(select(ProjectProposal).where(overseen).order_by(ProjectProposal.id))
    yield "project_proposals_overseen", [plain_row(each, OF_OTHERS) for each in found]
    wrote = select(ProjectProposal).where(ProjectProposal.proposed_by == person_id)
    written = session.scalars(wrote.order_by(ProjectProposal.id))
    yield "project_proposals_written", [plain_row(each, OF_THE_OVERSEER) for each in written]
    asked = select(CoSponsorship).where(CoSponsorship.email_key == fold_email(email or ""))
    sponsored = session.scalars(asked.order_by(CoSponsorship.id))
    yield "co_sponsorships", [plain_row(each, OF_OTHERS) for each in sponsored]
    said = select(ReviewComment).where(ReviewComment.author_id == person_id)
    comments = session.scalars(said.order_by(ReviewComment.id))
    yield "review_comments", [plain_row(each) for each in comments]
