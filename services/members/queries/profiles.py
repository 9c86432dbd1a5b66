"""Profiles as everyone sees them."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from services.members.model import Organisation, OrganisationProfile
from services.members.queries.organisations import hosts_of, organisations_where
from shared.foundation.failures import NotFound

ABSENT = "This organisation has no public page."


def presented(
    *, member_of: UUID | None = None, words: str | None = None, kind: str | None = None
) -> Select[Organisation]:
    """The organisations that have a profile. As `organisations_where`."""
    query = organisations_where(kind=kind, member_of=member_of, words=words)
    return query.where(Organisation.id.in_(select(OrganisationProfile.id)))


def find_profile(session: Session, organisation_id: UUID) -> OrganisationProfile | None:
    """The organisation's profile, if it has one."""
    return session.get(OrganisationProfile, organisation_id)


def get_profile(session: Session, organisation_id: UUID) -> OrganisationProfile:
    """The organisation's profile. Raises NotFound."""
    found = find_profile(session, organisation_id)
    if found is None:
        raise NotFound(ABSENT)
    return found


def get_presented(
    session: Session, organisation_id: UUID
) -> tuple[Organisation, OrganisationProfile]:
    """The organisation with its profile, for everyone. Raises NotFound."""
    query = presented().where(Organisation.id == organisation_id)
    found = session.scalars(query).one_or_none()
    if found is None or found.merged_into is not None:
        raise NotFound(ABSENT)
    return found, get_profile(session, organisation_id)


def hosts_presented(session: Session, organisation_id: UUID) -> list[Organisation]:
    """What it belongs to, of those that have a profile too."""
    hosts = hosts_of(session, organisation_id)
    query = select(OrganisationProfile.id).where(
        OrganisationProfile.id.in_([each.id for each in hosts])
    )
    known = set(session.scalars(query))
    return [each for each in hosts if each.id in known]
