"""Forgetting a person who has certificates: counts stay, and nobody can look them up any more."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from services.events.model import Certificate, SurveyAnswer, TestScore
from services.events.model.erased import ERASED
from shared.messaging.forgetting import Forgotten


def forget_in_certificates(
    session: Session, who: Forgotten, registration_ids: Sequence[UUID]
) -> dict[str, int]:
    """Blank the certificates, scores and named answers of these registrations, and reasons.


    Kind → how many were blanked.
    """
    mine = or_(
        Certificate.registration_id.in_(registration_ids),
        Certificate.person_id == who.person_id,
    )
    count = session.scalar(select(func.count()).where(mine)) or 0
    blank: dict[str, Any] = {
        "name": ERASED,
        "person_id": None,
        "state": ERASED,
        "score": None,
    }
    blank |= {"hours": 0, "reason": ""}
    session.execute(update(Certificate).where(mine).values(blank))
    spoken_of = who.is_in(Certificate.reason)
    session.execute(update(Certificate).where(spoken_of).values(reason=ERASED))
    session.execute(delete(TestScore).where(TestScore.registration_id.in_(registration_ids)))
    theirs = SurveyAnswer.registration_id.in_(registration_ids)
    session.execute(delete(SurveyAnswer).where(theirs))
    return {"certificates": count}
