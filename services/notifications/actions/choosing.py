"""Choosing what one is told, and an organisation's rules for those whom it tells."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.notifications.actions.failures import CannotOptOut
from services.notifications.actions.recording import record
from services.notifications.model import (
    Delivery,
    Notification,
    OrganisationRules,
    Preference,
)
from services.notifications.model.choices import CHANNELS, FOR_ALL, MANDATORY, Wanted, address_key
from shared.database import plain_row
from shared.foundation.failures import Fault, Invalid

UNREACHED: Final = "Add an address for this channel first."
NEVER_CHOSEN: Final[Mapping[str, Any]] = {
    "channels": {},
    "quiet_from": None,
    "quiet_to": None,
    "time_zone": None,
    "digest": "off",
    "locale": None,
}


def choose(
    session: Session,
    key: UUID,
    values: Mapping[str, Any],
    *,
    actor: str,
    now: datetime,
    offered: Collection[str] = FOR_ALL,
) -> Preference:
    """Replace what was chosen. values: the columns of Preference that somebody chooses.

    offered: the channels that they could choose; of others what was chosen before stays. What is
    held is looked at again at once. Raises Invalid for what does not reach them.
    """
    found = session.get(Preference, key, with_for_update=True)
    before_channels = found.channels if found is not None else {}
    values = {
        **values,
        "channels": _offered(values.get("channels", {}), before_channels, offered),
    }
    before = plain_row(found, ("id", "changed_at")) if found is not None else None
    if found is None:
        found = Preference(id=key, version=0)
        session.add(found)
    for name, value in {**NEVER_CHOSEN, **values}.items():
        setattr(found, name, value)
    found.version += 1
    found.changed_at = now
    after = plain_row(found, ("id", "changed_at"))
    record(session, "preferences", key, before=before, after=after, actor=actor, now=now)
    session.flush()
    _look_again(session, key, now=now)
    return found


def _offered(
    chosen: Wanted, before: Wanted, offered: Collection[str]
) -> dict[str, dict[str, bool]]:
    faults = [
        Fault(f"/categories/{category}/{channel}", UNREACHED)
        for category, channels in chosen.items()
        for channel, is_on in channels.items()
        if is_on and channel not in offered
    ]
    if faults:
        raise Invalid(UNREACHED, faults=faults)
    made = {}
    for category in {**before, **chosen}:
        kept = {
            name: is_on for name, is_on in before.get(category, {}).items() if name not in offered
        }
        new = {name: is_on for name, is_on in chosen.get(category, {}).items() if name in offered}
        if kept or new or category in chosen:
            made[category] = kept | new
    return made


def _look_again(session: Session, key: UUID, *, now: datetime) -> None:
    """The timer decides anew of what is held for them."""
    theirs = select(Notification.id).where(Notification.person_id == key)
    session.execute(
        update(Delivery)
        .where(Delivery.state == "held", Delivery.digest_id.is_(None), Delivery.due_at > now)
        .where(Delivery.notification_id.in_(theirs))
        .values(due_at=now)
    )


def opt_out(
    session: Session, key: UUID, categories: Iterable[str], *, actor: str, now: datetime
) -> Preference:
    """No mails of these categories any more; a second time changes nothing.

    Raises CannotOptOut for what is told in any case.
    """
    wanted = [category for category in categories if category not in MANDATORY]
    if not wanted:
        raise CannotOptOut(
            "These mails are about your own account or your place at a workshop; they always come."
        )
    found = session.get(Preference, key)
    values = (
        {name: getattr(found, name) for name in NEVER_CHOSEN}
        if found is not None
        else dict(NEVER_CHOSEN)
    )
    channels = {name: dict(each) for name, each in values["channels"].items()}
    for category in wanted:
        channels[category] = channels.get(category, {}) | {"mail": False}
    if found is not None and channels == values["channels"]:
        return found
    made = values | {"channels": channels}
    return choose(session, key, made, actor=actor, now=now, offered=CHANNELS)


def key_of(delivery: Delivery) -> UUID:
    """Whose choices hold for the delivery: the person's, else its address's."""
    told = delivery.notification
    return told.person_id or address_key(delivery.address)


def set_rules(
    session: Session, organisation_id: UUID, values: Mapping[str, Any], *, actor: str, now: datetime
) -> OrganisationRules:
    """Replace an organisation's rules. values: the columns of OrganisationRules that it sets."""
    found = session.get(OrganisationRules, organisation_id, with_for_update=True)
    before = plain_row(found, ("id", "changed_at")) if found is not None else None
    if found is None:
        found = OrganisationRules(id=organisation_id, version=0)
        session.add(found)
    for name, value in values.items():
        setattr(found, name, value)
    found.version += 1
    found.changed_at = now
    after = plain_row(found, ("id", "changed_at"))
    subject = OrganisationRules.__tablename__
    record(session, subject, organisation_id, before=before, after=after, actor=actor, now=now)
    session.flush()
    return found
