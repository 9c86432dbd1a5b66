"""Whose choices hold when two people become one, and where that one is reached.

The survivor's own choice holds; where they never chose, the other's does. What either turned off
stays off. A chat or a phone comes along where the survivor has none, and every browser does.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.notifications.actions.addressing import reach_key
from services.notifications.actions.choosing import NEVER_CHOSEN, choose
from services.notifications.model import (
    Address,
    Delivery,
    MergedChoice,
    Notification,
    Preference,
    Recipient,
)
from services.notifications.model.address import ACTIVE
from services.notifications.model.choices import CHANNELS, ELSEWHERE, address_key
from shared.contracts.members_directory import PersonMerged

ACTOR: Final = "merge"
TOGETHER: Final = (("quiet_from", "quiet_to"), ("time_zone",), ("digest",), ("locale",))
"""What is chosen as one."""
Plain = dict[str, Any]


def follow_choices(session: Session, message: PersonMerged, *, now: datetime) -> None:
    """Merge the choices of two people, or take that back. Heard once, after their rows moved."""
    if message.is_undone:
        _take_back(session, message, now=now)
        return
    before = _of_person(session, message.kept_id)
    other = _chosen_by(session, message.gone_id)
    made = None
    if other is not None:
        made = merged(_chosen_by(session, message.kept_id) or dict(NEVER_CHOSEN), other)
        _write(session, message.kept_id, made, now=now)
    kept = MergedChoice(
        merge_id=message.merge_id,
        kept_id=message.kept_id,
        before=before,
        made=made,
        address_ids=[str(each.id) for each in _bring_addresses(session, message)],
    )
    session.add(kept)
    session.flush()
    _name_anew(session, whose=message.kept_id, was=message.gone_id)


def merged(own: Mapping[str, Any], other: Mapping[str, Any]) -> Plain:
    """The choices of both as one's. Both: the columns of Preference that somebody chooses."""
    made = dict(own)
    for names in TOGETHER:
        if all(own[name] == NEVER_CHOSEN[name] for name in names):
            made |= {name: other[name] for name in names}
    channels: dict[str, dict[str, bool]] = {}
    for category in {**own["channels"], **other["channels"]}:
        mine, theirs = own["channels"].get(category, {}), other["channels"].get(category, {})
        channels[category] = {
            name: mine.get(name, True) and theirs.get(name, True) for name in {**theirs, **mine}
        }
    return made | {"channels": channels}


def _plain(found: Preference | None) -> Plain | None:
    return None if found is None else {name: getattr(found, name) for name in NEVER_CHOSEN}


def _of_person(session: Session, person_id: UUID) -> Plain | None:
    return _plain(session.get(Preference, person_id))


def _chosen_by(session: Session, person_id: UUID) -> Plain | None:
    """By the person, else by whoever has the mails to their address."""
    own = _of_person(session, person_id)
    known = session.get(Recipient, person_id)
    if own is not None or known is None or not known.email:
        return own
    return _plain(session.get(Preference, address_key(known.email)))


def _write(session: Session, person_id: UUID, values: Plain, *, now: datetime) -> None:
    # A choice for a channel without an address is kept for when there is one.
    choose(session, person_id, values, actor=ACTOR, now=now, offered=CHANNELS)


def _bring_addresses(session: Session, message: PersonMerged) -> list[Address]:
    query, kept_id = select(Address).where(Address.state == ACTIVE), message.kept_id
    own = {each.channel for each in session.scalars(query.where(Address.person_id == kept_id))}
    theirs = session.scalars(query.where(Address.person_id == message.gone_id)).all()
    coming = [each for each in theirs if each.channel == "push" or each.channel not in own]
    for each in coming:
        each.person_id = kept_id
        each.version += 1
    session.flush()
    return coming


def _take_back(session: Session, message: PersonMerged, *, now: datetime) -> None:
    """What was chosen since the merge stays the survivor's; all else is as it was before it."""
    kept = session.get(MergedChoice, message.merge_id)
    if kept is None:
        return
    found = session.get(Preference, message.kept_id)
    if kept.made is not None and found is not None:
        values = _undone(kept.before or dict(NEVER_CHOSEN), kept.made, _plain(found) or {})
        if kept.before is None and values == NEVER_CHOSEN:
            session.delete(found)
        else:
            _write(session, message.kept_id, values, now=now)
    _take_addresses_back(session, message, {UUID(each) for each in kept.address_ids})
    session.delete(kept)
    session.flush()
    _name_anew(session, whose=message.gone_id, was=message.kept_id)


def _undone(before: Plain, made: Plain, current: Plain) -> Plain:
    values = {
        name: before[name] if current[name] == made[name] else current[name]
        for name in NEVER_CHOSEN
        if name != "channels"
    }
    channels: dict[str, dict[str, bool]] = {}
    for category, now_chosen in current["channels"].items():
        was, became = before["channels"].get(category, {}), made["channels"].get(category, {})
        left = {
            name: was.get(name) if became.get(name) == is_on else is_on
            for name, is_on in now_chosen.items()
        }
        chosen = {name: is_on for name, is_on in left.items() if is_on is not None}
        if chosen or category in before["channels"]:
            channels[category] = chosen
    return values | {"channels": channels}


def _take_addresses_back(session: Session, message: PersonMerged, ids: set[UUID]) -> None:
    moved = select(Address).where(Address.id.in_(ids), Address.person_id == message.kept_id)
    for each in session.scalars(moved).all():
        each.person_id = message.gone_id
        each.version += 1
    session.flush()


def _name_anew(session: Session, *, whose: UUID, was: UUID) -> None:
    """What waits to go elsewhere is in the line of whoever it is for now."""
    theirs = select(Notification.id).where(Notification.person_id == whose)
    for channel in ELSEWHERE:
        session.execute(
            update(Delivery)
            .where(
                Delivery.address_key == reach_key(channel, was),
                Delivery.notification_id.in_(theirs),
            )
            .values(address_key=reach_key(channel, whose))
            .execution_options(synchronize_session="fetch")
        )
