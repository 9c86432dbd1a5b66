"""Profiles: what an organisation says of itself to everyone, until it takes that back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.members.actions.recording import lock, record
from services.members.model import Organisation, OrganisationProfile
from shared.foundation.failures import Invalid


def publish_profile(
    session: Session,
    organisation: Organisation,
    values: Mapping[str, Any],
    *,
    actor: str,
    now: datetime,
) -> tuple[OrganisationProfile, bool]:
    """The organisation has this profile from now on; answers whether it had none before.

    values: texts and shows_contact. The caller has locked the organisation. Raises Invalid for a
    company, which only its associations present.
    """
    if organisation.kind == "company":
        raise Invalid("Companies have no page of their own; their associations have.")
    found = session.get(OrganisationProfile, organisation.id)
    if found is None:
        made = OrganisationProfile(id=organisation.id, version=1, published_at=now, **values)
        session.add(made)
        record(session, made, "published", before=None, actor=actor, now=now)
        return made, True
    lock(session, found)
    if any(getattr(found, name) != value for name, value in values.items()):
        for name, value in values.items():
            setattr(found, name, value)
        found.version += 1
        record(session, found, "changed", before="published", actor=actor, now=now)
    return found, False


def withdraw_profile(
    session: Session, profile: OrganisationProfile, *, actor: str, now: datetime
) -> None:
    """Nobody who is not signed in sees the organisation any more."""
    record(session, profile, "withdrawn", before="published", actor=actor, now=now)
    session.delete(profile)
