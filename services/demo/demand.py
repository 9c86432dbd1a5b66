"""What the demo's companies demand: a round of each association, and two snapshots of the gap."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.members.actions.answering_demand import accept_answer, answer_demand
from services.members.actions.demanding import close_round, framework_above, open_round
from services.members.actions.inventorying.making import take_inventory
from services.members.model import (
    Capability,
    DemandAnswer,
    DemandRound,
    Membership,
    Organisation,
)
from services.members.model.demand import ASKED
from shared.foundation.ids import new_id

ACTOR: Final = "demo"
TITLES: Final = {"en": "Green talent demand", "zh-Hant": "綠領人才需求調查"}
CODES: Final = ("AW-01", "AW-03", "MG-01", "MG-02", "MG-03", "TE-01", "TE-02", "TE-05")
KINDS: Final = {"awareness": "augmented", "management": "hybrid", "technology": "transformed"}
LEVELS: Final = (("executive", "specialist"), ("manager", "technician"))
RARE: Final = "TE-05"
"""So few ask for it on some levels that it must be hidden there."""
FIRST: Final = 8
COMPANIES: Final = 14
"""Of each association; the first ones before the first snapshot."""
BEGUN: Final = timedelta(days=40)
BETWEEN: Final = timedelta(days=14)


def load_demand(
    session: Session, alliance: Organisation, bodies: Mapping[str, Organisation], *, now: datetime
) -> None:
    """Rounds, answers that were accepted, and the gap before and after the later ones."""
    begun = now - BEGUN
    rounds = [_open(session, body, now=begun) for body in bodies.values()]
    companies = [_companies(session, each) for each in rounds]
    for start, end, moment in ((0, FIRST, now - BETWEEN), (FIRST, COMPANIES, now)):
        for place, (found, theirs) in enumerate(zip(rounds, companies, strict=True)):
            for number, company in enumerate(theirs[start:end], start):
                _answer(session, found, company, place, number, now=begun)
        take_inventory(session, alliance, actor=ACTOR, now=moment)
    for found in rounds:
        close_round(session, found, actor=ACTOR, now=now)


def _open(session: Session, body: Organisation, *, now: datetime) -> DemandRound:
    values: dict[str, Any] = {
        "titles": TITLES,
        "texts": {},
        "capability_ids": [each.id for each in _capabilities(session, body)],
        "quarters": 4,
        "closes_at": now + 2 * BEGUN,
        "reminder_days": [],
    }
    made = open_round(session, body, values, actor=ACTOR, now=now)
    # The others of its many companies are not asked.
    made.is_asked = True
    return made


def _capabilities(session: Session, body: Organisation) -> Sequence[Capability]:
    framework = framework_above(session, body.id)
    query = select(Capability).where(Capability.code.in_(CODES))
    if framework is not None:
        query = query.where(Capability.framework_id == framework.id)
    return list(session.scalars(query.order_by(Capability.code)))


def _companies(session: Session, found: DemandRound) -> list[UUID]:
    """Some that belong to this association alone."""
    hosts = select(Membership.member_id).where(Membership.host_id != found.organisation_id)
    query = select(Membership.member_id).where(
        Membership.host_id == found.organisation_id, Membership.member_id.not_in(hosts)
    )
    return list(session.scalars(query.order_by(Membership.member_id).limit(COMPANIES)))


def _answer(
    session: Session,
    found: DemandRound,
    company: UUID,
    place: int,
    number: int,
    *,
    now: datetime,
) -> None:
    answer = DemandAnswer(
        id=new_id(),
        version=1,
        round_id=found.id,
        organisation_id=found.organisation_id,
        company_id=company,
        state=ASKED,
        reason="",
        reminded=None,
        asked_at=now,
        answered_at=None,
    )
    session.add(answer)
    session.flush()
    capabilities = [session.get_one(Capability, UUID(each)) for each in found.capability_ids]
    lines = [
        {
            "capability_id": capability.id,
            "staff_level": level,
            "job_kind": KINDS[capability.root],
            "quarter": 1 + min(at % 5, 3),
            "headcount": 2 + (5 * at + 3 * depth) % 8 + place % 3 + number % 2,
        }
        for at, capability in enumerate(capabilities)
        for depth, level in enumerate(_levels(capability.code, place, number), number % 2)
    ]
    answer_demand(session, answer, lines, actor=ACTOR, now=now)
    accept_answer(session, answer, actor=ACTOR, now=now)


def _levels(code: str, place: int, number: int) -> Sequence[str]:
    if code == RARE:
        return ("executive", "specialist") if place == number == 0 else LEVELS[1]
    return LEVELS[number % 2]
