"""The bare way from an answer to a mail: publish, consume, one insert, a kept SMTP connection."""

import smtplib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urlsplit

import amqp
import psycopg

QUEUE: Final = "bare.hops"
BODY: Final = (
    "Subject: bare\r\n\r\n" + "A line of a mail of ordinary length, as people write.\r\n" * 40
)


class Hops:
    """send() a message; a thread hears it, notes it in a row and hands a ready mail over."""

    def __init__(self, broker_url: str, conninfo: str, smtp: tuple[str, int]):
        self._telling = connect(broker_url, confirm_publish=True)
        self._channel = self._telling.channel()
        arguments = {"x-queue-type": "quorum"}
        self._channel.queue_declare(QUEUE, durable=True, auto_delete=False, arguments=arguments)
        self._hearing = connect(broker_url)
        self._database = psycopg.connect(conninfo)
        self._database.execute("CREATE TABLE bare_mails (address text)")
        self._database.commit()
        self._mailer = smtplib.SMTP(*smtp)
        self._is_stopping = False
        self._thread = threading.Thread(target=self._hear, name="bare hops", daemon=True)
        self._thread.start()

    def send(self, address: str) -> float:
        """Publish, durable and confirmed; the instant just before (monotonic)."""
        began = time.monotonic()
        message = amqp.Message(address, delivery_mode=2)
        self._channel.basic_publish(message, routing_key=QUEUE)
        return began

    def _hear(self) -> None:
        channel = self._hearing.channel()
        channel.basic_consume(QUEUE, callback=self._take)
        while not self._is_stopping:
            try:
                self._hearing.drain_events(timeout=0.2)
            except TimeoutError:
                continue

    def _take(self, message: Any) -> None:
        self._database.execute("INSERT INTO bare_mails VALUES (%s)", [message.body])
        self._database.commit()
        self._mailer.sendmail("bench@plenary.example", [message.body], BODY)
        message.channel.basic_ack(message.delivery_tag)

    def close(self) -> None:
        """Stop hearing and hang up."""
        self._is_stopping = True
        self._thread.join(5)
        self._mailer.quit()
        self._database.close()
        self._hearing.close()
        self._telling.close()


def connect(broker_url: str, **options: Any) -> amqp.Connection:
    """A plain connection of py-amqp."""
    parts = urlsplit(broker_url)
    connection = amqp.Connection(
        host=f"{parts.hostname}:{parts.port}",
        userid=parts.username,
        password=parts.password,
        **options,
    )
    connection.connect()
    return connection


@contextmanager
def hops(broker_url: str, conninfo: str, smtp: tuple[str, int]) -> Iterator[Hops]:
    """The way, open."""
    made = Hops(broker_url, conninfo, smtp)
    try:
        yield made
    finally:
        made.close()
