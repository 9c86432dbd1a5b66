"""Forgetting a person in what was submitted to calls: as submitter, as speaker, as reviewer."""

from sqlalchemy import String, and_, cast, delete, func, or_, select, update
from sqlalchemy.orm import Session

from services.events.model import CallReviewer, MergedReview, Review, Submission
from services.events.model.call import UNDECIDED
from shared.foundation.ids import new_secret
from shared.foundation.names import fold, fold_email
from shared.messaging.forgetting import ERASED, Forgotten


def forget_in_calls(session: Session, who: Forgotten) -> dict[str, int]:
    """What they submitted is blank, and withdrawn where it was not decided on; the programme stays.

    Of what they reviewed the scores stay, since others were ranked by them, and not the words.
    Kind → how many were blanked.
    """
    found = _submitted(session, who)
    for each in found:
        each.name = each.name_key = ERASED
        each.email = each.email_key = f"{each.id}@{ERASED}.invalid"
        each.person_id, each.secret = None, new_secret()
        each.title, each.abstract, each.speakers = ERASED, "", []
        each.filename = each.content_type = each.size_bytes = each.digest = None
        if each.state in UNDECIDED:
            each.state = "withdrawn"
        each.version += 1
    _forget_as_speaker(session, who)
    session.execute(delete(CallReviewer).where(CallReviewer.person_id == who.person_id))
    # What made way for a review of theirs counts nowhere.
    session.execute(delete(MergedReview).where(MergedReview.person_id == who.person_id))
    wrote = update(Review).where(Review.person_id == who.person_id)
    session.execute(wrote.values(comment=""))
    session.flush()
    return {"submissions": len(found)}


def _submitted(session: Session, who: Forgotten) -> list[Submission]:
    theirs = Submission.person_id == who.person_id
    if who.email:
        key = Submission.email_key == fold_email(who.email)
        at_address = and_(key, Submission.person_id.is_(None))
        if not who.owns_address:
            names = Submission.name_key.in_([fold(name) for name in who.names])
            at_address = and_(at_address, names)
        theirs = or_(theirs, at_address)
    return list(session.scalars(select(Submission).where(theirs).order_by(Submission.id)))


def _forget_as_speaker(session: Session, who: Forgotten) -> None:
    if not who.email or not who.owns_address:
        return
    email = fold_email(who.email)
    spoken = func.lower(cast(Submission.speakers, String)).contains(f'"{email}"', autoescape=True)
    for each in session.scalars(select(Submission).where(spoken)):
        kept = [one for one in each.speakers if fold_email(one.get("email") or "") != email]
        each.speakers = [*kept]
        each.version += 1
