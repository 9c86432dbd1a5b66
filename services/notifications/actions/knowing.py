"""Who somebody is, of what members has told of them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.notifications.actions.composing import Addressee
from services.notifications.actions.failures import NotKnownYet
from services.notifications.actions.inviting import PART_IN
from services.notifications.model import AttendanceCopy, OrganisationCopy, Recipient
from shared.contracts.events import NominationState, RegistrationState


def addressees_of(session: Session, person_ids: Sequence[UUID], *, path: str) -> list[Addressee]:
    """The people as they can be told; without those who were erased or have no address.

    Raises NotKnownYet for somebody whose own message has not come yet: to be tried again.
    """
    query = select(Recipient).where(Recipient.id.in_(person_ids))
    known = {each.id: each for each in session.scalars(query)}
    missing = [each for each in person_ids if each not in known]
    if missing:
        raise NotKnownYet(f"Nothing is known yet of the person {missing[0]}.")
    return [
        addressee_of(each, path=path)
        for each in known.values()
        if each.email and not each.is_erased
    ]


def require_organisation(session: Session, organisation_id: UUID) -> OrganisationCopy:
    """The organisation; raises NotKnownYet where its own message has not come yet."""
    found = session.get(OrganisationCopy, organisation_id)
    if found is None:
        raise NotKnownYet(f"Nothing is known yet of the organisation {organisation_id}.")
    return found


def addressee_of(each: Recipient, *, path: str) -> Addressee:
    """A person whom members told us of."""
    return Addressee(
        about_id=each.id,
        name=each.name_in(each.locale),
        email=each.email or "",
        locale=each.locale,
        path=path,
        person_id=each.id if each.has_account else None,
        time_zone=each.time_zone,
    )


def attendee(each: AttendanceCopy) -> Addressee:
    """Somebody who is registered or nominated, by the link to it."""
    return Addressee(
        about_id=each.id,
        name=each.name,
        email=each.email,
        locale=each.locale,
        path=link_path(each.link_token),
        person_id=each.person_id,
        part=PART_IN.get(each.state, ""),
    )


def who_is_told(state: RegistrationState | NominationState) -> Addressee:
    """Whose registration or nomination events tells of, by the link to it."""
    about_id = state.nomination_id if isinstance(state, NominationState) else state.registration_id
    return Addressee(
        about_id=about_id,
        name=state.name,
        email=state.email,
        locale=state.locale,
        path=link_path(state.link_token),
        person_id=state.person_id,
    )


def link_path(token: str) -> str:
    """Where a mail's link to a registration or nomination leads."""
    return f"/events/links/{token}"
