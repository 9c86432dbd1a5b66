"""What events does when it hears something, and at set times."""

from datetime import timedelta
from typing import Final

from sqlalchemy.orm import Session

from services.events.actions.forgetting import erase_person
from services.events.actions.gathering import answer
from services.events.actions.merging import follow_merge, follow_organisation_merge
from services.events.actions.registering import claim_registrations
from services.events.model import (
    AppointmentCopy,
    CapabilityCopy,
    MembershipCopy,
    OrganisationCopy,
    PersonCopy,
)
from shared.contracts import members, members_directory, members_talent
from shared.database import keep_newer
from shared.days import day_of
from shared.messaging.forgetting import Forgotten
from shared.messaging.inbox import Heard, Reactions
from shared.web.keys import keep_key, keep_revocation, keep_taken_grant

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
        "time_zone": message.time_zone,
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
        "time_zone": None,
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
    session: Session, message: members.AppointmentRecorded, heard: Heard
) -> None:
    """Keep who holds which office; one that has ended is held no more, whatever its term was."""
    ends_on, yesterday = message.ends_on, day_of(session, heard.now) - timedelta(days=1)
    if message.is_over:
        ends_on = min(ends_on or yesterday, yesterday)
    values = {
        "id": message.appointment_id,
        "version": message.version,
        "person_id": message.person_id,
        "organisation_id": message.organisation_id,
        "role": message.role,
        "starts_on": message.starts_on,
        "ends_on": ends_on,
    }
    keep_newer(session, AppointmentCopy, values)


def on_capability_framework_published(
    session: Session, message: members_talent.CapabilityFrameworkPublished, _: Heard
) -> None:
    """Keep the edition's capabilities, by their lineages."""
    rows = [
        {
            "id": each.lineage_id,
            "version": message.number,
            "organisation_id": message.organisation_id,
            "root": each.root,
            "code": each.code,
            "names": dict(each.names),
            "esco_uri": each.esco_uri,
        }
        for each in message.capabilities
    ]
    if rows:
        keep_newer(session, CapabilityCopy, *rows)


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
    members_talent.CapabilityFrameworkPublished: on_capability_framework_published,
    members.AddressConfirmed: on_address_confirmed,
    members.SigningKeyPublished: on_signing_key_published,
    members.SessionRevoked: on_session_revoked,
    members.GrantRecorded: on_grant_recorded,
}
