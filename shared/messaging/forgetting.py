"""Forgetting a person in messages that are kept: told, on their way, waiting or parked.

A message about somebody else stays; what it says of the person is blanked. Who was erased is
remembered for a while with their address, since messages that were told before the erasure may
be heard after it: they are gone over once more, and then the address is forgotten too.
"""

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Table, and_, delete, false, func, insert, or_, select, update
from sqlalchemy.orm import Session

from shared.messaging.tables import (
    forgotten_people,
    kept_messages,
    message_audit,
    outbox,
    told_messages,
)

ERASED: Final = "erased"
NOWHERE: Final = "erased@erased.invalid"
SETTLES_AFTER: Final = timedelta(hours=1)
"""Longer than a message that was told before an erasure is on its way, save for a long fault."""
BLANK: Final[dict[str, Any]] = {
    "email": NOWHERE,
    "name": ERASED,
    "names": [],
    "phone": None,
    "given": ERASED,
    "family": ERASED,
    "link": "",
    "link_token": "",
    "answers": {},
    "rows": [],
}


@dataclass(frozen=True)
class Forgotten:
    """Whom to forget. names: as they are written in full.

    owns_address: nobody else is known at the address; else it says nothing without a name.
    """

    person_id: UUID
    email: str | None
    names: tuple[str, ...]
    owns_address: bool

    @property
    def texts(self) -> tuple[str, ...]:
        """What only a text about the person holds."""
        address = (self.email,) if self.email and self.owns_address else ()
        return (str(self.person_id), *address)

    def is_in(self, text: Any) -> ColumnElement[bool]:
        """Whether a column of JSON text speaks of the person."""
        return or_(_holds(text, str(self.person_id)), self._is_addressed(text))

    def _is_addressed(self, text: Any) -> ColumnElement[bool]:
        if not self.email:
            return false()
        at_address = _holds(text, self.email)
        if self.owns_address:
            return at_address
        return and_(at_address, or_(false(), *(_holds(text, name) for name in self.names)))

    def is_meant(self, value: Any) -> bool:
        """Whether a JSON object is about the person."""
        if value.get("person_id") == str(self.person_id):
            return True
        email = value.get("email")
        if (
            not self.email
            or not isinstance(email, str)
            or email.casefold() != self.email.casefold()
        ):
            return False
        return self.owns_address or value.get("name") in self.names

    def blanked(self, value: Any) -> Any:
        """The JSON value without what it says of the person."""
        if isinstance(value, dict):
            is_meant = self.is_meant(value)
            return {
                key: BLANK[key] if is_meant and key in BLANK and inner else self.blanked(inner)
                for key, inner in value.items()
            }
        if isinstance(value, list):
            return [self.blanked(each) for each in value]
        return self._without_names(value) if isinstance(value, str) else value

    def _without_names(self, text: str) -> str:
        for name in filter(None, self.names):
            text = _alone(name).sub(ERASED, text)
        if self.email and self.owns_address:
            text = _alone(self.email).sub(NOWHERE, text)
        return text

    def is_meant_in(self, text: str) -> bool:
        """As `is_in`, exactly: not for who is called Annette, or written to at joann@…."""
        if str(self.person_id) in text:
            return True
        if not self.email or not _alone(self.email).search(text):
            return False
        return self.owns_address or any(_alone(name).search(text) for name in self.names)


def _alone(text: str) -> re.Pattern[str]:
    """The name or address by itself, in any case, and not within a longer one."""
    return re.compile(rf"(?<![\w.+-]){re.escape(text)}(?![\w-])", re.IGNORECASE)


def _holds(column: Any, text: str) -> ColumnElement[bool]:
    """JSON may be kept with letters beyond ASCII as they are, or escaped."""
    lowered = func.lower(column)
    forms = {form for each in (text, json.dumps(text)[1:-1]) for form in _lowered(each)}
    return or_(*(lowered.contains(form, autoescape=True) for form in sorted(forms)))


def _lowered(text: str) -> set[str]:
    """As PostgreSQL and Python do it, and as SQLite: letters of ASCII alone."""
    return {text.lower(), "".join(each.lower() if each.isascii() else each for each in text)}


def forget_in_messages(session: Session, who: Forgotten, *, spares: str = "") -> dict[str, int]:
    """Blank the person in all kept messages. spares: a type that stays for now."""
    told = sum(_blank(session, table, "envelope", who, spares) for table in (told_messages, outbox))
    kept = _blank(session, kept_messages, "body", who, spares)
    about = update(message_audit).where(who.is_in(message_audit.c.detail)).values(detail=ERASED)
    session.execute(about)
    return {"messages": told + kept}


def _blank(session: Session, table: Table, name: str, who: Forgotten, spares: str) -> int:
    column = table.c[name]
    query = select(table.c.number, table.c.type, column.label("text")).where(who.is_in(column))
    found = [
        row
        for row in session.execute(query)
        if row.type != spares and who.is_meant_in(_unescaped(row.text))
    ]
    for row in found:
        values = {name: _blanked_text(who, row.text)}
        if table is kept_messages:
            values["error"] = ERASED
        session.execute(update(table).where(table.c.number == row.number).values(**values))
    return len(found)


def _unescaped(text: str) -> str:
    """JSON with its letters beyond ASCII as they are; other text as it is."""
    try:
        return json.dumps(json.loads(text), ensure_ascii=False)
    except ValueError:
        return text


def _blanked_text(who: Forgotten, text: str) -> str:
    """What can't be read is emptied."""
    try:
        envelope = json.loads(text)
        is_known = isinstance(envelope, dict)
    except ValueError:
        is_known = False
    if not is_known:
        return "{}"
    return json.dumps(who.blanked(envelope), ensure_ascii=False, separators=(",", ":"))


def remember(session: Session, who: Forgotten, counts: dict[str, int], *, now: datetime) -> None:
    """Keep whom to go over once more, and what was counted. Twice is once."""
    session.execute(delete(forgotten_people).where(forgotten_people.c.person_id == who.person_id))
    session.execute(
        insert(forgotten_people).values(
            person_id=who.person_id,
            email=who.email,
            names=json.dumps(who.names),
            owns_address=who.owns_address,
            counts=json.dumps(counts),
            settles_at=now + SETTLES_AFTER,
        )
    )


@dataclass(frozen=True)
class Remembered:
    """Somebody to go over once more. counts: what was forgotten at first, kind → how many."""

    who: Forgotten
    counts: dict[str, int]


def to_settle(session: Session, *, now: datetime, limit: int = 20) -> list[Remembered]:
    """Those whose time has come, locked; other workers pass them by."""
    query = (
        select(forgotten_people)
        .where(forgotten_people.c.settles_at <= now)
        .order_by(forgotten_people.c.settles_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [
        Remembered(
            Forgotten(row.person_id, row.email, tuple(json.loads(row.names)), row.owns_address),
            json.loads(row.counts),
        )
        for row in session.execute(query)
    ]


def settle(session: Session, person_id: UUID) -> None:
    """Forget the address of the erased person, too."""
    session.execute(delete(forgotten_people).where(forgotten_people.c.person_id == person_id))


def added(first: dict[str, int], second: dict[str, int]) -> dict[str, int]:
    """The counts of both."""
    return {kind: first.get(kind, 0) + second.get(kind, 0) for kind in sorted({*first, *second})}
