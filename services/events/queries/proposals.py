"""Project proposals as an asker may see them.

Their people are the proposer (organizers and focal points of the proposing organisation), the
reviewers (organizers of the host, from the submission on), the project overseer, and focal
points of those who are asked to co-sponsor. For all others a proposal does not exist.
"""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from services.events.model import (
    CoSponsorship,
    MembershipCopy,
    OrganisationCopy,
    PersonCopy,
    ProjectProposal,
    ProposalRules,
    ReviewComment,
)
from services.events.model.link import find_link
from services.events.queries.copies import names_of
from services.events.queries.scopes import ORGANIZERS, TREE, may_organize, may_speak_for, within
from shared.foundation.economies import economy_names
from shared.foundation.failures import Forbidden, NotFound
from shared.foundation.identities import Asker, Role
from shared.foundation.languages import Text

PROPOSERS = (*ORGANIZERS, Role.FOCAL_POINT)


def may_propose(session: Session, asker: Asker, organisation_id: UUID) -> bool:
    """Whether the asker writes proposals for the organisation."""
    is_organizer = may_organize(session, asker, organisation_id)
    return is_organizer or may_speak_for(session, asker, organisation_id)


def may_write(session: Session, proposal: ProjectProposal, asker: Asker) -> bool:
    """Whether the asker is the proposer."""
    return may_propose(session, asker, proposal.organisation_id)


def may_review(session: Session, proposal: ProjectProposal, asker: Asker) -> bool:
    """Whether the asker is a reviewer: drafts are the proposer's alone."""
    return proposal.state != "draft" and may_organize(session, asker, proposal.host_id)


def is_insider(session: Session, proposal: ProjectProposal, asker: Asker) -> bool:
    """Whether the asker is the proposer, a reviewer or the project overseer."""
    if may_write(session, proposal, asker) or may_review(session, proposal, asker):
        return True
    return asker.person_id is not None and asker.person_id == proposal.overseer_id


def _own_co_sponsorships(asker: Asker) -> ColumnElement[bool]:
    """Those of the asker's organisations, and of an economy whose agency at the host they speak
    for."""
    own, proposal = aliased(OrganisationCopy), aliased(ProjectProposal)
    agency = (
        select(own.id)
        .join(MembershipCopy, MembershipCopy.member_id == own.id)
        .join(proposal, proposal.host_id == MembershipCopy.host_id)
        .where(
            proposal.id == CoSponsorship.proposal_id,
            own.economy == CoSponsorship.economy,
            own.kind == "agency",
            MembershipCopy.is_active,
            within(own.id, asker, Role.FOCAL_POINT),
        )
        .correlate(CoSponsorship)
    )
    return or_(
        within(CoSponsorship.organisation_id, asker, Role.FOCAL_POINT),
        and_(CoSponsorship.organisation_id.is_(None), agency.exists()),
    )


def proposals_for(asker: Asker) -> Select[ProjectProposal]:
    """The proposals that the asker may see."""
    asked = select(CoSponsorship.proposal_id).where(_own_co_sponsorships(asker))
    before_host = and_(
        ProjectProposal.state != "draft", within(ProjectProposal.host_id, asker, *ORGANIZERS)
    )
    overseen = ProjectProposal.overseer_id == asker.person_id if asker.person_id else false()
    mine = within(ProjectProposal.organisation_id, asker, *PROPOSERS)
    return select(ProjectProposal).where(
        or_(mine, before_host, overseen, ProjectProposal.id.in_(asked))
    )


def get_proposal(session: Session, proposal_id: UUID, asker: Asker) -> ProjectProposal:
    """The proposal, for its people. Raises NotFound."""
    found = session.get(ProjectProposal, proposal_id)
    if found is not None and _may_see(session, found, asker):
        return found
    raise NotFound("There is no such project proposal.")


def _may_see(session: Session, proposal: ProjectProposal, asker: Asker) -> bool:
    link = find_link(asker.link)
    if link is not None:
        asked = session.get(CoSponsorship, link.id)
        return (
            asked is not None
            and asked.proposal_id == proposal.id
            and link.opens("co_sponsorship", asked.id, asked.secret)
        )
    if is_insider(session, proposal, asker):
        return True
    own = select(CoSponsorship.id).where(
        CoSponsorship.proposal_id == proposal.id, _own_co_sponsorships(asker)
    )
    return session.scalars(own.limit(1)).first() is not None


def get_written(session: Session, proposal_id: UUID, asker: Asker) -> ProjectProposal:
    """The proposal, for the proposer. Raises NotFound, or Forbidden where it is seen."""
    found = get_proposal(session, proposal_id, asker)
    if not may_write(session, found, asker):
        raise Forbidden("Only the proposing organisation can do this.")
    return found


def get_reviewed(session: Session, proposal_id: UUID, asker: Asker) -> ProjectProposal:
    """The proposal, for the reviewers. Raises NotFound, or Forbidden where it is seen."""
    found = get_proposal(session, proposal_id, asker)
    if not may_organize(session, asker, found.host_id):
        raise Forbidden("Only the organizers of the host can do this.")
    return found


def get_discussed(session: Session, proposal_id: UUID, asker: Asker) -> ProjectProposal:
    """The proposal, for its insiders. Raises NotFound, or Forbidden where it is seen."""
    found = get_proposal(session, proposal_id, asker)
    if not is_insider(session, found, asker):
        raise Forbidden("Only the proposer, the project overseer and the reviewers can do this.")
    return found


def co_sponsors_of(
    session: Session, proposal: ProjectProposal, asker: Asker
) -> Select[CoSponsorship]:
    """All of the proposal's for its insiders; their own for those who are asked."""
    query = select(CoSponsorship).where(CoSponsorship.proposal_id == proposal.id)
    if is_insider(session, proposal, asker):
        return query
    return query.where(_own_co_sponsorships(asker))


def open_co_sponsorships(asker: Asker) -> Select[CoSponsorship]:
    """Those that wait for an answer of the asker's organisations."""
    return select(CoSponsorship).where(
        CoSponsorship.state == "invited", _own_co_sponsorships(asker)
    )


def get_co_sponsorship(
    session: Session, co_sponsorship_id: UUID, asker: Asker
) -> tuple[CoSponsorship, ProjectProposal]:
    """For those who are asked, by link too, and the proposal's insiders. Raises NotFound."""
    found = session.get(CoSponsorship, co_sponsorship_id)
    if found is not None:
        proposal = session.get_one(ProjectProposal, found.proposal_id)
        if is_asked(session, found, asker) or is_insider(session, proposal, asker):
            return found, proposal
    raise NotFound("There is no such co-sponsorship.")


def is_asked(session: Session, found: CoSponsorship, asker: Asker) -> bool:
    """Whether the asker speaks for those who are asked: by link, or as a focal point."""
    link = find_link(asker.link)
    if link is not None:
        return link.opens("co_sponsorship", found.id, found.secret)
    if found.organisation_id is not None:
        return may_speak_for(session, asker, found.organisation_id)
    own = select(CoSponsorship.id).where(CoSponsorship.id == found.id, _own_co_sponsorships(asker))
    return session.scalars(own).first() is not None


def get_answerable(
    session: Session, co_sponsorship_id: UUID, asker: Asker
) -> tuple[CoSponsorship, ProjectProposal]:
    """For those who are asked, and for the host's organizers, who enter answers on paper.

    Raises NotFound, or Forbidden for the proposer, who can't answer for others.
    """
    found, proposal = get_co_sponsorship(session, co_sponsorship_id, asker)
    if not is_asked(session, found, asker) and not may_organize(session, asker, proposal.host_id):
        raise Forbidden("Only the co-sponsor, or the organizers of the host, can answer.")
    return found, proposal


def confirmed_count(session: Session, proposal_id: UUID) -> int:
    """How many co-sponsors have confirmed."""
    query = select(func.count()).where(
        CoSponsorship.proposal_id == proposal_id, CoSponsorship.state == "confirmed"
    )
    return session.scalar(query) or 0


def co_sponsors_needed(session: Session, host_id: UUID) -> int:
    """How many must have confirmed before a proposal is submitted to the host."""
    found = session.get(ProposalRules, host_id)
    return found.co_sponsors_needed if found else 0


def co_sponsor_names(session: Session, rows: Sequence[CoSponsorship]) -> dict[UUID, Text]:
    """co-sponsorship id → the organisation's names, or else the economy's."""
    names = names_of(session, {row.organisation_id for row in rows if row.organisation_id})
    return {row.id: _names(row, names) for row in rows}


def _names(row: CoSponsorship, names: Mapping[UUID, Text]) -> Text:
    known = names.get(row.organisation_id) if row.organisation_id else None
    return known or (economy_names(row.economy) if row.economy else {})


def names_of_one(session: Session, found: CoSponsorship) -> Text:
    """As `co_sponsor_names`, of one."""
    return co_sponsor_names(session, [found])[found.id]


def comments_of(session: Session, proposal: ProjectProposal, asker: Asker) -> Select[ReviewComment]:
    """The proposal's comments; the internal ones for reviewers alone."""
    query = select(ReviewComment).where(ReviewComment.proposal_id == proposal.id)
    if may_review(session, proposal, asker):
        return query
    return query.where(ReviewComment.is_internal.is_(False))


def names_of_people(
    session: Session, ids: Iterable[UUID | None], *, language: str
) -> dict[UUID, str]:
    """person id → name, of those who are known and not erased."""
    wanted = {each for each in ids if each is not None}
    query = select(PersonCopy).where(PersonCopy.id.in_(wanted), PersonCopy.is_erased.is_(False))
    return {each.id: each.name_in(language) for each in session.scalars(query)}


def members_of(host_id: UUID) -> Select[OrganisationCopy]:
    """The organisations below the host, companies left out."""
    return select(OrganisationCopy).where(
        TREE.is_below(OrganisationCopy.id, host_id), OrganisationCopy.kind != "company"
    )


def proposing_organisations(
    session: Session, asker: Asker, *, limit: int = 200
) -> list[OrganisationCopy]:
    """Those that the asker may propose for, companies left out."""
    query = select(OrganisationCopy).where(
        within(OrganisationCopy.id, asker, *PROPOSERS), OrganisationCopy.kind != "company"
    )
    return list(session.scalars(query.limit(limit)))
