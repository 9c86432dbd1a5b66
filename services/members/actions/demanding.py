"""Rounds of demand: opened by an association, asked of its companies in batches, closed in time."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import exists, insert, or_, select
from sqlalchemy.orm import Session

from services.members.actions.recording import lock, record
from services.members.model import (
    Capability,
    CapabilityFramework,
    DemandAnswer,
    DemandRound,
    Membership,
    Organisation,
)
from services.members.model.demand import ASKED, CLOSED, OPEN, RETURNED
from services.members.model.membership import ACTIVE
from services.members.model.zones import zone_of
from services.members.queries.capabilities import latest_published
from services.members.queries.scopes import ancestors_of
from shared.contracts.members_talent import DemandAnswerAsked
from shared.days import zone_of_days
from shared.foundation.failures import Conflict, Invalid
from shared.foundation.identities import LINK_PREFIX
from shared.foundation.ids import new_id
from shared.foundation.languages import ENGLISH, TRADITIONAL_CHINESE
from shared.foundation.reminders import due_reminder, reminder_at
from shared.messaging.outbox import tell_all

AT_ONCE: Final = 500
READ_CHINESE: Final = {"TW", "HK", "MO"}
KIND_OF_LINK: Final = f"{LINK_PREFIX}d_"


def link_token(key: str, answer_id: UUID) -> str:
    """The bearer for one answer. key: the service's secret."""
    made = hmac.new(key.encode(), f"demand answer {answer_id}".encode(), hashlib.sha256)
    return f"{KIND_OF_LINK}{answer_id.hex}{made.hexdigest()[:40]}"


def answer_of_link(key: str, token: str) -> UUID | None:
    """Which answer the token is for; None for one that is not ours."""
    try:
        answer_id = UUID(token.removeprefix(KIND_OF_LINK)[:32])
    except ValueError:
        return None
    is_ours = hmac.compare_digest(link_token(key, answer_id).encode(), token.encode())
    return answer_id if is_ours else None


def framework_above(session: Session, organisation_id: UUID) -> CapabilityFramework | None:
    """The published edition of the alliance that the organisation belongs to."""
    found = (latest_published(session, each) for each in ancestors_of(session, organisation_id))
    return min(filter(None, found), key=lambda each: each.id, default=None)


def open_round(
    session: Session,
    association: Organisation,
    values: Mapping[str, Any],
    *,
    actor: str,
    now: datetime,
) -> DemandRound:
    """Ask the association's companies from now on; the timer mails them, batch by batch.

    values: titles, texts, capability_ids, quarters, closes_at, reminder_days.
    """
    framework = framework_above(session, association.id)
    if framework is None:
        raise Conflict("Its alliance has not published a capability framework yet.")
    if values["closes_at"] <= now:
        raise Invalid.at("/closes_at", "The deadline is over already.")
    own = select(Capability.id).where(Capability.framework_id == framework.id)
    known, asked = set(session.scalars(own)), values["capability_ids"]
    for at, each in enumerate(asked):
        if each not in known:
            raise Invalid.at(f"/capability_ids/{at}", "It is not of the edition that holds now.")
    made = DemandRound(
        id=new_id(),
        version=1,
        organisation_id=association.id,
        framework_id=framework.id,
        state=OPEN,
        titles=values["titles"],
        texts=values["texts"],
        capability_ids=[str(each) for each in dict.fromkeys(asked)],
        quarters=values["quarters"],
        closes_at=values["closes_at"],
        time_zone=zone_of(association.economy, zone_of_days(session)),
        reminder_days=sorted(set(values["reminder_days"]), reverse=True),
        is_asked=False,
        created_at=now,
    )
    session.add(made)
    session.flush()
    record(session, made, OPEN, before=None, actor=actor, now=now)
    return made


def close_round(
    session: Session, found: DemandRound, *, actor: str, now: datetime, reason: str = ""
) -> None:
    """Nobody answers it any more. The caller has locked it; twice is once."""
    if found.state == OPEN:
        found.state = CLOSED
        found.version += 1
        record(session, found, CLOSED, before=OPEN, actor=actor, now=now, reason=reason)


def ask_next(session: Session, found: DemandRound, *, key: str, now: datetime) -> int:
    """Ask the next companies, which are told by mail where they have an address. How many."""
    lock(session, found)
    if found.is_asked or found.state != OPEN:
        return 0
    has_answer = exists().where(
        DemandAnswer.round_id == found.id, DemandAnswer.company_id == Organisation.id
    )
    query = (
        select(Organisation)
        .join(Membership, Membership.member_id == Organisation.id)
        .where(
            Membership.host_id == found.organisation_id,
            Membership.state.in_(ACTIVE),
            Organisation.kind == "company",
            Organisation.withdrawn_at.is_(None),
            ~has_answer,
        )
        .distinct()
        .order_by(Organisation.id)
        .limit(AT_ONCE)
    )
    companies = list(session.scalars(query))
    rows = [_row(found, each, now=now) for each in companies]
    if rows:
        session.execute(insert(DemandAnswer), rows)
        pairs = zip((UUID(str(row["id"])) for row in rows), companies, strict=True)
        asked = [(id_, 1, company) for id_, company in pairs]
        _tell(session, found, asked, kind=ASKED, key=key, now=now)
    found.is_asked = len(companies) < AT_ONCE
    return len(companies)


def _row(found: DemandRound, company: Organisation, *, now: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "version": 1,
        "round_id": found.id,
        "organisation_id": found.organisation_id,
        "company_id": company.id,
        "state": ASKED,
        "reason": "",
        "reminded": None,
        "asked_at": now,
        "answered_at": None,
    }


def remind_next(session: Session, found: DemandRound, *, key: str, now: datetime) -> int:
    """Remind the next companies that owe an answer, once for each day that was chosen."""
    lock(session, found)
    days: Sequence[int] = found.reminder_days
    due = due_reminder(found.closes_at, days, found.time_zone, now=now)
    if due is None or found.state != OPEN:
        return 0
    query = (
        select(DemandAnswer, Organisation)
        .join(Organisation, Organisation.id == DemandAnswer.company_id)
        .where(
            DemandAnswer.round_id == found.id,
            DemandAnswer.state.in_((ASKED, RETURNED)),
            DemandAnswer.asked_at < reminder_at(found.closes_at, due, found.time_zone),
            or_(DemandAnswer.reminded.is_(None), DemandAnswer.reminded > due),
        )
        .order_by(DemandAnswer.id)
        .limit(AT_ONCE)
    )
    rows = session.execute(query).all()
    asked = []
    for answer, company in rows:
        answer.reminded = due
        answer.version += 1
        asked.append((answer.id, answer.version, company))
    _tell(session, found, asked, kind="reminder", key=key, now=now)
    return len(rows)


def tell_returned(session: Session, answer: DemandAnswer, *, key: str, now: datetime) -> None:
    """Mail the company why its answer came back, with its link."""
    found = session.get_one(DemandRound, answer.round_id)
    company = session.get_one(Organisation, answer.company_id)
    asked = [(answer.id, answer.version, company)]
    _tell(session, found, asked, kind=RETURNED, key=key, now=now, reason=answer.reason)


def _tell(
    session: Session,
    found: DemandRound,
    asked: Iterable[tuple[UUID, int, Organisation]],
    *,
    kind: str,
    key: str,
    now: datetime,
    reason: str = "",
) -> None:
    """Tells DemandAnswerAsked of each company that has an address."""
    names = dict(session.get_one(Organisation, found.organisation_id).names)
    messages = [
        DemandAnswerAsked(
            answer_id=answer_id,
            version=version,
            round_id=found.id,
            organisation_id=found.organisation_id,
            organisation_names=names,
            company_id=company.id,
            company_names=dict(company.names),
            email=company.email,
            locale=TRADITIONAL_CHINESE if company.economy in READ_CHINESE else ENGLISH,
            titles=dict(found.titles),
            closes_at=found.closes_at,
            time_zone=found.time_zone,
            kind=kind,
            reason=reason,
            link_token=link_token(key, answer_id),
        )
        for answer_id, version, company in asked
        if company.email
    ]
    tell_all(session, messages, now=now)
