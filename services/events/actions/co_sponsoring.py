"""Co-sponsors of a project proposal: asked, confirming, declining; and what its review says."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.actions.recording import move, record, require_state
from services.events.actions.stepping import Taken, lock_proposal, told_state
from services.events.model import (
    CoSponsorship,
    OrganisationCopy,
    ProjectProposal,
    ProposalRules,
    ReviewComment,
    Transition,
)
from services.events.model.proposal import LIVE
from services.events.queries.copies import get_organisation
from services.events.queries.proposals import names_of_one
from shared.contracts import events_proposals as told
from shared.foundation.failures import Invalid
from shared.foundation.ids import new_id, new_secret
from shared.foundation.languages import in_language
from shared.foundation.names import fold_email
from shared.messaging.outbox import tell

STANDING: Final = ("invited", "confirmed")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Who is asked: an organisation, or an economy without one; and whom to write to.

    name: of the person or office; empty: as the organisation or economy is called.
    """

    organisation_id: UUID | None = None
    economy: str | None = None
    name: str = ""
    email: str | None = None
    locale: str = "en"


def invite(
    session: Session, proposal: ProjectProposal, asked: Asked, *, taken: Taken
) -> tuple[CoSponsorship, bool]:
    """Ask somebody to co-sponsor, and whether that is new: asking twice answers the first.

    With an address, tells CoSponsorInvited, which mails them a link.
    Raises Invalid for the proposing organisation or economy itself.
    """
    taken.require_past()
    lock_proposal(session, proposal)
    economy = asked.economy
    if asked.organisation_id is not None:
        economy = get_organisation(session, asked.organisation_id).economy
    found = _find_standing(session, proposal, asked)
    if found is not None:
        return found, False
    require_state(proposal, *LIVE, to="be co-sponsored")
    _require_other(proposal, asked)
    made = CoSponsorship(
        id=new_id(),
        version=1,
        proposal_id=proposal.id,
        organisation_id=asked.organisation_id,
        economy=economy,
        name=asked.name,
        email=asked.email,
        email_key=fold_email(asked.email) if asked.email else None,
        locale=asked.locale,
        state="invited",
        answered_on=None,
        secret=new_secret(),
        created_at=taken.now,
    )
    made.name = made.name or in_language(names_of_one(session, made), made.locale)
    session.add(made)
    session.flush()
    record(
        session,
        made,
        before=None,
        actor=taken.actor,
        now=taken.now,
        reason=taken.reason,
        happened_on=taken.happened_on,
    )
    if made.email:
        _tell(session, told.CoSponsorInvited, made, proposal, now=taken.now)
    return made, True


def _find_standing(
    session: Session, proposal: ProjectProposal, asked: Asked
) -> CoSponsorship | None:
    query = select(CoSponsorship).where(
        CoSponsorship.proposal_id == proposal.id, CoSponsorship.state.in_(STANDING)
    )
    if asked.organisation_id is not None:
        query = query.where(CoSponsorship.organisation_id == asked.organisation_id)
    else:
        query = query.where(
            CoSponsorship.organisation_id.is_(None), CoSponsorship.economy == asked.economy
        )
    return session.scalars(query.order_by(CoSponsorship.id).limit(1)).first()


def _require_other(proposal: ProjectProposal, asked: Asked) -> None:
    if asked.organisation_id == proposal.organisation_id:
        raise Invalid.at("/organisation_id", "The proposing organisation can't co-sponsor itself.")
    if asked.organisation_id is None and asked.economy == proposal.economy:
        raise Invalid.at("/economy", "The proposing economy can't co-sponsor itself.")


def confirm(
    session: Session, found: CoSponsorship, proposal: ProjectProposal, *, taken: Taken
) -> CoSponsorship:
    """They co-sponsor it. Tells CoSponsorConfirmed. Confirming twice is one."""
    return _answer(session, found, proposal, "confirmed", told.CoSponsorConfirmed, taken=taken)


def decline(
    session: Session, found: CoSponsorship, proposal: ProjectProposal, *, taken: Taken
) -> CoSponsorship:
    """They do not. Tells CoSponsorDeclined. Declining twice is one."""
    return _answer(session, found, proposal, "declined", told.CoSponsorDeclined, taken=taken)


def _answer(
    session: Session,
    found: CoSponsorship,
    proposal: ProjectProposal,
    state: str,
    kind: type[told.AboutCoSponsor],
    *,
    taken: Taken,
) -> CoSponsorship:
    lock_proposal(session, proposal)
    session.refresh(found)
    if found.state == state:
        return found
    require_state(found, "invited", to="be answered")
    require_state(proposal, *LIVE, to="be co-sponsored")
    taken.require_past()
    found.answered_on = taken.day(session)
    move(
        session,
        found,
        state,
        actor=taken.actor,
        now=taken.now,
        reason=taken.reason,
        happened_on=taken.happened_on,
    )
    _tell(session, kind, found, proposal, now=taken.now)
    return found


def _tell(
    session: Session,
    kind: type[told.AboutCoSponsor],
    found: CoSponsorship,
    proposal: ProjectProposal,
    *,
    now: datetime,
) -> None:
    state = found.told_as(told_state(session, proposal), names_of_one(session, found))
    tell(session, kind(co_sponsor=state), now=now)


def comment(
    session: Session,
    proposal: ProjectProposal,
    text: str,
    *,
    is_internal: bool,
    author_id: UUID | None,
    now: datetime,
) -> ReviewComment:
    """Say something about it. is_internal: for the reviewers alone."""
    made = ReviewComment(
        id=new_id(),
        proposal_id=proposal.id,
        author_id=author_id,
        text=text,
        is_internal=is_internal,
        made_at=now,
    )
    session.add(made)
    session.flush()
    return made


def set_rules(
    session: Session, host_id: UUID, co_sponsors: int, *, actor: str, now: datetime
) -> ProposalRules:
    """How many co-sponsors must have confirmed before a proposal is submitted to the host."""
    session.get_one(OrganisationCopy, host_id, with_for_update=True)
    rules = session.get(ProposalRules, host_id, populate_existing=True)
    if rules is None:
        rules = ProposalRules(host_id=host_id, version=0, co_sponsors_needed=0)
        session.add(rules)
    if rules.version and rules.co_sponsors_needed == co_sponsors:
        return rules
    before, rules.co_sponsors_needed = rules.co_sponsors_needed, co_sponsors
    rules.version += 1
    step = Transition(
        subject=ProposalRules.__tablename__,
        subject_id=host_id,
        at=now,
        actor=actor,
        before=str(before),
        after=str(co_sponsors),
        reason="",
    )
    session.add(step)
    session.flush()
    return rules
