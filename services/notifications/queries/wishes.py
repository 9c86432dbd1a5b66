"""What holds for those who are told: suppressions, choices, organisations' defaults, by batch."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, Text, Uuid, bindparam, select, text
from sqlalchemy.orm import Session

from services.notifications.model import (
    Address,
    OrganisationRules,
    Preference,
    Recipient,
    Suppression,
)
from services.notifications.model.address import ACTIVE
from services.notifications.model.choices import (
    MANDATORY,
    NOTHING_CHOSEN,
    Choices,
    Wanted,
    address_key,
)
from services.notifications.model.suppression import ALL
from shared.database import is_among
from shared.foundation.names import fold_email

Person = tuple[UUID | None, str]
"""Who is told: the person's id where known, and the address."""


@dataclass(frozen=True)
class Wishes:
    """What holds for a batch.

    suppressed: folded address → why, and its scope. chosen: key → choices. rules: organisation →
    defaults. reach: person → channel → what is shown of their address for it.
    """

    suppressed: Mapping[str, tuple[str, str]]
    chosen: Mapping[UUID, Choices]
    rules: Mapping[UUID, Wanted]
    reach: Mapping[UUID, Mapping[str, str]]

    def refusal_of(self, email_key: str, category: str) -> str:
        """Why nothing of the category is sent to the address; "" where it is."""
        reason, scope = self.suppressed.get(email_key, ("", ALL))
        return reason if scope == ALL or category not in MANDATORY else ""

    def choices_of(self, person_id: UUID | None, email: str) -> Choices:
        """The person's own choices, else those of the address."""
        if not self.chosen:
            return NOTHING_CHOSEN
        own = self.chosen.get(person_id) if person_id else None
        return own or self.chosen.get(address_key(email), NOTHING_CHOSEN)

    def reach_of(self, person_id: UUID | None) -> Mapping[str, str]:
        """Channel → address, of those that the person gave besides mail."""
        return self.reach.get(person_id, {}) if person_id else {}

    def defaults_of(self, organisation_id: UUID | None) -> Wanted:
        """What the organisation tells those who chose nothing."""
        return self.rules.get(organisation_id, {}) if organisation_id else {}


def wishes_of(
    session: Session,
    people: Sequence[Person],
    *,
    organisation_ids: Collection[UUID] = (),
    now: datetime,
) -> Wishes:
    """A read for each of the four, or fewer, however many people there are."""
    reach = reach_of(session, {person_id for person_id, _ in people if person_id})
    rules = _rules(session, organisation_ids)
    emails, keys = {fold_email(email) for _, email in people}, _keys_of(people)
    if not _is_anything_chosen(session, emails, keys):
        return Wishes({}, {}, rules, reach)
    return Wishes(_suppressed(session, emails, now=now), _chosen(session, keys), rules, reach)


def reach_of(session: Session, person_ids: Collection[UUID]) -> dict[UUID, dict[str, str]]:
    """Person → channel → what is shown of their address for it; of several browsers, the last."""
    if not person_ids:
        return {}
    query = (
        select(Address.person_id, Address.channel, Address.label)
        .where(is_among(session, Address.person_id, person_ids), Address.state == ACTIVE)
        .order_by(Address.id)
    )
    found: dict[UUID, dict[str, str]] = {}
    for row in session.execute(query):
        found.setdefault(row.person_id, {})[row.channel] = row.label
    return found


_IS_ANYTHING_CHOSEN: Final = text(
    """
    SELECT 1 FROM suppressions WHERE email_key = ANY(:emails) AND lifted_at IS NULL
    UNION ALL SELECT 1 FROM preferences WHERE id = ANY(:keys)
    LIMIT 1
    """
).bindparams(bindparam("emails", type_=ARRAY(Text())), bindparam("keys", type_=ARRAY(Uuid())))


def _keys_of(people: Sequence[Person]) -> set[UUID]:
    """Ids that their choices have."""
    keys = {address_key(email) for _, email in people if email}
    return keys | {person_id for person_id, _ in people if person_id}


def _is_anything_chosen(session: Session, emails: set[str], keys: set[UUID]) -> bool:
    """Most people choose nothing: on PostgreSQL that is seen in one statement."""
    if session.get_bind().dialect.name != "postgresql":
        return True
    values = {"emails": list(emails), "keys": list(keys)}
    return session.connection().execute(_IS_ANYTHING_CHOSEN, values).first() is not None


def _suppressed(session: Session, keys: set[str], *, now: datetime) -> dict[str, tuple[str, str]]:
    query = select(
        Suppression.email_key, Suppression.reason, Suppression.scope, Suppression.expires_at
    ).where(is_among(session, Suppression.email_key, keys), Suppression.lifted_at.is_(None))
    found = session.execute(query)
    return {
        row.email_key: (row.reason, row.scope)
        for row in found
        if row.expires_at is None or row.expires_at > now
    }


def _chosen(session: Session, keys: set[UUID]) -> dict[UUID, Choices]:
    query: Any = (
        select(Preference, Recipient.time_zone)
        .outerjoin(Recipient, Recipient.id == Preference.id)
        .where(is_among(session, Preference.id, keys))
    )
    return {found.id: found.choices(zone) for found, zone in session.execute(query)}


def _rules(session: Session, organisation_ids: Collection[UUID]) -> dict[UUID, Wanted]:
    if not organisation_ids:
        return {}
    query = select(OrganisationRules.id, OrganisationRules.channels).where(
        is_among(session, OrganisationRules.id, organisation_ids)
    )
    return {row.id: row.channels for row in session.execute(query)}
