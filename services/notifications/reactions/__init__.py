"""What notifications does when it hears something, and at set times."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from services.notifications.actions.bouncing import take_report
from services.notifications.actions.forgetting import settle_erasures
from services.notifications.actions.reaching import forget_codes
from services.notifications.actions.releasing import release_due
from services.notifications.actions.reminding import due_groups, remind
from services.notifications.actions.retaining import RETENTION
from services.notifications.gateways.reports import mark_read, waiting_reports
from services.notifications.reactions.calls import REACTIONS as OF_CALLS
from services.notifications.reactions.certificates import REACTIONS as OF_CERTIFICATES
from services.notifications.reactions.events import REACTIONS as OF_EVENTS
from services.notifications.reactions.failures import REACTIONS as OF_FAILURES
from services.notifications.reactions.findings import REACTIONS as OF_FINDINGS
from services.notifications.reactions.groups import REACTIONS as OF_GROUPS
from services.notifications.reactions.invitations import REACTIONS as OF_INVITATIONS
from services.notifications.reactions.members import REACTIONS as OF_MEMBERS
from services.notifications.reactions.proposals import REACTIONS as OF_PROPOSALS
from services.notifications.reactions.seats import REACTIONS as OF_SEATS
from services.notifications.reactions.surveys import REACTIONS as OF_SURVEYS
from services.notifications.reactions.talent import REACTIONS as OF_TALENT
from services.notifications.reactions.webhooks import offering
from shared.database import Database
from shared.foundation.logs import get_logger
from shared.messaging.inbox import Reactions
from shared.retaining import Kind
from shared.web.kept_answers import forget_old_answers
from shared.web.keys import forget_expired

REACTIONS: Final[Reactions] = offering(
    {
        **OF_EVENTS,
        **OF_CERTIFICATES,
        **OF_CALLS,
        **OF_FAILURES,
        **OF_FINDINGS,
        **OF_GROUPS,
        **OF_INVITATIONS,
        **OF_MEMBERS,
        **OF_PROPOSALS,
        **OF_SEATS,
        **OF_SURVEYS,
        **OF_TALENT,
    }
)
log = get_logger()
MOST_RELEASES: Final = 50
"""A timer's turn ends well within a minute; what is left is taken the next time."""


def forget_what_is_old(database: Database, now: datetime, *, kinds: Sequence[Kind]) -> None:
    """Timer: kept answers and codes after a day, keys after their time, and the kinds."""
    with database.writing() as session:
        forget_old_answers(session, now=now)
        forget_expired(session, now=now)
        forget_codes(session, before=now - timedelta(days=1))
    with database.writing() as session:
        RETENTION.retain(session, kinds, now=now)


def give_reminders(database: Database, now: datetime) -> None:
    """Timer: reminders whose time has come, a group of people in each transaction."""
    with database.reading() as session:
        due = due_groups(session, now=now)
    for group in due[:MOST_RELEASES]:
        with database.writing() as session:
            remind(session, group, now=now)


def take_reports(database: Database, folder: Path, now: datetime) -> None:
    """Timer: what mail servers reported back. A report that can't be read changes nothing."""
    try:
        for path, report in waiting_reports(folder):
            if report is not None:
                with database.writing() as session:
                    take_report(session, report, now=now)
            mark_read(path)
    except OSError as error:
        log.error("reports can't be read", folder=str(folder), error=str(error))


def release_held(database: Database, now: datetime) -> None:
    """Timer: what quiet hours and digests hold goes out when its time has come."""
    for _ in range(MOST_RELEASES):
        with database.writing() as session:
            released = release_due(session, now=now)
        if not released:
            return


def go_over_erasures(database: Database, now: datetime) -> None:
    """Timer: those who were erased a while ago are forgotten once more, and for good."""
    with database.writing() as session:
        settle_erasures(session, now=now)
