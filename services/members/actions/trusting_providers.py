"""An organisation's own identity provider: kept, approved by an operator, removed.

A provider vouches for people by their mail addresses: whoever runs it can come in as anybody
with an address in its domains. So an operator looks at these before anybody can come in by it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.members.actions.failures import DomainTaken
from services.members.actions.noticing import notify_of_provider
from services.members.actions.recording import PROVIDERS, record, take_turn
from services.members.model import IdentityProvider, LinkedIdentity, Organisation, ProviderDomain
from services.members.queries.providers import domains_of
from services.members.settings import MembersSettings
from shared.foundation.failures import Invalid
from shared.foundation.sealing import seal, unseal
from shared.foundation.sentences import said

LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
DOMAIN: Final = re.compile(rf"(?:{LABEL}\.)+[a-z][a-z0-9-]{{0,61}}[a-z0-9]")


@dataclass(frozen=True, kw_only=True)
class Wish:
    """A provider as its organisation writes it. client_secret None: as it was, or none."""

    issuer: str
    client_id: str
    client_secret: str | None
    mail_domains: Sequence[str]


def _about(organisation_id: UUID) -> str:
    return f"identity_providers {organisation_id}"


def _sealed(secret: str, organisation_id: UUID, secret_key: str) -> str:
    return seal(secret, about=_about(organisation_id), secret_key=secret_key, service="members")


def keep_provider(
    session: Session,
    organisation: Organisation,
    wish: Wish,
    *,
    is_operator: bool,
    actor: str,
    settings: MembersSettings,
    now: datetime,
) -> IdentityProvider:
    """The organisation has this provider. An operator's word approves it; anybody else's change
    has to be approved anew, but for that of the client secret. Tells ProviderNoticed when approved.

    Raises Invalid, DomainTaken.
    """
    require_issuer(wish.issuer, may_be_private=settings.private_providers)
    domains = _plain_domains(wish.mail_domains)
    take_turn(session, PROVIDERS)
    found = session.get(IdentityProvider, organisation.id)
    if found is None:
        found = IdentityProvider(
            organisation_id=organisation.id,
            version=0,
            issuer=wish.issuer,
            client_id=wish.client_id,
            sealed_secret=None,
            created_at=now,
            approved_at=None,
        )
        session.add(found)
    elif wish.client_secret is None and found.issuer != wish.issuer:
        # Another server must not be handed the secret that was meant for this one.
        found.sealed_secret = None
    is_same = found.issuer == wish.issuer and found.client_id == wish.client_id
    is_same = is_same and domains_of(session, organisation.id) == domains
    found.issuer, found.client_id = wish.issuer, wish.client_id
    if wish.client_secret is not None:
        found.sealed_secret = _sealed(wish.client_secret, organisation.id, settings.secret_key)
    found.approved_at = found.approved_at if is_same else None
    found.version += 1
    session.flush()
    _set_domains(session, organisation.id, domains)
    step = "provider proposed"
    if is_operator:
        _require_free(session, organisation.id, domains)
        found.approved_at, step = now, "provider approved"
        notify_of_provider(session, found, organisation, "approved", actor=actor, now=now)
    record(session, organisation, step, before=None, actor=actor, now=now, reason=wish.issuer)
    return found


def require_issuer(issuer: str, *, may_be_private: bool) -> None:
    """Raise Invalid for what is no issuer (OpenID Connect Discovery 1.0, section 3)."""
    schemes = ("https", "http") if may_be_private else ("https",)
    try:
        parts = urlsplit(issuer)
        has_more = parts.query or parts.fragment or parts.username or parts.password
        is_good = parts.scheme in schemes and bool(parts.hostname) and not has_more
        is_good = is_good and parts.port != 0
    except ValueError:
        is_good = False
    if not is_good:
        raise Invalid.at("/issuer", "Use the provider's https address: https://login.example.org.")


def _plain_domains(domains: Sequence[str]) -> list[str]:
    plain = [each.strip().lower().removeprefix("@") for each in domains]
    for place, each in enumerate(plain):
        if not DOMAIN.fullmatch(each) or len(each) > 253:
            raise Invalid.at(
                f"/mail_domains/{place}",
                said(
                    "“%(domain)s” is no mail domain: use the part behind the @.", domain=each[:60]
                ),
            )
    return sorted(set(plain))


def _set_domains(session: Session, organisation_id: UUID, domains: Sequence[str]) -> None:
    query = select(ProviderDomain).where(ProviderDomain.organisation_id == organisation_id)
    known = {each.domain: each for each in session.scalars(query)}
    for domain, found in known.items():
        if domain not in domains:
            session.delete(found)
    session.add_all(
        ProviderDomain(organisation_id=organisation_id, domain=each)
        for each in domains
        if each not in known
    )
    session.flush()


def _require_free(session: Session, organisation_id: UUID, domains: Sequence[str]) -> None:
    """Raise DomainTaken when an approved provider vouches for one of them already."""
    query = (
        select(ProviderDomain.domain)
        .join(
            IdentityProvider,
            IdentityProvider.organisation_id == ProviderDomain.organisation_id,
        )
        .where(
            ProviderDomain.domain.in_(list(domains)),
            ProviderDomain.organisation_id != organisation_id,
            IdentityProvider.approved_at.is_not(None),
        )
    )
    taken = session.scalars(query.order_by(ProviderDomain.domain)).first()
    if taken is not None:
        raise DomainTaken(
            said("Another organisation's provider vouches for %(taken)s already.", taken=taken)
        )


def approve(session: Session, found: IdentityProvider, *, actor: str, now: datetime) -> None:
    """People can come in by it. Twice is once. Tells ProviderNoticed. Raises DomainTaken."""
    take_turn(session, PROVIDERS)
    session.refresh(found, with_for_update=True)
    if found.approved_at is not None:
        return
    _require_free(session, found.organisation_id, domains_of(session, found.organisation_id))
    found.approved_at = now
    found.version += 1
    organisation = session.get_one(Organisation, found.organisation_id)
    record(session, organisation, "provider approved", before=None, actor=actor, now=now)
    notify_of_provider(session, found, organisation, "approved", actor=actor, now=now)


def remove(session: Session, found: IdentityProvider, *, actor: str, now: datetime) -> None:
    """Nobody comes in by it any more; whom it had vouched for keep their accounts.

    Tells ProviderNoticed.
    """
    place = LinkedIdentity.organisation_id == found.organisation_id
    session.execute(delete(LinkedIdentity).where(place))
    _set_domains(session, found.organisation_id, [])
    organisation = session.get_one(Organisation, found.organisation_id)
    record(session, organisation, "provider removed", before=None, actor=actor, now=now)
    notify_of_provider(session, found, organisation, "removed", actor=actor, now=now)
    session.delete(found)


def client_secret_of(found: IdentityProvider, *, settings: MembersSettings) -> str | None:
    """What we show the provider."""
    if found.sealed_secret is None:
        return None
    about = _about(found.organisation_id)
    return unseal(
        found.sealed_secret, about=about, secret_key=settings.secret_key, service="members"
    )
