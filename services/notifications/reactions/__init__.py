"""What notifications does when it hears something, and at set times."""

from datetime import datetime
from typing import Final

from services.notifications.actions.forgetting import settle_erasures
from services.notifications.reactions.events import REACTIONS as OF_EVENTS
from services.notifications.reactions.members import REACTIONS as OF_MEMBERS
from shared.database import Database
from shared.messaging.inbox import Reactions
from shared.web.idempotency import forget_old_answers
from shared.web.keys import forget_expired

REACTIONS: Final[Reactions] = {**OF_EVENTS, **OF_MEMBERS}


def forget_what_is_old(database: Database, now: datetime) -> None:
    """Timer: kept answers after a day, keys and revocations after their time."""
    with database.writing() as session:
        forget_old_answers(session, now=now)
        forget_expired(session, now=now)


def go_over_erasures(database: Database, now: datetime) -> None:
    """Timer: those who were erased a while ago are forgotten once more, and for good."""
    with database.writing() as session:
        settle_erasures(session, now=now)
