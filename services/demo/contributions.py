"""A call for contributions to the workshop to come, with what was offered to it so far."""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.demo.accounts import ORGANIZER
from services.demo.workshops import ACTOR
from services.events.actions.judging import decide, write_review
from services.events.actions.naming_reviewers import set_reviewers
from services.events.actions.submitting import set_call, submit
from services.events.model import PersonCopy, Workshop

TEXTS: Final = {
    "en": "We look for practice: what did your economy try to give people **green skills**, and what "
    "came of it?\n\n- Programmes that reach people whom training seldom reaches\n- Numbers, "
    "also those that disappoint\n- What others can take over",
    "zh-Hant": "我們徵求實務經驗：貴經濟體如何培育**綠色技能**，成效如何？\n\n- 觸及少有訓練機會者的計畫\n"
    "- 具體數據，不如預期的也歡迎\n- 其他經濟體可以借鏡之處",
}
CALL: Final[dict[str, Any]] = {
    "is_published": True,
    "texts": TEXTS,
    "topics": [
        {"key": "skills", "labels": {"en": "Skills and training", "zh-Hant": "技能與培訓"}},
        {"key": "finance", "labels": {"en": "Paying for it", "zh-Hant": "經費與補助"}},
        {"key": "inclusion", "labels": {"en": "Just transition", "zh-Hant": "公正轉型"}},
    ],
    "kinds": [
        {"key": "talk", "labels": {"en": "Talk", "zh-Hant": "演講"}, "minutes": 20},
        {"key": "lightning", "labels": {"en": "Short report", "zh-Hant": "短講"}, "minutes": 7},
    ],
    "criteria": [
        {"key": "relevance", "labels": {"en": "Relevance", "zh-Hant": "相關性"}},
        {"key": "evidence", "labels": {"en": "Evidence", "zh-Hant": "具體成效"}},
    ],
    "is_blind": False,
    "takes_file": True,
}
OFFERED: Final[tuple[dict[str, Any], ...]] = (
    {
        "name": "Mara Silva",
        "email": "mara.silva@submitters.example",
        "title": "Solar fitters from the coal valley: eighteen months later",
        "abstract": "Of **212** miners who began, 164 work as fitters now. We show what kept the "
        "others away, and what a place in the course cost.\n\n- Selection\n- Mentors\n- Wages",
        "topic": "inclusion",
        "kind": "talk",
    },
    {
        "name": "Kenji Mori",
        "email": "kenji.mori@submitters.example",
        "title": "A voucher that small companies understand",
        "abstract": "One page, one number, paid in ten days: how a training voucher was redrawn "
        "with the people who fill it in.",
        "topic": "finance",
        "kind": "lightning",
    },
)
SCORES: Final = ({"relevance": 5, "evidence": 4}, {"relevance": 4, "evidence": 3})


def load_contributions(session: Session, workshop: Workshop, *, now: datetime) -> None:
    """Open until a month before the workshop; the organizer reviews it too."""
    values = CALL | {
        "opens_at": now - timedelta(days=1),
        "closes_at": workshop.starts_at - timedelta(days=30),
    }
    call = set_call(session, workshop, values, now=now)
    reviewer = session.scalars(select(PersonCopy.id).where(PersonCopy.email == ORGANIZER)).one()
    set_reviewers(session, call, [reviewer], now=now)
    for each, scores in zip(OFFERED, SCORES, strict=True):
        speaker = {"name": each["name"], "title": "", "affiliation": "", "economy": None}
        offered = each | {"locale": "en", "speakers": [speaker | {"email": None}]}
        made, _ = submit(session, call, offered, person_id=None, actor=ACTOR, now=now)
        write_review(
            session, made, reviewer, scores=scores, comment="", has_conflict=False, now=now
        )
    decide(session, made, "reserve", actor=ACTOR, now=now)
