"""What Prometheus sees of messages, by service."""

from typing import Final

from prometheus_client import Counter, Gauge

_SERVICE: Final = ["service"]

OLDEST_PENDING_SECONDS: Final = Gauge(
    "plenary_outbox_oldest_pending_seconds", "Age of the oldest message not relayed", _SERVICE
)
PENDING: Final = Gauge("plenary_outbox_pending", "Messages told and not relayed", _SERVICE)
UNROUTABLE: Final = Gauge(
    "plenary_outbox_unroutable", "Messages that reached no queue and are held back", _SERVICE
)
TOPOLOGY_MISSING: Final = Gauge(
    "plenary_topology_missing", "1 while an exchange or queue is missing", ["service", "role"]
)
PUBLISHED: Final = Counter("plenary_messages_published", "Confirmed by the broker", _SERVICE)
HEARD: Final = Counter("plenary_messages_heard", "Reactions committed", [*_SERVICE, "type"])
REPEATED: Final = Counter("plenary_messages_repeated", "Heard before, ignored", _SERVICE)
INBOX_LAG_SECONDS: Final = Gauge(
    "plenary_inbox_lag_seconds", "From telling to hearing, of the last message", _SERVICE
)
FAILED_REACTIONS: Final = Counter(
    "plenary_reactions_failed", "Reactions that raised", [*_SERVICE, "type"]
)
KEPT: Final = Gauge("plenary_messages_kept", "Retrying, waiting or parked", ["service", "state"])
DEAD_LETTERED: Final = Gauge(
    "plenary_messages_dead_lettered", "In this service's dead letter queues", _SERVICE
)
LOOP_FAILURES: Final = Counter(
    "plenary_loop_failures", "Errors of a worker's loop or timer", ["service", "loop"]
)
