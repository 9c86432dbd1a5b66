"""What must hold after all faults: I1 to I7 of the promise, and every mail."""

import time
from collections import Counter
from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import func, select

from services.events.model import Registration
from services.events.queries.auditing import false_ledgers
from services.notifications.model import AttendanceCopy, Delivery, Notification
from shared.contracts.message import MESSAGES, SERVICES
from shared.database import Database
from shared.messaging.tables import inbox, kept_messages, outbox, told_messages
from tests.faults.load import Load

QUIET_SECONDS = 60.0
MAIL_LEASE_SECONDS = 100.0
KEPT_STATES = {"confirmed", "waiting", "pending", "offered"}


def wait_until_quiet(databases: Mapping[str, Database]) -> None:
    """Until nothing waits anywhere: a minute for messages, then a lease for claimed mails.

    What remains is found afterwards.
    """
    deadline = time.monotonic() + QUIET_SECONDS
    while time.monotonic() < deadline and set(_waiting(databases)) - {"mails"}:
        time.sleep(0.2)
    deadline = time.monotonic() + MAIL_LEASE_SECONDS
    while time.monotonic() < deadline and set(_waiting(databases)) == {"mails"}:
        time.sleep(0.2)


def _count(database: Database, query: object) -> int:
    with database.reading() as session:
        return session.scalar(query) or 0  # type: ignore[call-overload]


def _waiting(databases: Mapping[str, Database]) -> dict[str, int]:
    found = {}
    for service, database in databases.items():
        found[f"{service} outbox"] = _count(database, select(func.count()).select_from(outbox))
        found[f"{service} kept"] = _count(database, select(func.count()).select_from(kept_messages))
    found |= {f"{hearer} has not heard": len(ids) for hearer, ids in _unheard(databases).items()}
    mails = select(func.count()).where(Delivery.state.in_(("queued", "claimed")))
    found["mails"] = _count(databases["notifications"], mails)
    return {name: count for name, count in found.items() if count}


def _told(database: Database) -> dict[UUID, str]:
    """Id → type of all that the service told, relayed or not."""
    with database.reading() as session:
        relayed = session.execute(select(told_messages.c.id, told_messages.c.type)).all()
        pending = session.execute(select(outbox.c.id, outbox.c.type)).all()
    return {row.id: row.type for row in (*relayed, *pending)}


def _heard(database: Database) -> set[UUID]:
    with database.reading() as session:
        return set(session.scalars(select(inbox.c.id)))


def _unheard(databases: Mapping[str, Database]) -> dict[str, set[UUID]]:
    told = {service: _told(database) for service, database in databases.items()}
    return {
        hearer: {
            id_
            for messages in told.values()
            for id_, kind in messages.items()
            if hearer in MESSAGES[kind].hearers
        }
        - _heard(databases[hearer])
        for hearer in SERVICES
    }


def broken(
    databases: Mapping[str, Database], load: Load, mails: Counter[str], cut: int
) -> list[str]:
    """A sentence for each thing that does not hold.

    mails: Message-ID → how often it arrived. cut: how many were on their way when their
    process was killed.
    """
    return [
        *_answers_undone(databases["events"], load),
        *(
            f"I2 {hearer} never heard {len(ids)} messages"
            for hearer, ids in _unheard(databases).items()
            if ids
        ),
        *_copies_behind(databases),
        *(f"I5 {count} still wait: {name}" for name, count in _waiting(databases).items()),
        *_seats_wrong(databases["events"]),
        *_mails_wrong(databases["notifications"], mails, cut),
        *(f"an answer that no client should get: {answer}" for answer in load.refused),
    ]


def _answers_undone(events: Database, load: Load) -> list[str]:
    with events.reading() as session:
        kept = {str(row.id): row for row in session.scalars(select(Registration))}
    found = []
    for given in load.given.values():
        row = kept.get(given.id)
        if row is None:
            found.append(f"I1 the registration {given.id} was answered and is gone")
        elif given.cancelled != (row.state == "cancelled"):
            found.append(f"I1 {given.id} is {row.state}; cancelled: {given.cancelled}")
    names = Counter(row.name for row in kept.values() if row.state in KEPT_STATES)
    found += [
        f"I1 {name} is registered {count} times" for name, count in names.items() if count > 1
    ]
    return found


def _copies_behind(databases: Mapping[str, Database]) -> list[str]:
    with databases["events"].reading() as session:
        versions = dict(session.execute(select(Registration.id, Registration.version)).all())
    with databases["notifications"].reading() as session:
        query = select(AttendanceCopy.id, AttendanceCopy.version)
        copies = dict(session.execute(query.where(AttendanceCopy.kind == "registration")).all())
        per_key = select(Notification.idempotency_key).group_by(Notification.idempotency_key)
        twice = session.scalars(per_key.having(func.count() > 1)).all()
    wrong = [id_ for id_, version in versions.items() if copies.get(id_) != version]
    found = [f"I3 {len(wrong)} copies of registrations differ, {wrong[0]} first"] if wrong else []
    return found + [f"I3 told twice: {key}" for key in twice]


def _seats_wrong(events: Database) -> list[str]:
    with events.reading() as session:
        return [f"I7 {each}" for each in false_ledgers(session)]


def _mails_wrong(notifications: Database, mails: Counter[str], cut: int) -> list[str]:
    with notifications.reading() as session:
        query = select(Delivery.message_id).where(Delivery.channel == "mail")
        wanted = set(session.scalars(query.where(Delivery.state == "sent")))
        lost = select(func.count()).where(Delivery.state.in_(("failed", "bounced")))
        failed = session.scalar(lost) or 0
    missing = wanted - set(mails)
    extra = sum(count - 1 for count in mails.values())
    found = [f"{len(missing)} mails that count as sent never arrived"] if missing else []
    if failed:
        found.append(f"{failed} mails failed")
    if extra > cut:
        found.append(f"{extra} mails came twice, with {cut} on their way at a kill")
    return found
