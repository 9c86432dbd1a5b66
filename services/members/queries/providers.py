"""Organisations' identity providers: by organisation, by the domain of an address."""

from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from services.members.model import IdentityProvider, ProviderDomain
from services.members.queries.scopes import managed
from shared.foundation.failures import NotFound
from shared.foundation.identities import Asker

STATES: Final = ("waiting", "approved")


def domains_of(session: Session, organisation_id: UUID) -> list[str]:
    """What the organisation's provider vouches for, sorted."""
    query = select(ProviderDomain.domain).where(ProviderDomain.organisation_id == organisation_id)
    return list(session.scalars(query.order_by(ProviderDomain.domain)))


def find_provider_for(session: Session, domain: str) -> IdentityProvider | None:
    """The approved provider that vouches for addresses of the domain."""
    query = (
        select(IdentityProvider)
        .join(
            ProviderDomain,
            ProviderDomain.organisation_id == IdentityProvider.organisation_id,
        )
        .where(ProviderDomain.domain == domain, IdentityProvider.approved_at.is_not(None))
    )
    return session.scalars(query).first()


def get_approved(session: Session, organisation_id: UUID) -> IdentityProvider:
    """The provider that people can come in by. Raises NotFound."""
    found = session.get(IdentityProvider, organisation_id)
    if found is None or found.approved_at is None:
        raise NotFound("This organisation has no sign-in of its own.")
    return found


def providers_for(asker: Asker) -> Select[IdentityProvider]:
    """Those of the organisations that the asker manages."""
    return select(IdentityProvider).where(managed(IdentityProvider.organisation_id, asker))


def providers_in(state: str, asker: Asker) -> Select[IdentityProvider]:
    """Of those, what waits for an operator or is approved; all, by any other state."""
    query = providers_for(asker)
    if state not in STATES:
        return query
    is_approved = IdentityProvider.approved_at.is_not(None)
    return query.where(is_approved if state == "approved" else ~is_approved)


def domains_by_organisation(
    session: Session, organisation_ids: Iterable[UUID]
) -> Mapping[UUID, list[str]]:
    """What each one's provider vouches for, sorted: organisation id → domains."""
    found: dict[UUID, list[str]] = {each: [] for each in organisation_ids}
    query = select(ProviderDomain).where(ProviderDomain.organisation_id.in_(found))
    for each in session.scalars(query.order_by(ProviderDomain.domain)):
        found[each.organisation_id].append(each.domain)
    return found


def get_provider(session: Session, organisation_id: UUID, asker: Asker) -> IdentityProvider:
    """The organisation's, for those who manage it. Raises NotFound."""
    query = providers_for(asker).where(IdentityProvider.organisation_id == organisation_id)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("There is no such identity provider.")
    return found
