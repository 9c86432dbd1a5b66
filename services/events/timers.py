"""What events does by the clock: each turn reads what is due, and writes it one by one."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from services.events.actions.allotting import keep_due_dates, workshops_with_due_dates
from services.events.actions.answering_invitations import invitations_to_look_at, look_after
from services.events.actions.certifying import go_on
from services.events.actions.counting import changed_runs, runs_to_tell, tell_run
from services.events.actions.filing import WAITS, drop_waiting_files
from services.events.actions.following_up import remind_of_review, reviews_to_remind_of
from services.events.actions.forgetting import settle_erasures
from services.events.actions.inviting_again import copies_to_invite_for, invite_next
from services.events.actions.naming_reviewers import calls_to_remind_of, remind_reviewers
from services.events.actions.reminding import remind_bodies, workshops_to_remind_of
from services.events.actions.retaining import RETENTION
from services.events.actions.scheduling import move_on, workshops_to_move_on
from services.events.actions.sharing import sweep_contents
from services.events.actions.surveying import go_on_asking
from services.events.queries.certificates import running_workshops
from services.events.queries.surveys import to_go_on_with
from shared.database import Database
from shared.files import FileStore
from shared.retaining import Kind
from shared.web.kept_answers import forget_old_answers
from shared.web.keys import forget_expired

CERTIFICATE_BATCHES: Final = 20
"""Of certificates or survey links of one workshop in a timer's turn: the others wait for it."""
COUNTED_FOR: Final = timedelta(days=30)
"""After its end a run is looked at often; from then on with all others, once an hour."""
LEFT_FOR: Final = timedelta(days=1)


def keep_all_due_dates(database: Database, now: datetime) -> None:
    """Timer: expire offers, lapse nominations, release allotments; a transaction a workshop."""
    _one_by_one(database, workshops_with_due_dates, keep_due_dates, now=now)


def remind_all_bodies(database: Database, now: datetime) -> None:
    """Timer: bodies hear of seats that they don't use before these go back."""
    _one_by_one(database, workshops_to_remind_of, remind_bodies, now=now)


def remind_of_all_reviews(database: Database, now: datetime) -> None:
    """Timer: who has recommendations to follow up hears of it before their review."""
    _one_by_one(database, reviews_to_remind_of, remind_of_review, now=now)


def remind_all_reviewers(database: Database, now: datetime) -> None:
    """Timer: who reviews for a call that has closed hears of what they have left."""
    _one_by_one(database, calls_to_remind_of, remind_reviewers, now=now)


def look_after_invitations(database: Database, now: datetime) -> None:
    """Timer: invitations expire; who has not answered hears of it before."""
    _one_by_one(database, invitations_to_look_at, look_after, now=now)


def invite_people_of_copies(database: Database, now: datetime) -> None:
    """Timer: who had a seat at the workshop that was copied is invited to the published copy."""
    with database.reading() as session:
        due = copies_to_invite_for(session, now=now)
    _batch_by_batch(database, due, invite_next, now=now)


def move_all_on(database: Database, now: datetime) -> None:
    """Timer: workshops that have begun run, those that have ended were held."""
    _one_by_one(database, workshops_to_move_on, move_on, now=now)


def go_on_with_certificates(database: Database, now: datetime) -> None:
    """Timer: issuing in bulk comes to its end, wherever it stopped; a transaction a batch."""
    with database.reading() as session:
        due = running_workshops(session)
    _batch_by_batch(database, due, go_on, now=now)


def go_on_with_surveys(database: Database, now: datetime) -> None:
    """Timer: surveys open when their workshop is over, and their people get the link."""
    with database.reading() as session:
        due = to_go_on_with(session, now=now)
    _batch_by_batch(database, due, go_on_asking, now=now)


def count_runs(database: Database, now: datetime) -> None:
    """Timer: tell of runs in which something changed since they were told; a transaction each."""
    with database.reading() as session:
        due = changed_runs(session, ended_after=now - COUNTED_FOR)
    _each(database, due, tell_run, now=now)


def count_all_runs(database: Database, now: datetime) -> None:
    """Timer: the same of all runs, by their figures, however long over: late certificates."""
    after: UUID | None = None
    while True:
        with database.reading() as session:
            due, after = runs_to_tell(session, after=after)
        _each(database, due, tell_run, now=now)
        if after is None:
            return


def _one_by_one(
    database: Database,
    find_due: Callable[..., Iterable[UUID]],
    act: Callable[..., object],
    *,
    now: datetime,
) -> None:
    """Find what is due, and do each in a transaction of its own."""
    with database.reading() as session:
        due = find_due(session, now=now)
    _each(database, due, act, now=now)


def _each(
    database: Database, due: Iterable[UUID], act: Callable[..., object], *, now: datetime
) -> None:
    for each in due:
        with database.writing() as session:
            act(session, each, now=now)


def _batch_by_batch(
    database: Database, due: Iterable[UUID], act: Callable[..., bool], *, now: datetime
) -> None:
    """Some batches of each, a transaction a batch, as long as it has more."""
    for each in due:
        for _batch in range(CERTIFICATE_BATCHES):
            with database.writing() as session:
                if not act(session, each, now=now):
                    break


def forget_what_is_old(database: Database, now: datetime, *, kinds: Sequence[Kind]) -> None:
    """Timer: kept answers after a day, keys and revocations after their time, and the kinds."""
    with database.writing() as session:
        forget_old_answers(session, now=now)
        forget_expired(session, now=now)
    with database.writing() as session:
        RETENTION.retain(session, kinds, now=now)


def sweep_files(database: Database, store: FileStore, now: datetime) -> None:
    """Timer: uploads that nobody used for a day; contents that nothing has since as long."""
    with database.writing() as session:
        drop_waiting_files(session, before=now - WAITS)
    with database.reading() as session:
        sweep_contents(session, store, before=(now - LEFT_FOR).timestamp())


def go_over_erasures(database: Database, now: datetime) -> None:
    """Timer: those who were erased a while ago are forgotten once more, and for good."""
    with database.writing() as session:
        settle_erasures(session, now=now)
