"""Changing who answers for a group, by the organizer: somebody left, or an address was wrong."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from services.events.actions.grouping import people_of, place_of_group
from services.events.actions.leaving import LIVE
from services.events.actions.seats import lock_ledger
from services.events.model import Registration, RegistrationGroup, Transition
from shared.contracts.events_groups import GroupRegistered
from shared.foundation.failures import Invalid
from shared.foundation.ids import new_secret
from shared.foundation.names import fold_email
from shared.foundation.sheets import as_is as _
from shared.messaging.outbox import tell


def change_contact(
    session: Session,
    group: RegistrationGroup,
    changes: Mapping[str, Any],
    *,
    actor: str,
    now: datetime,
    reason: str,
) -> RegistrationGroup:
    """Another name, address or language. With another address the earlier link opens nothing more.

    Who has no address of their own is told there from now on. The new contact is told the group,
    with the link: GroupRegistered once more. Raises Invalid without a reason.
    """
    if not reason:
        raise Invalid.at("/reason", _("Say why it is changed."))
    lock_ledger(session, group.workshop_id)
    session.refresh(group)
    wanted = {name: value for name, value in changes.items() if getattr(group, name) != value}
    if not wanted:
        return group
    for name, value in wanted.items():
        setattr(group, name, value)
    if "email" in wanted:
        group.email_key, group.secret = fold_email(group.email), new_secret()
        # Whose account it was is known by its address alone.
        group.person_id = None
        reached = (
            Registration.group_id == group.id,
            Registration.email_key == group.key_of_people,
        )
        newer = {"email": group.email, "version": Registration.version + 1}
        session.execute(update(Registration).where(*reached).values(**newer))
    session.add(_step(group, wanted, actor=actor, now=now, reason=reason))
    session.flush()
    live = people_of(session, group, *LIVE)
    if "email" in wanted and live:
        told = group.told_as(people=len(live), place=place_of_group(session, group))
        tell(session, GroupRegistered(group=told), now=now)
    return group


def _step(
    group: RegistrationGroup, wanted: Mapping[str, Any], *, actor: str, now: datetime, reason: str
) -> Transition:
    fields = ", ".join(wanted)
    return Transition(
        subject=RegistrationGroup.__tablename__,
        subject_id=group.id,
        at=now,
        actor=actor,
        before=None,
        after=f"changed {fields}",
        reason=reason,
        happened_on=None,
    )
