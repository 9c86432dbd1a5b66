"""Needs and referrals as an asker may see them: by the trainee's consent, and in no other way.

No operator sees them by being one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from services.members.model import (
    Base,
    CatalogueEntry,
    Person,
    Referral,
    ReferralTerms,
    TalentNeed,
)
from services.members.model.referral import ALLIANCE, ASSOCIATION, PROVIDER, USUAL_DAYS
from services.members.queries.cases import own_places
from services.members.queries.people import named
from services.members.queries.scopes import ancestors_of
from shared.foundation.failures import Forbidden, NotFound
from shared.foundation.identities import Asker
from shared.foundation.languages import Text


@dataclass(frozen=True)
class Sides:
    """Of which sides of a referral somebody is."""

    as_trainee: bool
    as_provider: bool


def speaks_for(asker: Asker, organisation_id: UUID | None) -> bool:
    """Whether a grant of theirs is of this very organisation."""
    return organisation_id is not None and organisation_id in own_places(asker)


def needs_for(asker: Asker) -> Select[TalentNeed]:
    """One's own, and those that one's association or alliance is let see."""
    places = [each for each in own_places(asker) if each is not None]
    return select(TalentNeed).where(
        or_(
            TalentNeed.person_id == asker.person_id,
            and_(TalentNeed.organisation_id.in_(places), TalentNeed.is_shown_to(ASSOCIATION)),
            and_(TalentNeed.alliance_id.in_(places), TalentNeed.is_shown_to(ALLIANCE)),
        )
    )


def get_need(session: Session, need_id: UUID, asker: Asker) -> TalentNeed:
    """The need. Raises NotFound for one that the asker may not see."""
    query = needs_for(asker).where(TalentNeed.id == need_id)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("There is no such need.")
    return found


def get_own_need(session: Session, need_id: UUID, asker: Asker) -> TalentNeed:
    """The need, for the trainee. Raises Forbidden for those who help."""
    found = get_need(session, need_id, asker)
    if found.person_id != asker.person_id:
        raise Forbidden("Only the trainee may do this.")
    return found


def may_help(asker: Asker, need: TalentNeed) -> bool:
    """Whether they offer referrals: of the association or alliance that may see the need."""
    return (ASSOCIATION in need.circles and speaks_for(asker, need.organisation_id)) or (
        ALLIANCE in need.circles and speaks_for(asker, need.alliance_id)
    )


def get_helped_need(session: Session, need_id: UUID, asker: Asker) -> TalentNeed:
    """The need, for those who may offer a referral. Raises Forbidden for the trainee."""
    found = get_need(session, need_id, asker)
    if not may_help(asker, found):
        raise Forbidden("Only the association or the alliance may do this.")
    return found


def referrals_for(asker: Asker) -> Select[Referral]:
    """Of needs that one may see, and to one's own expertise."""
    seen = needs_for(asker).with_only_columns(TalentNeed.id)
    return select(Referral).where(or_(Referral.need_id.in_(seen), _is_provided_by(asker)))


def provided_by(asker: Asker) -> Select[Referral]:
    """Referrals to one's own expertise, or to what one's organisation offers."""
    return select(Referral).where(_is_provided_by(asker))


def _is_provided_by(asker: Asker) -> ColumnElement[bool]:
    places = [each for each in own_places(asker) if each is not None]
    mine = select(CatalogueEntry.id).where(CatalogueEntry.person_id == asker.person_id)
    return or_(Referral.provider_id.in_(places), Referral.entry_id.in_(mine))


def referrals_of(session: Session, need: TalentNeed) -> list[Referral]:
    """Of a need that the asker may see, the newest first."""
    query = select(Referral).where(Referral.need_id == need.id)
    return list(session.scalars(query.order_by(Referral.id.desc())))


def entry_names(session: Session, referrals: Sequence[Referral]) -> dict[UUID, Text]:
    """entry id → names of the expert or technology."""
    ids = {each.entry_id for each in referrals}
    query = select(CatalogueEntry.id, CatalogueEntry.names).where(CatalogueEntry.id.in_(ids))
    return {row.id: row.names for row in session.execute(query)}


def get_referral(session: Session, referral_id: UUID, asker: Asker) -> Referral:
    """The referral. Raises NotFound for one that the asker may not see."""
    query = referrals_for(asker).where(Referral.id == referral_id)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("There is no such referral.")
    return found


def is_trainee(asker: Asker, referral: Referral) -> bool:
    """Whether it is theirs."""
    return referral.person_id is not None and referral.person_id == asker.person_id


def is_provider(session: Session, asker: Asker, referral: Referral) -> bool:
    """Whether they are the expert, or speak for the organisation that offers it."""
    entry = session.get_one(CatalogueEntry, referral.entry_id)
    is_expert = entry.person_id is not None and entry.person_id == asker.person_id
    return is_expert or speaks_for(asker, referral.provider_id)


def days_of(session: Session, *organisation_ids: UUID) -> int:
    """How many days are promised: by the first of them that has set it."""
    terms = (session.get(ReferralTerms, each) for each in organisation_ids)
    return next((each.days for each in terms if each is not None), USUAL_DAYS)


def find_terms(session: Session, organisation_id: UUID) -> ReferralTerms | None:
    """What the organisation itself has set."""
    return session.get(ReferralTerms, organisation_id)


def promised_days(session: Session, organisation_id: UUID) -> int:
    """What holds for the organisation: its own promise, else that of what it belongs to."""
    return days_of(session, organisation_id, *ancestors_of(session, organisation_id))


def get_referral_as_side(
    session: Session, referral_id: UUID, asker: Asker
) -> tuple[Referral, Sides]:
    """The referral, and which sides the asker is of. Raises Forbidden for those of none."""
    found = get_referral(session, referral_id, asker)
    sides = Sides(is_trainee(asker, found), is_provider(session, asker, found))
    if not (sides.as_trainee or sides.as_provider):
        raise Forbidden("Only the trainee or the expert's side may do this.")
    return found, sides


def get_helped_referral(session: Session, referral_id: UUID, asker: Asker) -> Referral:
    """The referral, for the association that helps. Raises Forbidden for others."""
    found = get_referral(session, referral_id, asker)
    if not speaks_for(asker, found.organisation_id):
        raise Forbidden("Only the association may do this.")
    return found


def _plain(row: Base) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}


def whole_needs(session: Session, needs: Sequence[TalentNeed]) -> list[dict[str, Any]]:
    """The needs with the trainees' names, as the API shows them."""
    people = named(session, [each.person_id for each in needs if each.person_id])
    return [
        _plain(each) | {"shown_to": each.circles, "person_name": _name(people, each.person_id)}
        for each in needs
    ]


def whole_referrals(
    session: Session, referrals: Sequence[Referral], asker: Asker
) -> list[dict[str, Any]]:
    """The referrals with what the asker may see of the need, as the API shows them."""
    ids = {each.need_id for each in referrals}
    seen = set(session.scalars(needs_for(asker).where(TalentNeed.id.in_(ids))))
    needs = {n.id: n for n in session.scalars(select(TalentNeed).where(TalentNeed.id.in_(ids)))}
    people = named(session, [each.person_id for each in referrals if each.person_id])
    found = []
    for each in referrals:
        need = needs[each.need_id]
        is_open = need in seen or PROVIDER in need.circles
        shown = {
            "need_text": need.text if is_open else "",
            "person_name": _name(people, each.person_id) if is_open else "",
            "due_at": need.due_at,
        }
        found.append(_plain(each) | shown)
    return found


def _name(people: Mapping[UUID, Person], person_id: UUID | None) -> str:
    person = people.get(person_id) if person_id else None
    return person.name_in(person.locale) if person else ""
