"""An organisation's own OpenID Connect provider, and whom it has signed in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.members.model.base import Base


class IdentityProvider(Base):
    """One of an organisation, for the mail domains in `provider_domains`.

    approved_at None: an operator has not looked at it yet, and nobody can sign in by it.
    """

    __tablename__ = "identity_providers"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    issuer: Mapped[str]
    client_id: Mapped[str]
    sealed_secret: Mapped[str | None]
    created_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]


class ProviderDomain(Base):
    """Addresses of the domain are the provider's to vouch for. domain: lower case."""

    __tablename__ = "provider_domains"
    __table_args__ = (Index(None, "domain"),)

    organisation_id: Mapped[UUID] = mapped_column(
        ForeignKey("identity_providers.organisation_id", ondelete="CASCADE"), primary_key=True
    )
    domain: Mapped[str] = mapped_column(primary_key=True)


class LinkedIdentity(Base):
    """Whom the provider means by a subject (OpenID Connect Core, section 2: `iss` and `sub`)."""

    __tablename__ = "linked_identities"
    __table_args__ = (Index(None, "person_id"),)

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    issuer: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    linked_at: Mapped[datetime]
