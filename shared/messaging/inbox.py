"""Hearing: each message's reaction takes effect once, in order per subject."""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, bindparam, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.orm import Session

from shared.contracts.message import Message, Told
from shared.database import Database, Instant
from shared.foundation.clock import Clock, utc_now
from shared.foundation.failures import Failure
from shared.foundation.kill_points import kill_point
from shared.foundation.logs import bound, get_logger
from shared.messaging import metrics
from shared.messaging.deliveries import Delivery, Poison, Readable, described, read
from shared.messaging.kept import keep_behind, keep_failed, keep_poison, kept_among
from shared.messaging.topology import heard_by, tellers_of

STUMBLES: Final = 5
"""A message that meets the database's trouble this often, while others pass, is kept."""
log = get_logger()


@dataclass(frozen=True, slots=True)
class Heard:
    """The facts around a message. time: when it happened; now: when it is heard; aware UTC."""

    id: UUID
    time: datetime
    now: datetime
    traceparent: str


Reaction = Callable[[Session, Any, Heard], None]
Reactions = Mapping[type[Message], Reaction]


@dataclass(frozen=True)
class Together:
    """A reaction that takes messages of one type, heard one after the other, all at once.

    One statement then serves many of them. Order holds: a message of another type ends the run.
    """

    react_to_all: Callable[[Session, Sequence[tuple[Any, Heard]]], None]

    def __call__(self, session: Session, message: Any, heard: Heard) -> None:
        self.react_to_all(session, [(message, heard)])


class NoReaction(Failure):
    """This service does not react to that kind of message."""

    default_code = "no_reaction"


def missing_reactions(service: str, reactions: Reactions) -> list[str]:
    """Types that the contracts say the service hears, and it has no reaction to."""
    heard = (kind for teller in tellers_of(service) for kind in heard_by(service, teller))
    return [kind.type for kind in heard if kind not in reactions]


def react(session: Session, reactions: Reactions, told: Told, *, now: datetime) -> None:
    """Run the message's reaction. Raises NoReaction, or whatever the reaction does."""
    reaction = reactions.get(type(told.message))
    if reaction is None:
        raise NoReaction(f"No reaction to {type(told.message).type} here.")
    with bound(
        traceparent=told.traceparent, trace_id=told.traceparent[3:35], message_id=str(told.id)
    ):
        reaction(session, told.message, _heard(told, now))


def _heard(told: Told, now: datetime) -> Heard:
    return Heard(told.id, told.time, now, told.traceparent)


def react_to_run(
    session: Session, reactions: Reactions, run: Sequence[Told], *, now: datetime
) -> None:
    """React to messages of one type, in their order: at once where the reaction can."""
    reaction = reactions.get(type(run[0].message))
    if len(run) > 1 and isinstance(reaction, Together):
        reaction.react_to_all(session, [(told.message, _heard(told, now)) for told in run])
        return
    for told in run:
        react(session, reactions, told, now=now)


_ENTER: Final = {
    "postgresql": text(
        "INSERT INTO inbox (id, received_at) SELECT unnest(:ids), :now"
        " ON CONFLICT DO NOTHING RETURNING id"
    )
    .bindparams(bindparam("ids", type_=ARRAY(Uuid())), bindparam("now", type_=Instant()))
    .columns(id=Uuid()),
    "sqlite": text(
        "INSERT OR IGNORE INTO inbox (id, received_at)"
        " SELECT value, :now FROM json_each(:ids) RETURNING id"
    )
    .bindparams(bindparam("now", type_=Instant()))
    .columns(id=Uuid()),
}


def enter_inbox(session: Session, ids: Sequence[UUID], *, now: datetime) -> set[UUID]:
    """Note the ids as heard; return those that were not before."""
    dialect = session.get_bind().dialect.name
    value = list(ids) if dialect == "postgresql" else json.dumps([one.hex for one in ids])
    return set(session.scalars(_ENTER[dialect], {"ids": value, "now": now}))


_ENTER_AT_ONCE: Final = (
    text(
        """
        WITH kept AS (SELECT EXISTS (SELECT FROM kept_messages) AS is_any), entered AS (
            INSERT INTO inbox (id, received_at)
            SELECT unnest(:ids), :now WHERE NOT (SELECT is_any FROM kept)
            ON CONFLICT DO NOTHING RETURNING id
        )
        SELECT id FROM entered UNION ALL SELECT NULL FROM kept WHERE is_any
        """
    )
    .bindparams(bindparam("ids", type_=ARRAY(Uuid())), bindparam("now", type_=Instant()))
    .columns(id=Uuid())
)


def enter_where_none_is_kept(
    session: Session, ids: Sequence[UUID], *, now: datetime
) -> set[UUID] | None:
    """As `enter_inbox`, in one statement with the look for kept messages.

    None where there are any, and on SQLite: then it is done step by step.
    """
    if session.get_bind().dialect.name != "postgresql":
        return None
    values = {"ids": list(ids), "now": now}
    first = set(session.connection().scalars(_ENTER_AT_ONCE, values))
    return None if None in first else first


@dataclass(frozen=True)
class Progress:
    """done: how many deliveries, from the first on, may be acked. trouble: why not all."""

    done: int
    trouble: Exception | None = None


class Inbox:
    """One service's hearing. A consumer gives it what came, in order, and acks what is done."""

    def __init__(
        self, database: Database, service: str, reactions: Reactions, *, clock: Clock = utc_now
    ):
        self._database = database
        self._service = service
        self._reactions = reactions
        self._clock = clock
        self._stumbles: Counter[Delivery] = Counter()
        self._still_here: Callable[[], None] = lambda: None

    def hear(
        self, deliveries: Sequence[Delivery], *, still_here: Callable[[], None] = lambda: None
    ) -> Progress:
        """Commit all in one transaction, or else one by one up to the database's trouble.

        still_here: called after each reaction, for heartbeats and leases.
        """
        self._still_here = still_here
        kill_point("consumer.before_transaction")
        try:
            self._hear(deliveries)
        except Exception as error:  # noqa: BLE001 the worker's loop: one by one counts the attempt
            log.info("batch failed", messages=len(deliveries), error=described(error))
            return self._one_by_one(deliveries)
        return Progress(len(deliveries))

    def _one_by_one(self, deliveries: Sequence[Delivery]) -> Progress:
        for done, delivery in enumerate(deliveries):
            trouble = self._hear_one(delivery)
            if trouble is not None:
                return Progress(done, trouble)
        return Progress(len(deliveries))

    def _hear_one(self, delivery: Delivery) -> Exception | None:
        try:
            self._hear([delivery])
        except Exception as error:  # noqa: BLE001 the worker's loop: the attempt is counted
            self._stumbles[delivery] += 1
            if is_trouble(error) and self._stumbles[delivery] < STUMBLES:
                return error
            trouble = self._keep(delivery, error)
            if trouble is not None:
                return trouble
        self._stumbles.pop(delivery, None)
        return None

    def _keep(self, delivery: Delivery, error: Exception) -> Exception | None:
        readable = read(delivery)
        kind = readable.type if isinstance(readable, Poison) else type(readable.told.message).type
        metrics.FAILED_REACTIONS.labels(self._service, kind).inc()
        log.error("reaction failed", type=kind, error=described(error))
        try:
            with self._database.writing() as session:
                if isinstance(readable, Readable):
                    keep_failed(session, readable, described(error), now=self._clock())
        except SQLAlchemyError as trouble:
            return trouble
        return None

    def _hear(self, deliveries: Sequence[Delivery]) -> None:
        now = self._clock()
        came = [read(delivery) for delivery in deliveries]
        readable = [one for one in came if isinstance(one, Readable)]
        with self._database.writing() as session:
            for one in came:
                if isinstance(one, Poison):
                    keep_poison(session, one, now=now)
            fresh = self._take_in(session, readable, now=now) if readable else []
            for _, run in groupby((one.told for one in fresh), lambda told: type(told.message)):
                react_to_run(session, self._reactions, list(run), now=now)
                self._still_here()
            session.flush()
            kill_point("consumer.before_commit")
        self._count(readable, fresh, now)

    def _take_in(
        self, session: Session, readable: Sequence[Readable], *, now: datetime
    ) -> list[Readable]:
        """Put aside what must wait behind a kept one; return what is new."""
        by_id = {one.told.id: one for one in readable}
        first = enter_where_none_is_kept(session, list(by_id), now=now)
        if first is not None:
            return [one for one in by_id.values() if one.told.id in first]
        kept = kept_among(session, list(by_id.values()))
        known = [one for one in by_id.values() if one.told.id not in kept.ids]
        behind = [one for one in known if one.told.message.subject in kept.subjects]
        if behind:
            keep_behind(session, behind, now=now)
        free = [one for one in known if one.told.message.subject not in kept.subjects]
        first = enter_inbox(session, [one.told.id for one in free], now=now) if free else set()
        return [one for one in free if one.told.id in first]

    def _count(
        self, readable: Sequence[Readable], fresh: Sequence[Readable], now: datetime
    ) -> None:
        metrics.REPEATED.labels(self._service).inc(len(readable) - len(fresh))
        for kind, number in Counter(type(one.told.message).type for one in fresh).items():
            metrics.HEARD.labels(self._service, kind).inc(number)
        if fresh:
            lag = (now - fresh[-1].told.time).total_seconds()
            metrics.INBOX_LAG_SECONDS.labels(self._service).set(max(0.0, lag))


def is_trouble(error: Exception) -> bool:
    """Whether it is the database that is in trouble, and not the reaction that is wrong."""
    if isinstance(error, NoConnectionFree):
        return True
    return isinstance(error, DBAPIError) and (
        error.connection_invalidated
        or type(error).__name__ in ("OperationalError", "InterfaceError")
    )
