"""What events does when it hears something, and at set times."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from services.events.actions.allotting import keep_due_dates, workshops_with_due_dates
from services.events.actions.answering_invitations import invitations_to_look_at, look_after
from services.events.actions.certifying import go_on
from services.events.actions.following_up import remind_of_review, reviews_to_remind_of
from services.events.actions.forgetting import erase_person, settle_erasures
from services.events.actions.gathering import answer
from services.events.actions.merging import follow_merge, follow_organisation_merge
from services.events.actions.registering import claim_registrations
from services.events.actions.reminding import remind_bodies, workshops_to_remind_of
from services.events.actions.scheduling import move_on, workshops_to_move_on
from services.events.actions.sharing import sweep_contents
from services.events.actions.surveying import go_on_asking
from services.events.model import (
    AppointmentCopy,
    MembershipCopy,
    OrganisationCopy,
    PersonCopy,
)
from services.events.queries.certificates import running_workshops
from services.events.queries.surveys import to_go_on_with
from shared.contracts import members, members_directory
from shared.database import Database, keep_newer
from shared.files import FileStore
from shared.messaging.forgetting import Forgotten
from shared.messaging.inbox import Heard, Reactions
from shared.web.idempotency import forget_old_answers
from shared.web.keys import forget_expired, keep_key, keep_revocation, keep_taken_grant

CERTIFICATE_BATCHES: Final = 20
"""Of certificates or survey links of one workshop in a timer's turn: the others wait for it."""
LEFT_FOR: Final = timedelta(days=1)
ACTIVE: Final = ("active", "in_grace")


def on_organisation_recorded(
    session: Session, message: members.OrganisationRecorded, _: Heard
) -> None:
    """Keep the organisation."""
    values = {
        "id": message.organisation_id,
        "version": message.version,
        "names": dict(message.names),
        "kind": message.kind,
        "economy": message.economy,
    }
    keep_newer(session, OrganisationCopy, values)


def on_membership_recorded(session: Session, message: members.MembershipRecorded, _: Heard) -> None:
    """Keep who belongs to whom."""
    values = {
        "id": message.membership_id,
        "version": message.version,
        "member_id": message.member_id,
        "host_id": message.host_id,
        "is_active": message.state in ACTIVE,
    }
    keep_newer(session, MembershipCopy, values)


def on_person_recorded(session: Session, message: members.PersonRecorded, _: Heard) -> None:
    """Keep the person."""
    values = {
        "id": message.person_id,
        "version": message.version,
        "names": [vars(name) for name in message.names],
        "email": message.email,
        "phone": message.phone,
        "economy": message.economy,
        "locale": message.locale,
        "is_erased": False,
    }
    keep_newer(session, PersonCopy, values)


def on_person_erased(session: Session, message: members.PersonErased, heard: Heard) -> None:
    """Forget the person everywhere; their seats are given back."""
    values = {
        "id": message.person_id,
        "version": message.version,
        "names": [],
        "email": None,
        "phone": None,
        "economy": None,
        "locale": "en",
        "is_erased": True,
    }
    keep_newer(session, PersonCopy, values)
    who = Forgotten(message.person_id, message.email, message.names, message.owns_address)
    erase_person(session, who, now=heard.now)


def on_person_merged(session: Session, message: members_directory.PersonMerged, _: Heard) -> None:
    """What was the other record's is the kept one's; undone, it goes back."""
    follow_merge(session, message)


def on_organisation_merged(
    session: Session, message: members_directory.OrganisationMerged, heard: Heard
) -> None:
    """What was the other record's is the kept one's, seats too; undone, it goes back."""
    follow_organisation_merge(session, message, now=heard.now)


def on_appointment_recorded(
    session: Session, message: members.AppointmentRecorded, _: Heard
) -> None:
    """Keep who holds which office."""
    values = {
        "id": message.appointment_id,
        "version": message.version,
        "person_id": message.person_id,
        "organisation_id": message.organisation_id,
        "role": message.role,
        "starts_on": message.starts_on,
        "ends_on": message.ends_on,
    }
    keep_newer(session, AppointmentCopy, values)


def on_address_confirmed(session: Session, message: members.AddressConfirmed, heard: Heard) -> None:
    """Guests' registrations under the address become the account's."""
    claim_registrations(session, message.person_id, message.email, now=heard.now)


def on_signing_key_published(
    session: Session, message: members.SigningKeyPublished, _: Heard
) -> None:
    """Tokens signed with the key are good from now on."""
    keep_key(session, message)


def on_session_revoked(session: Session, message: members.SessionRevoked, _: Heard) -> None:
    """Tokens of the session are refused from now on."""
    keep_revocation(session, message)


def on_grant_recorded(session: Session, message: members.GrantRecorded, heard: Heard) -> None:
    """Personal tokens do without a grant that was taken."""
    keep_taken_grant(session, message, now=heard.now)


def on_data_requested(session: Session, message: members.DataRequested, heard: Heard) -> None:
    """Send what is held about the person."""
    answer(session, message.export_id, message.person_id, message.email, now=heard.now)


REACTIONS: Final[Reactions] = {
    members.DataRequested: on_data_requested,
    members.OrganisationRecorded: on_organisation_recorded,
    members.MembershipRecorded: on_membership_recorded,
    members.PersonRecorded: on_person_recorded,
    members.PersonErased: on_person_erased,
    members_directory.PersonMerged: on_person_merged,
    members_directory.OrganisationMerged: on_organisation_merged,
    members.AppointmentRecorded: on_appointment_recorded,
    members.AddressConfirmed: on_address_confirmed,
    members.SigningKeyPublished: on_signing_key_published,
    members.SessionRevoked: on_session_revoked,
    members.GrantRecorded: on_grant_recorded,
}


def keep_all_due_dates(database: Database, now: datetime) -> None:
    """Timer: expire offers, lapse nominations, release allotments; a transaction a workshop."""
    with database.reading() as session:
        due: list[UUID] = workshops_with_due_dates(session, now=now)
    for workshop_id in due:
        with database.writing() as session:
            keep_due_dates(session, workshop_id, now=now)


def remind_all_bodies(database: Database, now: datetime) -> None:
    """Timer: bodies hear of seats that they don't use before these go back."""
    with database.reading() as session:
        workshops = workshops_to_remind_of(session, now=now)
    for workshop_id in workshops:
        with database.writing() as session:
            remind_bodies(session, workshop_id, now=now)


def remind_of_all_reviews(database: Database, now: datetime) -> None:
    """Timer: who has recommendations to follow up hears of it before their review."""
    _one_by_one(database, reviews_to_remind_of, remind_of_review, now=now)


def look_after_invitations(database: Database, now: datetime) -> None:
    """Timer: invitations expire; who has not answered hears of it before."""
    _one_by_one(database, invitations_to_look_at, look_after, now=now)


def _one_by_one(
    database: Database,
    find_due: Callable[..., list[UUID]],
    act: Callable[..., object],
    *,
    now: datetime,
) -> None:
    """Find what is due, and do each in a transaction of its own."""
    with database.reading() as session:
        due = find_due(session, now=now)
    for each in due:
        with database.writing() as session:
            act(session, each, now=now)


def move_all_on(database: Database, now: datetime) -> None:
    """Timer: workshops that have begun run, those that have ended were held."""
    with database.reading() as session:
        due = workshops_to_move_on(session, now=now)
    for workshop_id in due:
        with database.writing() as session:
            move_on(session, workshop_id, now=now)


def go_on_with_certificates(database: Database, now: datetime) -> None:
    """Timer: issuing in bulk comes to its end, wherever it stopped; a transaction a batch."""
    with database.reading() as session:
        due = running_workshops(session)
    for workshop_id in due:
        for _batch in range(CERTIFICATE_BATCHES):
            with database.writing() as session:
                if not go_on(session, workshop_id, now=now):
                    break


def go_on_with_surveys(database: Database, now: datetime) -> None:
    """Timer: surveys open when their workshop is over, and their people get the link."""
    with database.reading() as session:
        due = to_go_on_with(session, now=now)
    for survey_id in due:
        for _batch in range(CERTIFICATE_BATCHES):
            with database.writing() as session:
                if not go_on_asking(session, survey_id, now=now):
                    break


def forget_what_is_old(database: Database, now: datetime) -> None:
    """Timer: kept answers after a day, keys and revocations after their time."""
    with database.writing() as session:
        forget_old_answers(session, now=now)
        forget_expired(session, now=now)


def sweep_files(database: Database, store: FileStore, now: datetime) -> None:
    """Timer: contents of materials that were removed a day ago or more."""
    with database.reading() as session:
        sweep_contents(session, store, before=(now - LEFT_FOR).timestamp())


def go_over_erasures(database: Database, now: datetime) -> None:
    """Timer: those who were erased a while ago are forgotten once more, and for good."""
    with database.writing() as session:
        settle_erasures(session, now=now)
