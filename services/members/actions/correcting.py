"""Correcting what is recorded of where somebody works: the title, and from when to when."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from services.members.actions.recording import record
from services.members.model import Affiliation
from services.members.queries.people import require_in_sight
from shared.days import day_of
from shared.foundation.failures import Invalid
from shared.foundation.identities import Asker
from shared.messaging.outbox import tell


def _goes_on(found: Affiliation, changes: Mapping[str, Any], *, today: date) -> bool:
    """Whether the place is one again that had ended."""
    ends_on = changes.get("ends_on", found.ends_on)
    was_over = found.ended_at is not None or (found.ends_on is not None and found.ends_on < today)
    return was_over and "ends_on" in changes and (ends_on is None or ends_on > today)


def correct_affiliation(
    session: Session,
    found: Affiliation,
    changes: Mapping[str, Any],
    *,
    asker: Asker,
    now: datetime,
) -> Affiliation:
    """The title and the days are these. Tells AffiliationRecorded, unless nothing has changed.

    changes: any of title, starts_on, ends_on. A last day still to come, or none, makes an ended
    one go on: Forbidden where the asker no longer sees the person. The caller has locked it.
    """
    today = day_of(session, now)
    again = _goes_on(found, changes, today=today)
    if again:
        require_in_sight(session, found.person_id, asker, today=today)
    starts_on = changes.get("starts_on", found.starts_on)
    ends_on = changes.get("ends_on", found.ends_on)
    if starts_on and ends_on and ends_on < starts_on:
        raise Invalid.at("/to", "It can't end before it starts.")
    changed = [name for name, value in changes.items() if getattr(found, name) != value]
    if not changed:
        return found
    if again:
        found.ended_at = None
    for name in changed:
        setattr(found, name, changes[name])
    found.version += 1
    why = ", ".join(changed)
    record(session, found, "changed", before="affiliated", actor=asker.name, now=now, reason=why)
    tell(session, found.told(), now=now)
    return found
