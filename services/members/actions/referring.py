"""A referral: offered, accepted by both sides, met, closed with an outcome, told as a case."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from services.members.actions.failures import AlreadyThere, WrongState
from services.members.actions.needing import Notice, live_referrals, notify
from services.members.actions.recording import lock, move, record, require_state
from services.members.actions.writing_cases import write_case
from services.members.model import (
    Capability,
    Case,
    CatalogueEntry,
    Organisation,
    Referral,
    TalentNeed,
)
from services.members.model.catalogue import ACTIVE
from services.members.model.referral import (
    ACCEPTED,
    CLOSED,
    DECLINED,
    GOOD,
    MET,
    OFFERED,
    OPEN,
    WITHDRAWN,
)
from services.members.queries.capabilities import current_capabilities
from services.members.queries.catalogue import loads_of
from services.members.queries.matching import matches_of
from services.members.queries.referrals import Sides
from shared.foundation.failures import Conflict, Invalid
from shared.foundation.ids import new_id

PATH: Final = "/members/referrals/{}"


def offer_referral(
    session: Session, need: TalentNeed, entry: CatalogueEntry, *, actor: str, now: datetime
) -> Referral:
    """Offer the trainee an entry that fits. The caller has locked the need.

    Raises Conflict while the entry takes no more, AlreadyThere while it is offered already.
    """
    require_state(need, OPEN, to="be helped")
    lock(session, entry)
    if entry.alliance_id != need.alliance_id or entry.kind != need.kind or entry.state != ACTIVE:
        raise Invalid.at("/entry_id", "It is not offered for this need.")
    if any(each.entry_id == entry.id for each in live_referrals(session, need.id)):
        raise AlreadyThere("There is such a referral already.")
    if loads_of(session, [entry.id])[entry.id] >= entry.most_at_once:
        raise Conflict("It takes no more referrals now.")
    match = next((each for each in matches_of(session, need) if each.entry.id == entry.id), None)
    made = Referral(
        id=new_id(),
        version=1,
        need_id=need.id,
        entry_id=entry.id,
        person_id=need.person_id,
        organisation_id=need.organisation_id,
        alliance_id=need.alliance_id,
        provider_id=entry.organisation_id,
        case_id=None,
        state=OFFERED,
        reasons=dict(match.reasons) if match else {},
        reason="",
        outcome=None,
        outcome_text="",
        offered_at=now,
        trainee_accepted_at=None,
        provider_accepted_at=None,
        met_at=None,
        closed_at=None,
    )
    session.add(made)
    session.flush()
    record(session, made, OFFERED, before=None, actor=actor, now=now)
    _notify(session, made, OFFERED, actor=actor, now=now)
    return made


def accept_referral(
    session: Session,
    found: Referral,
    *,
    sides: Sides,
    actor: str,
    now: datetime,
) -> None:
    """One side says yes; when both have, it is accepted. The caller has locked it."""
    require_state(found, OFFERED, to="be accepted")
    if sides.as_trainee:
        found.trainee_accepted_at = found.trainee_accepted_at or now
    if sides.as_provider:
        found.provider_accepted_at = found.provider_accepted_at or now
    if found.trainee_accepted_at and found.provider_accepted_at:
        move(session, found, ACCEPTED, actor=actor, now=now)
        _notify(session, found, ACCEPTED, actor=actor, now=now)
        return
    side = "the trainee agrees" if found.trainee_accepted_at else "the expert agrees"
    found.version += 1
    record(session, found, side, before=OFFERED, actor=actor, now=now)


def decline_referral(
    session: Session, found: Referral, *, actor: str, now: datetime, reason: str = ""
) -> None:
    """One side says no; another may be offered. The caller has locked it."""
    require_state(found, OFFERED, ACCEPTED, to="be declined")
    found.reason = reason
    move(session, found, DECLINED, actor=actor, now=now, reason=reason)
    _notify(session, found, DECLINED, actor=actor, now=now, reason=reason)


def meet(session: Session, found: Referral, *, actor: str, now: datetime, reason: str = "") -> None:
    """They have met: what was promised is kept. The caller has locked it."""
    require_state(found, ACCEPTED, to="be met")
    found.met_at = now
    move(session, found, MET, actor=actor, now=now, reason=reason)
    _notify(session, found, MET, actor=actor, now=now)


def close_referral(
    session: Session, found: Referral, outcome: str, text: str, *, actor: str, now: datetime
) -> None:
    """Record what came of it; a good outcome closes the need too.

    Locks the need before the referral, as withdrawing the need does.
    """
    need = session.get_one(TalentNeed, found.need_id)
    for each in (need, found):
        lock(session, each)
    require_state(found, MET, to="be closed")
    found.outcome, found.outcome_text, found.closed_at = outcome, text, now
    move(session, found, CLOSED, actor=actor, now=now, reason=outcome)
    if outcome in GOOD and need.state == OPEN:
        move(session, need, CLOSED, actor=actor, now=now, reason=outcome)
        for other in live_referrals(session, need.id):
            move(session, other, WITHDRAWN, actor=actor, now=now)
    _notify(session, found, CLOSED, actor=actor, now=now)


def draft_case_of(session: Session, found: Referral, *, actor: str, now: datetime) -> Case:
    """Start a case of what came of it, for the trainee's company; asked twice it is one.

    What the trainee wrote of their need is not in it. The caller has locked it.
    Raises WrongState without a good outcome, Conflict where the trainee works for no company.
    """
    if found.case_id is not None:
        return session.get_one(Case, found.case_id)
    if found.state != CLOSED or found.outcome not in GOOD:
        raise WrongState("A case is drafted of a referral that came to a good end.")
    need = session.get_one(TalentNeed, found.need_id)
    if need.company_id is None:
        raise Conflict("The trainee works for no company, so there is none to write the case.")
    entry = session.get_one(CatalogueEntry, found.entry_id)
    lineages = [UUID(each) for each in need.capability_ids if each in entry.capability_ids]
    values = {
        "titles": dict(entry.names),
        "summaries": {need.language: found.outcome_text} if found.outcome_text else {},
        "capability_ids": _current(session, need.alliance_id, lineages),
        "sectors": [need.sector] if need.sector else [],
    }
    company = session.get_one(Organisation, need.company_id)
    association = session.get_one(Organisation, need.organisation_id)
    made = write_case(session, company, association, values, actor=actor, now=now)
    found.case_id = made.id
    found.version += 1
    return made


def _current(session: Session, alliance_id: UUID, lineages: list[UUID]) -> list[UUID]:
    """Those that the edition that holds now still has."""
    query = current_capabilities(alliance_id).with_only_columns(Capability.lineage_id)
    known = set(session.scalars(query))
    return [each for each in lineages if each in known]


def _notify(
    session: Session, found: Referral, notice: str, *, actor: str, now: datetime, reason: str = ""
) -> None:
    """The trainee, the expert's side and the association, but whoever did it."""
    need = session.get_one(TalentNeed, found.need_id)
    entry = session.get_one(CatalogueEntry, found.entry_id)
    organisations = [found.organisation_id]
    people = [found.person_id, entry.person_id]
    if entry.person_id is None:
        organisations.append(found.provider_id)
    told = Notice(notice, entry.names, PATH.format(found.id), reason)
    organisations = list(dict.fromkeys(organisations))
    notify(session, need, told, organisations, people, actor=actor, now=now)
