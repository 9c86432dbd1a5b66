"""Forgetting a person as a trainer, and as somebody who was let into a run."""

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from services.events.model import PrerequisiteWaiver, Speaker, Trainer
from services.events.model.erased import ERASED
from shared.foundation.names import fold_email
from shared.messaging.forgetting import Forgotten


def forget_in_courses(session: Session, who: Forgotten) -> dict[str, int]:
    """Runs keep that somebody taught them, and not who; a speaker's photo goes.

    Kind → how many were blanked.
    """
    mine = select(Trainer).where(Trainer.person_id == who.person_id)
    trainers = list(session.scalars(mine))
    for trainer in trainers:
        trainer.names, trainer.affiliations, trainer.texts = {"en": ERASED}, {}, {}
        trainer.person_id = None
        trainer.version += 1
    spoke = Speaker.person_id == who.person_id
    session.execute(update(Speaker).where(spoke).values(photo=None))
    waived = 0
    if who.email and who.owns_address:
        theirs = PrerequisiteWaiver.email_key == fold_email(who.email)
        waived = len(session.scalars(select(PrerequisiteWaiver.id).where(theirs)).all())
        session.execute(delete(PrerequisiteWaiver).where(theirs))
    session.flush()
    return {"trainers": len(trainers), "waivers": waived}
