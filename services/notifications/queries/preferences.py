"""What was chosen, by whose mail or whose account; and organisations' rules."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from services.notifications.model import (
    Delivery,
    OrganisationCopy,
    OrganisationRules,
    Preference,
)
from services.notifications.model.choices import CHANNELS, FOR_ALL
from services.notifications.queries.scopes import may_speak_for
from services.notifications.queries.wishes import reach_of
from shared.foundation.failures import NotFound
from shared.foundation.identities import Asker
from shared.messaging.forgetting import NOWHERE


def find_preference(session: Session, key: UUID) -> Preference | None:
    """What a person or an address chose."""
    return session.get(Preference, key)


def offered_to(session: Session, person_id: UUID) -> tuple[str, ...]:
    """The channels that the person can choose: mail and inbox, and those with an address."""
    reached = reach_of(session, [person_id]).get(person_id, {})
    return tuple(name for name in CHANNELS if name in FOR_ALL or name in reached)


def get_mailed(session: Session, delivery_id: UUID | None) -> Delivery:
    """The mail whose token somebody brings. Raises NotFound for none, or one that was erased."""
    query = (
        select(Delivery)
        .options(joinedload(Delivery.notification))
        .where(Delivery.id == delivery_id, Delivery.channel == "mail")
    )
    found = session.scalars(query).one_or_none() if delivery_id else None
    if found is None or found.address == NOWHERE:
        raise NotFound("This link leads nowhere: the mail that it came with is no longer known.")
    return found


def categories_of(delivery: Delivery) -> list[str]:
    """What its reader would turn off: of a digest, all that is in it."""
    told = delivery.notification
    return list(told.facts.get("categories") or [told.category])


def get_rules(
    session: Session, organisation_id: UUID, asker: Asker
) -> tuple[OrganisationCopy, OrganisationRules | None]:
    """An organisation that the asker speaks for, and its rules. Raises NotFound."""
    organisation = session.get(OrganisationCopy, organisation_id)
    if organisation is None or not may_speak_for(session, asker, organisation_id):
        raise NotFound("There is no such organisation that you look after.")
    return organisation, session.get(OrganisationRules, organisation_id)
