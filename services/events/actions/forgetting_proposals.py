"""Forgetting a person in project proposals: as overseer, as co-sponsor's contact, as author."""

from typing import Any

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from services.events.model import CoSponsorship, ProjectProposal, ReviewComment
from shared.foundation.ids import new_secret
from shared.foundation.names import fold, fold_email
from shared.messaging.forgetting import ERASED, Forgotten


def forget_in_proposals(session: Session, who: Forgotten) -> dict[str, int]:
    """Blank the person; proposals and co-sponsorships stay. Kind → how many were blanked."""
    overseen = _overseen(session, who)
    for proposal in overseen:
        proposal.overseer_id = None
        proposal.overseer_name = ERASED
        proposal.overseer_email = proposal.overseer_email_key = _nowhere(proposal)
        proposal.version += 1
    wrote = update(ProjectProposal).where(ProjectProposal.proposed_by == who.person_id)
    session.execute(wrote.values(proposed_by=None))
    asked = _asked(session, who)
    for each in asked:
        each.name, each.secret = ERASED, new_secret()
        each.email = each.email_key = _nowhere(each)
    return {
        "project_proposals": len(overseen),
        "co_sponsorships": len(asked),
        "review_comments": _forget_in_comments(session, who),
    }


def _nowhere(thing: ProjectProposal | CoSponsorship) -> str:
    return f"{thing.id}@{ERASED}.invalid"


def _is_theirs(who: Forgotten, name: str) -> bool:
    """Whether a name at their address is theirs: of a shared mailbox, only their own."""
    return who.owns_address or fold(name) in {fold(each) for each in who.names}


def _overseen(session: Session, who: Forgotten) -> list[ProjectProposal]:
    known = select(ProjectProposal).where(ProjectProposal.overseer_id == who.person_id)
    found = list(session.scalars(known.order_by(ProjectProposal.id)))
    if who.email:
        address = ProjectProposal.overseer_email_key == fold_email(who.email)
        at_address: ColumnElement[bool] = and_(address, ProjectProposal.overseer_id.is_(None))
        others = select(ProjectProposal).where(at_address).order_by(ProjectProposal.id)
        found += [each for each in session.scalars(others) if _is_theirs(who, each.overseer_name)]
    return found


def _asked(session: Session, who: Forgotten) -> list[CoSponsorship]:
    if not who.email:
        return []
    at_address = select(CoSponsorship).where(CoSponsorship.email_key == fold_email(who.email))
    found = session.scalars(at_address.order_by(CoSponsorship.id))
    return [each for each in found if _is_theirs(who, each.name)]


def _forget_in_comments(session: Session, who: Forgotten) -> int:
    """Whose they are, and what other comments say of the person."""
    spoken_of: Any = who.is_in(ReviewComment.text) | (ReviewComment.author_id == who.person_id)
    found = list(session.scalars(select(ReviewComment).where(spoken_of)))
    for each in found:
        if each.author_id == who.person_id:
            each.author_id = None
        each.text = who.blanked(each.text)
    return len(found)
