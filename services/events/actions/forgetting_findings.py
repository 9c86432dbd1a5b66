"""Forgetting a person in recommendations: as whom they are addressed to, as owner, as author."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from services.events.model import Finding
from shared.messaging.forgetting import ERASED, Forgotten


def forget_in_findings(session: Session, who: Forgotten) -> dict[str, int]:
    """Blank the person; what the workshop concluded stays. Kind → how many were blanked."""
    newer = {"version": Finding.version + 1}
    blanked = 0
    for column, values in (
        (Finding.person_id, {"person_id": None, "addressed_to": {"en": ERASED}}),
        (Finding.owner_id, {"owner_id": None}),
    ):
        theirs = update(Finding).where(column == who.person_id).values(**values, **newer)
        blanked += len(list(session.scalars(theirs.returning(Finding.id))))
    wrote = update(Finding).where(Finding.written_by == who.person_id)
    session.execute(wrote.values(written_by=None))
    return {"recommendations": blanked}
