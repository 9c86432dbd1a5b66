"""Watching: what each transaction changes of the audited tables, seen as it is flushed.

There is no other way to change one: a statement that would pass by unseen is refused.
"""

from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from sqlalchemy import event, inspect
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from services.members.model import (
    Account,
    Affiliation,
    Appointment,
    Base,
    Body,
    Capability,
    CapabilityFramework,
    Case,
    CatalogueEntry,
    CodeSecret,
    Consent,
    ConsentPurpose,
    CustomField,
    CustomValue,
    DemandRound,
    Identifier,
    IdentityProvider,
    Import,
    Invitation,
    Membership,
    MembershipType,
    Organisation,
    Passkey,
    Person,
    PersonalToken,
    ProviderDomain,
    RoleGrant,
    Seat,
    Segment,
    Transition,
)

AUDITED: Final[tuple[type[Base], ...]] = (
    Account,
    Affiliation,
    Appointment,
    Body,
    Capability,
    CapabilityFramework,
    Case,
    CatalogueEntry,
    CodeSecret,
    Consent,
    ConsentPurpose,
    CustomField,
    CustomValue,
    DemandRound,
    Identifier,
    IdentityProvider,
    Import,
    Invitation,
    Membership,
    MembershipType,
    Organisation,
    Passkey,
    Person,
    PersonalToken,
    ProviderDomain,
    RoleGrant,
    Seat,
    Segment,
)
BESIDE: Final[dict[str, Any]] = {"beside_the_audit": True}
"""Execution options of a statement that only forgets what is old or erased, or counts a use."""
WATCH: Final = "audit_watch"
"""Key in session.info: the transaction's `Watch`."""


@dataclass
class Seen:
    """A row that was made, changed or deleted. before: field → its value at first."""

    thing: Any
    is_made: bool = False
    before: dict[str, Any] = field(default_factory=dict)


@dataclass
class Watch:
    """What was seen of a transaction. erased: people whose data it forgets.

    acts_for: the organisation that the work is done for, where no request says so.
    """

    things: dict[int, Seen] = field(default_factory=dict)
    steps: list[Transition] = field(default_factory=list)
    erased: set[UUID] = field(default_factory=set)
    acts_for: UUID | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to be kept."""
        return not self.things and not self.steps


def watch_of(session: Session) -> Watch:
    """What was seen so far in the session's transaction."""
    found: Watch = session.info.setdefault(WATCH, Watch())
    return found


def fields_of(thing: Base) -> list[str]:
    """The names of its columns."""
    return [column.key for column in inspect(type(thing)).column_attrs]


def _on_flush(session: Session, _: UOWTransaction) -> None:
    for thing in session.new:
        if isinstance(thing, Transition):
            watch_of(session).steps.append(thing)
        elif isinstance(thing, AUDITED):
            watch_of(session).things[id(thing)] = Seen(thing, is_made=True)
    for thing in session.dirty:
        if isinstance(thing, AUDITED):
            _see_change(watch_of(session), thing)
    for thing in session.deleted:
        if isinstance(thing, AUDITED):
            seen = watch_of(session).things.setdefault(id(thing), Seen(thing))
            values = {name: getattr(thing, name) for name in fields_of(thing)}
            seen.before = values | seen.before


def _see_change(watch: Watch, thing: Base) -> None:
    attributes = inspect(thing).attrs
    for name in fields_of(thing):
        history = attributes[name].history
        if history.has_changes():
            seen = watch.things.setdefault(id(thing), Seen(thing))
            seen.before.setdefault(name, history.deleted[0] if history.deleted else None)


def _refuse_unseen(state: ORMExecuteState) -> None:
    is_change = state.is_insert or state.is_update or state.is_delete
    is_beside = state.execution_options.get("beside_the_audit", False)
    if not is_change or is_beside or state.bind_mapper is None:
        return
    # Imports are forgotten when they are old; what they wrote is not.
    if state.bind_mapper.class_ in AUDITED and state.bind_mapper.class_ is not Import:
        name = state.bind_mapper.class_.__name__
        raise RuntimeError(f"this statement would change {name} unseen by the audit")


def watch_sessions() -> None:
    """See the changes of every session of this process. Twice is once."""
    for name, listener in (("after_flush", _on_flush), ("do_orm_execute", _refuse_unseen)):
        if not event.contains(Session, name, listener):
            event.listen(Session, name, listener)
