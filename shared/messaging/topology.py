"""Exchanges, queues and dead letters, computed from the contracts; declared and checked here.

Each teller has one durable topic exchange of its own name. Each hearer has one queue per
teller, `HEARER.TELLER.v1`, bound to the kinds that it hears and to `to.HEARER.#` (replay to
that hearer alone), and `HEARER.TELLER.urgent.v1` where kinds are urgent. What is delivered 20
times without an ack goes to the queue's `.dlq`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Final

from kombu import Connection, Exchange, Queue

from shared import contracts
from shared.contracts.message import MESSAGES, SERVICES, Message
from shared.foundation.failures import Unavailable
from shared.messaging.broker import BROKER_ERRORS, CHANNEL_ERRORS, connect

DELIVERY_LIMIT: Final = 20
# Reading a dead letter queue counts as a delivery; RabbitMQ 4 would drop at its default of 20.
DEAD_LETTER_DELIVERY_LIMIT: Final = 1_000_000
for _module in iter_modules(contracts.__path__):
    import_module(f"shared.contracts.{_module.name}")


class TopologyMissing(Unavailable):
    """An exchange or queue that messages need is not there, or not allowed."""

    default_code = "topology_missing"


@dataclass(frozen=True)
class Permission:
    """What a service's broker user may do: regular expressions of names."""

    user: str
    configure: str
    write: str
    read: str


def exchange_of(teller: str) -> str:
    """The exchange that only this service may write."""
    return teller


def queue_of(hearer: str, teller: str) -> str:
    """Where the hearer's copies of the teller's messages wait."""
    return f"{hearer}.{teller}.v1"


def urgent_queue_of(hearer: str, teller: str) -> str:
    """Where the hearer's copies of the teller's urgent messages wait."""
    return f"{hearer}.{teller}.urgent.v1"


def dead_letter_queue_of(queue: str) -> str:
    """Where messages go that were delivered too often."""
    return f"{queue}.dlq"


def replay_key(hearer: str, message_type: str) -> str:
    """The routing key that reaches this hearer alone."""
    return f"to.{hearer}.{message_type}"


@cache
def heard_by(hearer: str, teller: str) -> tuple[type[Message], ...]:
    """The kinds that this hearer hears from this teller, by type."""
    kinds = (kind for kind in MESSAGES.values() if kind.teller == teller)
    return tuple(sorted((k for k in kinds if hearer in k.hearers), key=lambda kind: kind.type))


def hearers_of(teller: str) -> list[str]:
    """Services that hear anything from the teller."""
    return [hearer for hearer in SERVICES if heard_by(hearer, teller)]


def tellers_of(hearer: str) -> list[str]:
    """Services that the hearer hears anything from."""
    return [teller for teller in SERVICES if heard_by(hearer, teller)]


def bindings_of(hearer: str, teller: str) -> dict[str, list[str]]:
    """The hearer's queues of the teller's messages, and the routing keys bound to each."""
    kinds = heard_by(hearer, teller)
    urgent = [kind.type for kind in kinds if kind.is_urgent]
    others = [kind.type for kind in kinds if not kind.is_urgent]
    bound = {queue_of(hearer, teller): [*others, replay_key(hearer, "#")]}
    return ({urgent_queue_of(hearer, teller): urgent} if urgent else {}) | bound


def queues_of(hearer: str) -> list[str]:
    """The queues that the hearer consumes."""
    return [queue for teller in tellers_of(hearer) for queue in bindings_of(hearer, teller)]


def _exchange(teller: str) -> Exchange:
    return Exchange(exchange_of(teller), type="topic", durable=True)


def _dead_letter_exchange(hearer: str) -> Exchange:
    return Exchange(f"{hearer}.dlx", type="direct", durable=True)


def _dead_letter_queue(hearer: str, queue: str) -> Queue:
    name = dead_letter_queue_of(queue)
    return Queue(
        name,
        exchange=_dead_letter_exchange(hearer),
        routing_key=name,
        durable=True,
        queue_arguments={
            "x-queue-type": "quorum",
            "x-delivery-limit": DEAD_LETTER_DELIVERY_LIMIT,
        },
    )


def queue_arguments(hearer: str, queue: str) -> dict[str, Any]:
    """Quorum, one active consumer, refusing when full, dead-lettering at least once."""
    return {
        "x-queue-type": "quorum",
        "x-delivery-limit": DELIVERY_LIMIT,
        "x-overflow": "reject-publish",
        "x-dead-letter-exchange": f"{hearer}.dlx",
        "x-dead-letter-routing-key": dead_letter_queue_of(queue),
        "x-dead-letter-strategy": "at-least-once",
        "x-single-active-consumer": True,
    }


def declare(broker_url: str) -> list[str]:
    """Declare everything; say the names. Needs a user who may configure. Twice is once.

    Dead letter queues come first, so that none is missing when a message needs it.
    """
    with connect(broker_url) as connection, connection.channel() as channel:
        made = [_declare(_exchange(teller), channel) for teller in SERVICES]
        for hearer, teller in _pairs():
            made.append(_declare(_dead_letter_exchange(hearer), channel))
            for name, keys in bindings_of(hearer, teller).items():
                made.append(_declare(_dead_letter_queue(hearer, name), channel))
                queue = Queue(name, durable=True, queue_arguments=queue_arguments(hearer, name))
                made.append(_declare(queue, channel))
                for key in keys:
                    queue(channel).bind_to(exchange_of(teller), routing_key=key)
    return list(dict.fromkeys(made))


def _declare(entity: Any, channel: Any) -> str:
    entity(channel).declare()
    return str(entity.name)


def _pairs() -> Iterator[tuple[str, str]]:
    for hearer in SERVICES:
        for teller in tellers_of(hearer):
            yield hearer, teller


def check_teller(connection: Connection, teller: str) -> None:
    """Raise TopologyMissing unless the exchange and every hearer's queue are there."""
    queues = [name for hearer in hearers_of(teller) for name in bindings_of(hearer, teller)]
    _check(connection, exchanges=[exchange_of(teller)], queues=queues)


def check_hearer(connection: Connection, hearer: str) -> int:
    """Raise TopologyMissing unless all of its queues are there; return its dead letters."""
    queues = queues_of(hearer)
    dead = [dead_letter_queue_of(queue) for queue in queues]
    sizes = _check(connection, exchanges=[f"{hearer}.dlx"], queues=[*queues, *dead])
    return sum(sizes[queue] for queue in dead)


def check_all(broker_url: str) -> dict[str, int]:
    """Queue → messages that wait in it. Raises TopologyMissing."""
    with connect(broker_url) as connection:
        for teller in SERVICES:
            check_teller(connection, teller)
        names = [name for hearer in SERVICES for name in queues_of(hearer)]
        dead = [dead_letter_queue_of(name) for name in names]
        return _check(connection, exchanges=[], queues=[*names, *dead])


def _check(
    connection: Connection, *, exchanges: Iterable[str], queues: Iterable[str]
) -> dict[str, int]:
    sizes = {}
    # A failed passive declaration closes its channel: never the one that publishes.
    channel = connection.channel()
    try:
        for name in exchanges:
            _passively("exchange", name, channel.exchange_declare, type="topic")
        for name in queues:
            sizes[name] = int(_passively("queue", name, channel.queue_declare).message_count)
    finally:
        _close(channel)
    return sizes


def _passively(kind: str, name: str, ask: Any, **options: Any) -> Any:
    try:
        return ask(name, passive=True, **options)
    except CHANNEL_ERRORS as error:
        raise TopologyMissing(f"The {kind} {name} can't be used: {error}") from error


def _close(channel: Any) -> None:
    try:
        channel.close()
    except BROKER_ERRORS:
        return


def permissions() -> list[Permission]:
    """One user per service: writes its own exchange, reads its own queues, no more."""
    return [
        Permission(
            user=service,
            configure="^$",
            write=f"^{exchange_of(service)}$",
            read="^(" + "|".join(_readable(service)) + ")$",
        )
        for service in SERVICES
    ]


def _readable(service: str) -> Iterator[str]:
    for queue in queues_of(service):
        for name in (queue, dead_letter_queue_of(queue)):
            yield name.replace(".", r"\.")
