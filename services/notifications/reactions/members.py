"""Copies of people and organisations, keys, and the mails that members asks for."""

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy.orm import Session

from services.notifications.actions.composing import Addressee, News, tell_people
from services.notifications.actions.copying_posts import keep_affiliation, keep_appointment
from services.notifications.actions.copying_segments import keep_segment, keep_segment_members
from services.notifications.actions.forgetting import erase_person
from services.notifications.actions.gathering import answer
from services.notifications.actions.knowing import addressees_of
from services.notifications.actions.merging import follow_merge, follow_organisation_merge
from services.notifications.actions.telling_stand_ins import tell_stand_in
from services.notifications.model import MembershipCopy, OrganisationCopy, Recipient
from shared.contracts import members, members_directory
from shared.database import keep_newer
from shared.foundation.languages import ENGLISH, in_language
from shared.foundation.names import search_key
from shared.messaging.forgetting import Forgotten
from shared.messaging.inbox import Heard, Reactions
from shared.web.keys import keep_key, keep_revocation, keep_taken_grant

ACTIVE: Final = ("active", "in_grace")
TO_THE_HOST: Final = ("submitted", "resigned")


def on_person_recorded(session: Session, message: members.PersonRecorded, _: Heard) -> None:
    """Keep the person."""
    values = {
        "id": message.person_id,
        "version": message.version,
        "names": [vars(name) for name in message.names],
        "email": message.email,
        "locale": message.locale,
        "time_zone": message.time_zone,
        "has_account": message.has_account,
        "is_erased": False,
        "search_key": search_key(message.names),
    }
    keep_newer(session, Recipient, values)


def on_person_erased(session: Session, message: members.PersonErased, heard: Heard) -> None:
    """Forget the person everywhere; counts stay."""
    values = {
        "id": message.person_id,
        "version": message.version,
        "names": [],
        "email": None,
        "locale": "en",
        "time_zone": "UTC",
        "has_account": False,
        "is_erased": True,
        "search_key": "",
    }
    keep_newer(session, Recipient, values)
    who = Forgotten(message.person_id, message.email, message.names, message.owns_address)
    erase_person(session, who, now=heard.now)


def on_data_requested(session: Session, message: members.DataRequested, heard: Heard) -> None:
    """Send what is held about the person."""
    answer(session, message.export_id, message.person_id, message.email, now=heard.now)


def on_person_merged(
    session: Session, message: members_directory.PersonMerged, heard: Heard
) -> None:
    """What was the other record's is the kept one's; undone, it goes back."""
    follow_merge(session, message, now=heard.now)


def on_organisation_merged(
    session: Session, message: members_directory.OrganisationMerged, _: Heard
) -> None:
    """What was the other record's is the kept one's; undone, it goes back."""
    follow_organisation_merge(session, message)


def on_organisation_recorded(
    session: Session, message: members.OrganisationRecorded, _: Heard
) -> None:
    """Keep the organisation."""
    values = {
        "id": message.organisation_id,
        "version": message.version,
        "names": dict(message.names),
        "kind": message.kind,
        "email": message.email,
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


def on_affiliation_recorded(
    session: Session, message: members.AffiliationRecorded, _: Heard
) -> None:
    """Keep who works where."""
    keep_affiliation(session, message)


def on_appointment_recorded(
    session: Session, message: members.AppointmentRecorded, heard: Heard
) -> None:
    """Keep who holds an office; tell who is to stand in."""
    keep_appointment(session, message)
    tell_stand_in(session, message, message_id=heard.id, now=heard.now)


def on_segment_recorded(
    session: Session, message: members_directory.SegmentRecorded, _: Heard
) -> None:
    """Keep the segment, so that it can be addressed."""
    keep_segment(session, message)


def on_segment_members_changed(
    session: Session, message: members_directory.SegmentMembersChanged, _: Heard
) -> None:
    """Keep who came into the segment, and who left it."""
    keep_segment_members(session, message)


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


def on_membership_noticed(
    session: Session, message: members.MembershipNoticed, heard: Heard
) -> None:
    """Tell those who look after the member or the host, each in their language."""
    path = f"/members/memberships/{message.membership_id}"
    addressees = addressees_of(session, message.person_ids, path=path)
    if message.email:
        addressees.append(_office(message, message.email, path))
    news = News(
        kind=f"membership_{message.notice}",
        message_id=heard.id,
        facts={
            "organisation_names": dict(message.member_names),
            "host_names": dict(message.host_names),
            "ends_on": message.ends_on.isoformat() if message.ends_on else None,
            "reason": message.reason,
        },
        host_id=message.host_id,
    )
    tell_people(session, [(news, each) for each in addressees], now=heard.now)


def _office(message: members.MembershipNoticed, email: str, path: str) -> Addressee:
    """An organisation's own mailbox, in the first language that it has a name in."""
    names = message.host_names if message.notice in TO_THE_HOST else message.member_names
    locale = next(iter(names), ENGLISH)
    return Addressee(
        about_id=message.membership_id,
        name=in_language(names, locale),
        email=email,
        locale=locale,
        path=path,
    )


def _on_mail_request(kind: str) -> Callable[[Session, Any, Heard], None]:
    def react(session: Session, message: Any, heard: Heard) -> None:
        addressee = Addressee(
            about_id=message.request_id,
            name=message.name,
            email=message.email,
            locale=message.locale,
            path=message.link,
        )
        news = News(kind=kind, message_id=heard.id, facts={"until": message.expires_at})
        tell_people(session, [(news, addressee)], now=heard.now)

    return react


def on_invitation_sent(session: Session, message: members.InvitationSent, heard: Heard) -> None:
    """Mail the invitation."""
    addressee = Addressee(
        about_id=message.request_id,
        name=message.name,
        email=message.email,
        locale=message.locale,
        path=message.link,
    )
    facts = {
        "until": message.expires_at,
        "inviter": message.inviter,
        "organisation_names": message.organisation_names,
    }
    news = News(kind="invitation_sent", message_id=heard.id, facts=facts)
    tell_people(session, [(news, addressee)], now=heard.now)


def on_sign_in_changed(session: Session, message: members.SignInChanged, heard: Heard) -> None:
    """Tell the account's address, in case it was not its owner."""
    addressee = Addressee(
        about_id=message.notice_id,
        name=message.name,
        email=message.email,
        locale=message.locale,
        path="/members/me",
    )
    facts = {
        "change": message.change,
        "until": message.changed_at,
        "time_zone": message.time_zone,
    }
    news = News(kind="sign_in_changed", message_id=heard.id, facts=facts)
    tell_people(session, [(news, addressee)], now=heard.now)


def on_provider_noticed(
    session: Session, message: members_directory.ProviderNoticed, heard: Heard
) -> None:
    """Tell those who look after the organisation, each in their language."""
    path = f"/members/organisations/{message.organisation_id}/identity-provider"
    news = News(
        kind=f"provider_{message.notice}",
        message_id=heard.id,
        facts={
            "organisation_names": dict(message.organisation_names),
            "address": message.issuer,
        },
    )
    addressees = addressees_of(session, message.person_ids, path=path)
    tell_people(session, [(news, each) for each in addressees], now=heard.now)


REACTIONS: Final[Reactions] = {
    members.DataRequested: on_data_requested,
    members.DataExportReady: _on_mail_request("data_export_ready"),
    members.PersonRecorded: on_person_recorded,
    members.PersonErased: on_person_erased,
    members_directory.PersonMerged: on_person_merged,
    members_directory.OrganisationMerged: on_organisation_merged,
    members.OrganisationRecorded: on_organisation_recorded,
    members.MembershipRecorded: on_membership_recorded,
    members.AffiliationRecorded: on_affiliation_recorded,
    members.AppointmentRecorded: on_appointment_recorded,
    members.MembershipNoticed: on_membership_noticed,
    members_directory.ProviderNoticed: on_provider_noticed,
    members_directory.SegmentRecorded: on_segment_recorded,
    members_directory.SegmentMembersChanged: on_segment_members_changed,
    members.SigningKeyPublished: on_signing_key_published,
    members.SessionRevoked: on_session_revoked,
    members.GrantRecorded: on_grant_recorded,
    members.SignUpRequested: _on_mail_request("sign_up_requested"),
    members.SignInLinkRequested: _on_mail_request("sign_in_link_requested"),
    members.SignInChanged: on_sign_in_changed,
    members.InvitationSent: on_invitation_sent,
    members.PasswordResetRequested: _on_mail_request("password_reset_requested"),
}
