"""What a trainee needs after the course: stated, with consent, and helped in a promised time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from services.members.actions.noticing import who_look_after
from services.members.actions.recording import lock, move, record, require_state
from services.members.actions.tagging import alliance_above, checked_capabilities
from services.members.model import (
    Affiliation,
    Organisation,
    Person,
    Referral,
    ReferralTerms,
    TalentNeed,
)
from services.members.model.referral import (
    ALLIANCE,
    ALLIANCE_HEARS_AFTER,
    ASSOCIATION,
    CIRCLES,
    CLOSED,
    LIVE,
    MET,
    OPEN,
    WITHDRAWN,
)
from services.members.queries.referrals import days_of
from shared.contracts.members_talent import ReferralNoticed
from shared.days import day_of
from shared.foundation.failures import Invalid
from shared.foundation.ids import new_id
from shared.messaging.outbox import tell

PATH: Final = "/members/needs/{}"


def state_need(
    session: Session,
    person: Person,
    association: Organisation,
    values: Mapping[str, Any],
    *,
    actor: str,
    now: datetime,
) -> TalentNeed:
    """Ask the association for an expert or a technology. Tells ReferralNoticed.

    values: kind, text, language, capability_ids (lineages), sector, shown_to (of CIRCLES).
    Raises Invalid where nobody who could help may see it.
    """
    if association.kind in ("alliance", "company"):
        raise Invalid.at("/organisation_id", "Choose an association.")
    alliance = alliance_above(session, association.id)
    capabilities = checked_capabilities(session, alliance.id, values["capability_ids"])
    if not capabilities and not values["sector"]:
        raise Invalid.at("/capability_ids", "Choose a capability, or say the sector.")
    made = TalentNeed(
        id=new_id(),
        version=1,
        person_id=person.id,
        organisation_id=association.id,
        alliance_id=alliance.id,
        company_id=_company_of(session, person.id, now=now),
        kind=values["kind"],
        state=OPEN,
        text=values["text"],
        language=values["language"],
        capability_ids=capabilities,
        sector=values["sector"],
        shown_to=_circles(values["shown_to"]),
        consented_at=now,
        due_at=now + timedelta(days=days_of(session, association.id, alliance.id)),
        told_late=0,
        created_at=now,
    )
    session.add(made)
    record(session, made, OPEN, before=None, actor=actor, now=now, reason=made.shown_to)
    helper = association.id if ASSOCIATION in made.circles else alliance.id
    notify(session, made, Notice("stated"), [helper], actor=actor, now=now)
    return made


def _circles(shown_to: Sequence[str]) -> str:
    if ASSOCIATION not in shown_to and ALLIANCE not in shown_to:
        raise Invalid.at("/shown_to", "Let the association or the alliance see it, to help you.")
    return " ".join(each for each in CIRCLES if each in shown_to)


def _company_of(session: Session, person_id: UUID, *, now: datetime) -> UUID | None:
    """Where the person works now."""
    query = (
        select(Affiliation.organisation_id)
        .join(Organisation, Organisation.id == Affiliation.organisation_id)
        .where(
            Affiliation.person_id == person_id,
            Affiliation.is_live_on(day_of(session, now)),
            Organisation.kind == "company",
        )
    )
    return session.scalar(query.order_by(Affiliation.id.desc()).limit(1))


def change_consent(
    session: Session, need: TalentNeed, shown_to: Sequence[str], *, actor: str, now: datetime
) -> None:
    """Others see it from now on, or see it no more. The caller has locked it."""
    require_state(need, OPEN, to="be changed")
    circles = _circles(shown_to)
    if circles != need.shown_to:
        need.shown_to, need.consented_at = circles, now
        need.version += 1
        record(session, need, "changed", before=OPEN, actor=actor, now=now, reason=circles)


def withdraw_need(
    session: Session, need: TalentNeed, *, actor: str, now: datetime, reason: str = ""
) -> None:
    """Nothing is needed any more; referrals under way end. The caller has locked it."""
    require_state(need, OPEN, to="be withdrawn")
    move(session, need, WITHDRAWN, actor=actor, now=now, reason=reason)
    for each in live_referrals(session, need.id):
        move(session, each, WITHDRAWN, actor=actor, now=now, reason=reason)


def live_referrals(session: Session, need_id: UUID) -> list[Referral]:
    """Those that are under way, locked."""
    query = select(Referral).where(Referral.need_id == need_id, Referral.state.in_(LIVE))
    return list(session.scalars(query.order_by(Referral.id).with_for_update()))


def set_terms(
    session: Session, organisation: Organisation, days: int, *, actor: str, now: datetime
) -> ReferralTerms:
    """What the alliance promises, or an association for itself, for needs stated from now on."""
    if organisation.kind == "company":
        raise Invalid.at("/organisation_id", "An alliance or an association promises this.")
    lock(session, organisation)
    found = session.get(ReferralTerms, organisation.id)
    if found is None:
        found = ReferralTerms(organisation_id=organisation.id, version=1, days=0)
        session.add(found)
    if found.days != days:
        found.days = days
        found.version += 1
        reason = f"referral_days={days}"
        record(session, organisation, "changed", before=None, actor=actor, now=now, reason=reason)
    return found


def tell_late(session: Session, *, now: datetime, at_once: int) -> int:
    """Remind the association of needs whose promised time is over, and the alliance after a while.

    Answers how many. A need that somebody has met is not late.
    """
    is_met = exists().where(Referral.need_id == TalentNeed.id, Referral.state.in_((MET, CLOSED)))
    told = 0
    steps = (
        (1, "late", now, "organisation_id"),
        (2, "overdue", now - ALLIANCE_HEARS_AFTER, "alliance_id"),
    )
    for level, notice, before, side in steps:
        query = select(TalentNeed).where(
            TalentNeed.state == OPEN,
            TalentNeed.due_at <= before,
            TalentNeed.told_late == level - 1,
            ~is_met,
        )
        query = query.order_by(TalentNeed.id).limit(at_once).with_for_update()
        for need in session.scalars(query).all():
            need.told_late = level
            need.version += 1
            record(session, need, notice, before=OPEN, actor="timer", now=now)
            concerned = [getattr(need, side)]
            notify(session, need, Notice(notice), concerned, actor="timer", now=now)
            told += 1
    return told


@dataclass(frozen=True)
class Notice:
    """What is told. names: of the expert or technology. path: of the referral; "": the need's."""

    kind: str
    names: Mapping[str, str] = field(default_factory=dict)
    path: str = ""
    reason: str = ""


def notify(
    session: Session,
    need: TalentNeed,
    notice: Notice,
    organisations: Sequence[UUID],
    people: Sequence[UUID | None] = (),
    *,
    actor: str,
    now: datetime,
) -> None:
    """Tells ReferralNoticed for the people and who look after the organisations, but the actor.

    An organisation that nobody looks after is told at its own address.
    """
    told, emails = {each for each in people if each is not None}, []
    for organisation_id in organisations:
        theirs = who_look_after(session, organisation_id, now=now)
        told.update(theirs)
        email = session.get_one(Organisation, organisation_id).email
        if not theirs and email:
            emails.append(email)
    told = {each for each in told if str(each) != actor}
    if not told and not emails:
        return
    message = ReferralNoticed(
        need_id=need.id,
        version=need.version,
        notice=notice.kind,
        names=dict(notice.names),
        organisation_id=need.organisation_id,
        organisation_names=dict(session.get_one(Organisation, need.organisation_id).names),
        due_at=need.due_at,
        reason=notice.reason,
        path=notice.path or PATH.format(need.id),
        person_ids=tuple(sorted(told)),
        emails=tuple(emails),
    )
    tell(session, message, now=now)


def forget_needs_of(session: Session, person_id: UUID, *, now: datetime) -> dict[str, int]:
    """What the person needed, and how it ended, is said no more; counts stay."""
    referrals = list(session.scalars(select(Referral).where(Referral.person_id == person_id)))
    for each in referrals:
        each.person_id, each.reason, each.outcome_text = None, "", ""
        if each.state in LIVE:
            move(session, each, WITHDRAWN, actor="command", now=now, reason="erased")
    needs = list(session.scalars(select(TalentNeed).where(TalentNeed.person_id == person_id)))
    for need in needs:
        need.person_id = need.company_id = need.sector = None
        need.text, need.shown_to = "", ""
        if need.state == OPEN:
            move(session, need, WITHDRAWN, actor="command", now=now, reason="erased")
    return {"needs": len(needs), "referrals": len(referrals)}
