"""What members does when it hears something, and at set times."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from services.members.actions.crediting import keep_certificate, keep_run
from services.members.actions.demanding import AT_ONCE as ASKED_AT_ONCE
from services.members.actions.demanding import ask_next, close_round, remind_next
from services.members.actions.erasing import confirm
from services.members.actions.forgetting import forget_old, note_bounce, settle_erasures
from services.members.actions.gathering import keep_piece
from services.members.actions.giving_tokens import keep_use
from services.members.actions.imports.working import go_on_with_all
from services.members.actions.inventorying.making import take_due_inventory
from services.members.actions.lasting import give_notice, keep_terms
from services.members.actions.needing import tell_late
from services.members.actions.recording import lock
from services.members.actions.relieving import end_terms
from services.members.actions.segmenting import evaluate
from services.members.actions.signing_tokens import rotate_keys
from services.members.actions.writing_cases import sweep_contents
from services.members.model import DemandRound, Organisation, Segment
from services.members.queries.capabilities import alliances_with_frameworks
from services.members.queries.demand import open_rounds
from services.members.queries.segments import due_segments
from services.members.settings import MembersSettings
from shared.contracts import (
    events_certificates,
    events_courses,
    events_people,
    members,
    notifications,
)
from shared.database import Database
from shared.files import FileStore
from shared.messaging.inbox import Heard, Reactions
from shared.web.kept_answers import forget_old_answers
from shared.web.keys import forget_expired, keep_key, keep_revocation, keep_taken_grant

AT_ONCE: Final = 500
MOST_ROUNDS: Final = 20
SEGMENTS_LAST: Final = timedelta(minutes=15)
SEGMENTS_AT_ONCE: Final = 20
LEFT_FOR: Final = timedelta(days=1)
IMPORT_SECONDS: Final = 20.0
"""Of a timer's turn: the others wait for it."""


def on_signing_key_published(
    session: Session, message: members.SigningKeyPublished, _: Heard
) -> None:
    """Tokens signed with the key are good; it was kept when it was made, and on a replay now."""
    keep_key(session, message)


def on_session_revoked(session: Session, message: members.SessionRevoked, _: Heard) -> None:
    """Tokens of the session are refused; kept when it was revoked, and on a replay now."""
    keep_revocation(session, message)


def on_address_suppressed(
    session: Session, message: notifications.AddressSuppressed, _: Heard
) -> None:
    """Those who manage its people see that mail to the address comes back."""
    note_bounce(session, message.email)


def on_grant_recorded(session: Session, message: members.GrantRecorded, heard: Heard) -> None:
    """Personal tokens do without a grant that was taken; kept then, and on a replay now."""
    keep_taken_grant(session, message, now=heard.now)


def on_token_used(
    session: Session,
    message: events_people.TokenUsedForEvents | notifications.TokenUsedForNotifications,
    _: Heard,
) -> None:
    """Its owner sees when the token was last used."""
    keep_use(session, message.token_id, message.used_at)


def on_person_forgotten(
    session: Session,
    message: events_people.PersonForgottenByEvents | notifications.PersonForgottenByNotifications,
    heard: Heard,
) -> None:
    """The receipt of the erasure says what that service erased."""
    confirm(
        session,
        message.person_id,
        message.teller,
        {each.kind: each.number for each in message.counts},
        at=message.forgotten_at,
        is_final=message.is_final,
        now=heard.now,
    )


def on_data_gathered(
    session: Session,
    message: events_people.DataGatheredByEvents | notifications.DataGatheredByNotifications,
    heard: Heard,
) -> None:
    """Keep the piece; the person is told when it was the last of all."""
    piece = {
        "service": message.teller,
        "number": message.number,
        "section": message.section,
        "rows": [dict(row) for row in message.rows],
        "is_last": message.is_last,
    }
    keep_piece(session, message.export_id, piece, now=heard.now)


def on_certificate(
    session: Session, message: events_certificates.AboutCertificate, _: Heard
) -> None:
    """Keep what somebody has earned, or that it is good no more."""
    keep_certificate(session, message.certificate)


def on_course_run_counted(
    session: Session, message: events_courses.CourseRunCounted, _: Heard
) -> None:
    """Keep how a run of a course is filled."""
    keep_run(session, message)


REACTIONS: Final[Reactions] = {
    members.SigningKeyPublished: on_signing_key_published,
    members.SessionRevoked: on_session_revoked,
    members.GrantRecorded: on_grant_recorded,
    events_people.TokenUsedForEvents: on_token_used,
    notifications.TokenUsedForNotifications: on_token_used,
    events_people.PersonForgottenByEvents: on_person_forgotten,
    notifications.PersonForgottenByNotifications: on_person_forgotten,
    events_people.DataGatheredByEvents: on_data_gathered,
    notifications.DataGatheredByNotifications: on_data_gathered,
    notifications.AddressSuppressed: on_address_suppressed,
    events_certificates.CertificateIssued: on_certificate,
    events_certificates.CertificateRevoked: on_certificate,
    events_courses.CourseRunCounted: on_course_run_counted,
}


def rotate_signing_keys(database: Database, now: datetime) -> None:
    """Timer: a key signs now, and its successor is known everywhere in time."""
    with database.writing() as session:
        rotate_keys(session, now=now)


def keep_all_terms(database: Database, now: datetime) -> None:
    """Timer: memberships begin, come into grace and lapse on their days, notice is given;
    appointments end on theirs."""
    for act in (keep_terms, give_notice, end_terms):
        for _ in range(MOST_ROUNDS):
            with database.writing() as session:
                changed = act(session, now=now, at_once=AT_ONCE)
            if changed < AT_ONCE:
                break


def go_on_with_demand(database: Database, now: datetime, settings: MembersSettings) -> None:
    """Timer: rounds close in time, ask their companies, and remind those that owe an answer."""
    with database.reading() as session:
        ids = open_rounds(session)
    for round_id in ids:
        with database.writing() as session:
            found = session.get_one(DemandRound, round_id)
            lock(session, found)
            if found.closes_at <= now:
                close_round(session, found, actor="timer", now=now)
        for act in (ask_next, remind_next):
            for _ in range(MOST_ROUNDS):
                with database.writing() as session:
                    found = session.get_one(DemandRound, round_id)
                    if act(session, found, key=settings.secret_key, now=now) < ASKED_AT_ONCE:
                        break


def take_inventories(database: Database, now: datetime) -> None:
    """Timer: alliances whose talent gap has changed publish it anew."""
    with database.reading() as session:
        ids = alliances_with_frameworks(session)
    for alliance_id in ids:
        with database.writing() as session:
            take_due_inventory(session, session.get_one(Organisation, alliance_id), now=now)


def tell_late_needs(database: Database, now: datetime) -> None:
    """Timer: needs that nobody met in the promised time are told to those who should help."""
    for _ in range(MOST_ROUNDS):
        with database.writing() as session:
            if not tell_late(session, now=now, at_once=AT_ONCE):
                break


def evaluate_segments(database: Database, now: datetime) -> None:
    """Timer: segments follow what they rest on; a transaction each, the oldest first."""
    with database.reading() as session:
        due = due_segments(session, before=now - SEGMENTS_LAST, at_once=SEGMENTS_AT_ONCE)
    for segment_id in due:
        with database.writing() as session:
            segment = session.get_one(Segment, segment_id)
            lock(session, segment)
            if segment.removed_at is None:
                evaluate(session, segment, now=now)


def go_on_with_imports(database: Database, now: datetime) -> None:
    """Timer: imports that were begun come to their end, wherever they stopped."""
    go_on_with_all(database, now=now, seconds=IMPORT_SECONDS)


def forget_what_is_old(database: Database, now: datetime, settings: MembersSettings) -> None:
    """Timer: what the table of kinds keeps no longer, kept answers, expired keys."""
    with database.writing() as session:
        forget_old(session, settings=settings, now=now)
        forget_old_answers(session, now=now)
        forget_expired(session, now=now)


def sweep_files(database: Database, now: datetime, folder: str) -> None:
    """Timer: contents of files that were taken out of cases a day ago or more."""
    store = FileStore(Path(folder).resolve() / "members")
    with database.reading() as session:
        sweep_contents(session, store, before=(now - LEFT_FOR).timestamp())


def go_over_erasures(database: Database, now: datetime) -> None:
    """Timer: those who were erased a while ago are forgotten once more, and for good."""
    with database.writing() as session:
        settle_erasures(session, now=now)
