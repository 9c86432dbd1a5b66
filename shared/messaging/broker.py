"""Connections to the broker, RabbitMQ or a file of ours, and the errors they may raise."""

from typing import Final

from kombu import Connection
from kombu.exceptions import ChannelError

import shared.messaging.embedded

HEARTBEAT_SECONDS: Final = 20
ANSWER_SECONDS: Final = 20
"""How long the broker may take to answer one method; a blocked one never does."""

_amqp = Connection("amqp://")
CHANNEL_ERRORS: Final[tuple[type[Exception], ...]] = (
    *_amqp.channel_errors,
    ChannelError,
)
BROKER_ERRORS: Final[tuple[type[Exception], ...]] = (
    *_amqp.connection_errors,
    *shared.messaging.embedded.Transport.connection_errors,
    *CHANNEL_ERRORS,
    OSError,
    # py-amqp raises these two when a connection is cut below it.
    AttributeError,
    KeyError,
)


def is_embedded(broker_url: str) -> bool:
    """Whether the broker is a file of ours."""
    return broker_url.startswith(f"{shared.messaging.embedded.SCHEME}:")


def connect(broker_url: str) -> Connection:
    """An open connection with heartbeats, no implicit confirms, and no endless wait."""
    if is_embedded(broker_url):
        return Connection(broker_url)
    connection = Connection(
        broker_url,
        heartbeat=HEARTBEAT_SECONDS,
        connect_timeout=5,
        transport_options={"confirm_publish": False},
    )
    connection.connect()
    connection.connection.transport.sock.settimeout(ANSWER_SECONDS)
    return connection


def close(connection: Connection) -> None:
    """Close it, or let it fall where the broker doesn't answer."""
    try:
        connection.close()
    except BROKER_ERRORS:
        connection.collect()
