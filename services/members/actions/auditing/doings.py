"""What a transaction did to each thing, of what was seen of it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import inspect
from sqlalchemy.orm import object_session

from services.members.actions.auditing.watching import Seen, Watch, fields_of
from services.members.model import (
    Base,
    Body,
    CustomField,
    CustomValue,
    Identifier,
    Import,
    Invitation,
    Organisation,
    Person,
    ProviderDomain,
    Seat,
    Transition,
)
from shared.foundation.clock import rfc3339

# Derived of others, or counted by the row itself.
LEFT_OUT: Final = {
    "id",
    "version",
    "search_key",
    "sort_key",
    "tags",
    "email_key",
    "created_at",
    "evaluated_at",
    "member_count",
    "notice_on",
    *("token_hash", "sent_at", "used_at", "last_step", "sign_count"),
    *("credential_id", "public_key", "transports"),
    *("given_place", "withdrawn_place"),
}
HIDDEN: Final = {"password_hash", "accessibility_needs", "gender", "sealed", "sealed_secret"}
"""That they changed is kept, not what they were."""
OF_STRANGERS: Final = {"email", "name"}
"""Of an invitation: whoever is invited has no account whose erasure would forget them."""
OF_IMPORTS: Final = {"kind", "organisation_id", "filename", "state"}
MASK: Final = "•••"


@dataclass
class Doing:
    """All that a transaction did to one thing: what an entry tells."""

    thing: Base | None
    subject: str
    subject_id: UUID
    is_made: bool = False
    changes: dict[str, list[Any]] = field(default_factory=dict)
    steps: list[Transition] = field(default_factory=list)

    @property
    def act(self) -> str:
        """What was done, in the words of the history."""
        if self.steps:
            return ", ".join(dict.fromkeys(step.after for step in self.steps))
        return "recorded" if self.is_made else "changed"

    @property
    def person_id(self) -> UUID | None:
        """Whom it is about."""
        is_person = self.subject == Person.__tablename__
        return self.subject_id if is_person else getattr(self.thing, "person_id", None)

    @property
    def organisation_id(self) -> UUID | None:
        """Whose it is; of a membership the member's."""
        if self.subject == Organisation.__tablename__:
            return self.subject_id
        found: UUID | None = getattr(self.thing, "organisation_id", None)
        return found or getattr(self.thing, "member_id", None)

    @property
    def counterpart_id(self) -> UUID | None:
        """Of a membership, the host; of a seat, whose body it is of."""
        if isinstance(self.thing, Seat):
            session = object_session(self.thing)
            body = session.get(Body, self.thing.body_id) if session else None
            return body.organisation_id if body else None
        return getattr(self.thing, "host_id", None)


def _plain(name: str, value: Any) -> Any:
    if name in HIDDEN and value is not None:
        return MASK
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _is_kept(seen: Seen) -> bool:
    """Whether it is so at the end: what a savepoint took back is not."""
    state = inspect(seen.thing)
    return not state.transient and not (seen.is_made and state.deleted)


def _changes(seen: Seen) -> dict[str, list[Any]]:
    thing = seen.thing
    is_gone = inspect(thing).deleted
    changes = {}
    for name in fields_of(thing):
        if name in LEFT_OUT or (isinstance(thing, Import) and name not in OF_IMPORTS):
            continue
        if not seen.is_made and name not in seen.before:
            continue
        before, after = seen.before.get(name), None if is_gone else getattr(thing, name)
        if before != after:
            is_hidden = isinstance(thing, Invitation) and name in OF_STRANGERS
            shown = "password_hash" if is_hidden else name
            changes[name] = [_plain(shown, before), _plain(shown, after)]
    return changes


def doings_of(watch: Watch) -> list[Doing]:
    """One for each thing; identifiers, mail domains and values belong to their organisation."""
    found: dict[tuple[str, UUID], Doing] = {}
    for seen in filter(_is_kept, watch.things.values()):
        thing = seen.thing
        if isinstance(thing, Identifier | ProviderDomain):
            _add_part(found, seen)
            continue
        if isinstance(thing, CustomValue):
            _add_value(found, seen)
            continue
        subject, id_ = thing.__tablename__, inspect(thing).identity[0]
        doing = found.setdefault((subject, id_), Doing(thing, subject, id_))
        doing.thing, doing.is_made = thing, seen.is_made
        doing.changes |= _changes(seen)
    for step in watch.steps:
        if not inspect(step).transient:
            key = (step.subject, step.subject_id)
            found.setdefault(key, Doing(None, *key)).steps.append(step)
    return [each for each in found.values() if each.changes or each.steps]


def _add_part(found: dict[tuple[str, UUID], Doing], seen: Seen) -> None:
    thing: Identifier | ProviderDomain = seen.thing
    if isinstance(thing, Identifier):
        name, text = "identifiers", f"{thing.scheme} {thing.value}"
    else:
        name, text = "mail_domains", thing.domain
    key = (Organisation.__tablename__, thing.organisation_id)
    doing = found.setdefault(key, Doing(None, *key))
    before, after = doing.changes.setdefault(name, [[], []])
    side = before if inspect(seen.thing).deleted else after
    side.append(text)


def _add_value(found: dict[tuple[str, UUID], Doing], seen: Seen) -> None:
    """That it changed; what it was and is, where everyone who sees the organisation may know."""
    thing: CustomValue = seen.thing
    session = object_session(thing)
    field = session.get(CustomField, thing.field_id) if session else None
    is_gone = inspect(thing).deleted
    if field is None or not (seen.is_made or is_gone or "content" in seen.before):
        return
    key = (Organisation.__tablename__, thing.organisation_id)
    doing = found.setdefault(key, Doing(None, *key))
    sides = [seen.before.get("content"), None if is_gone else thing.content]
    if field.audience != "everyone":
        sides = [MASK if side else None for side in sides]
    doing.changes[f"custom.{field.key}"] = sides
