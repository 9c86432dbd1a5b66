"""Cases as an asker may see them.

Published ones are everybody's. Before, the company and its association see them; the alliance
does from the association's endorsement on.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, or_, select, true
from sqlalchemy.orm import Session

from services.members.model import Case, CaseAttachment, CaseFollower, Organisation
from services.members.model.case import PUBLISHED
from services.members.model.tags import capability_tag, has_tag, sector_tag
from services.members.queries.demand import speaks_for
from services.members.queries.scopes import MANAGERS, is_below
from services.members.queries.searching import holds_word
from shared.foundation.failures import Forbidden, NotFound
from shared.foundation.identities import Asker
from shared.foundation.names import fold, words_of

MOST_ALIKE = 50


def own_places(asker: Asker) -> list[UUID | None]:
    """The very organisations that the asker speaks for; None is among them: all."""
    grants = asker.identity.places(*MANAGERS) if asker.identity else []
    return [each.organisation_id for each in grants]


def cases_for(asker: Asker) -> Select[Case]:
    """What is published, and of one's own what is not."""
    places = own_places(asker)
    if None in places:
        return select(Case)
    own = or_(
        Case.organisation_id.in_(places),
        Case.association_id.in_(places),
        and_(Case.alliance_id.in_(places), Case.endorsed_at.is_not(None)),
    )
    is_public = Case.state == PUBLISHED
    return select(Case).where(or_(is_public, own) if places else is_public)


def own_cases(asker: Asker) -> Select[Case]:
    """Those of one's own companies, association or alliance, whatever their state."""
    places = own_places(asker)
    if None in places:
        return select(Case).where(true())
    concerned = (Case.organisation_id, Case.association_id, Case.alliance_id)
    return cases_for(asker).where(or_(*(each.in_(places) for each in concerned)))


def cases_where(
    query: Select[Case],
    *,
    words: str = "",
    capability_id: UUID | None = None,
    sector: str = "",
    state: str = "",
    organisation_id: UUID | None = None,
) -> Select[Case]:
    """Of the cases, those that hold every word and have the tags.

    organisation_id: the company that wrote it, its association or alliance.
    """
    query = query.where(*(holds_word(Case.search_key, each) for each in words_of(words)))
    if capability_id is not None:
        query = query.where(has_tag(Case.tags, capability_tag(capability_id)))
    if sector:
        query = query.where(has_tag(Case.tags, sector_tag(sector)))
    if state:
        query = query.where(Case.state == state)
    if organisation_id is not None:
        concerned = (Case.organisation_id, Case.association_id, Case.alliance_id)
        query = query.where(or_(*(each == organisation_id for each in concerned)))
    return query


def get_case(session: Session, case_id: UUID, asker: Asker) -> Case:
    """The case. Raises NotFound for one that the asker may not see."""
    found = session.scalars(cases_for(asker).where(Case.id == case_id)).one_or_none()
    if found is None:
        raise NotFound("There is no such case.")
    return found


def may_write(asker: Asker, case: Case) -> bool:
    """The company's own, and its association on its behalf."""
    return speaks_for(asker, case.organisation_id) or speaks_for(asker, case.association_id)


def is_concerned(asker: Asker, case: Case) -> bool:
    """Whether they write, review or publish it."""
    return may_write(asker, case) or speaks_for(asker, case.alliance_id)


def may_take(asker: Asker, case: Case, step: str) -> bool:
    """Who takes a step: the writers, the association, or the alliance."""
    if step in ("publish", "decline"):
        return speaks_for(asker, case.alliance_id)
    if step == "endorse":
        return speaks_for(asker, case.association_id)
    if step == "return":
        reviewer = case.association_id if case.endorsed_at is None else case.alliance_id
        return speaks_for(asker, reviewer)
    if step == "withdraw" and case.state == PUBLISHED and speaks_for(asker, case.alliance_id):
        return True
    return may_write(asker, case)


def get_case_for(session: Session, case_id: UUID, asker: Asker, step: str) -> Case:
    """The case, for whoever may take the step (`change` too). Raises Forbidden for others."""
    found = get_case(session, case_id, asker)
    if not may_take(asker, found, step):
        raise Forbidden("This is for others to do: see who reviews and publishes this case.")
    return found


def get_attachment(
    session: Session, attachment_id: UUID, asker: Asker
) -> tuple[CaseAttachment, Case]:
    """The file of a case that the asker may see. Raises NotFound."""
    found = session.get(CaseAttachment, attachment_id)
    if found is None:
        raise NotFound("There is no such file.")
    return found, get_case(session, found.case_id, asker)


def attachments_of(session: Session, case_ids: Sequence[UUID]) -> dict[UUID, list[CaseAttachment]]:
    """case id → its files; all of the ids are keys."""
    found: dict[UUID, list[CaseAttachment]] = {each: [] for each in case_ids}
    query = select(CaseAttachment).where(CaseAttachment.case_id.in_(case_ids))
    for each in session.scalars(query.order_by(CaseAttachment.id)):
        found[each.case_id].append(each)
    return found


def followers_of(session: Session, case_ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """case id → the companies that followed, as they were named; all of the ids are keys."""
    found: dict[UUID, list[UUID]] = {each: [] for each in case_ids}
    query = select(CaseFollower).where(CaseFollower.case_id.in_(case_ids))
    for each in session.scalars(query.order_by(CaseFollower.id)):
        found[each.case_id].append(each.company_id)
    return found


def sectors_of_cases(session: Session) -> list[str]:
    """Sectors that published cases are tagged with."""
    lists = session.scalars(select(Case.sectors).where(Case.state == PUBLISHED))
    return sorted({each for sectors in lists for each in sectors})


def companies_named(session: Session, alliance_id: UUID, name: str) -> list[Organisation]:
    """Companies of the alliance whose name this is, in any language."""
    query = select(Organisation).where(
        Organisation.kind == "company",
        Organisation.withdrawn_at.is_(None),
        is_below(Organisation.id, alliance_id),
        *(holds_word(Organisation.search_key, each) for each in words_of(name)),
    )
    rows = session.scalars(query.order_by(Organisation.id).limit(MOST_ALIKE))
    return [each for each in rows if fold(name) in map(fold, each.names.values())]


def whole(session: Session, cases: Sequence[Case]) -> list[dict[str, Any]]:
    """The cases with who followed and their files, as the API shows them."""
    ids = [each.id for each in cases]
    followers, files = followers_of(session, ids), attachments_of(session, ids)
    return [
        {column.key: getattr(each, column.key) for column in Case.__table__.columns}
        | {"follower_ids": followers[each.id], "attachments": files[each.id]}
        for each in cases
    ]
