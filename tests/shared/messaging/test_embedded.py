"""The durable transport on a file: nothing is lost, order is kept, leases are honoured."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time

import pytest
from kombu import Connection, Consumer, Producer, Queue
from kombu.exceptions import ChannelError

from shared.messaging import embedded
from shared.messaging.broker_file import LeaseLostError
from shared.messaging.embedded import Entry
from tests.shared.messaging.travel import until

PROPERTIES = {
    "content-type": "application/json",
    "content-encoding": "utf-8",
    "headers": {},
    "properties": {},
}


@pytest.fixture
def url(tmp_path):
    return f"embedded://{tmp_path}/broker.sqlite"


def open_channel(url, **options):
    return Connection(url, transport_options=options).channel()


def declare(channel, *queues, exchange="events", key="plenary.events.#"):
    channel.exchange_declare(exchange, type="topic")
    for queue in queues:
        channel.queue_declare(queue)
        channel.queue_bind(queue, exchange, key)


def publish(channel, *bodies, exchange="events", key="plenary.events.seat_offered.v1"):
    entries = [Entry(key, PROPERTIES, str(body).encode()) for body in bodies]
    return channel.publish_batch(exchange, entries)


def take(channel, queue):
    message = channel.basic_get(queue)
    return None if message is None else message.body.decode()


def test_two_hearers_get_a_copy_each(url):
    channel = open_channel(url)
    declare(channel, "notifications", "members")

    publish(channel, "seat")

    assert [take(channel, "notifications"), take(channel, "members")] == ["seat", "seat"]


def test_a_message_that_no_binding_matches_reaches_no_queue(url):
    channel = open_channel(url)
    declare(channel, "notifications", key="plenary.events.workshop_closed.v1")

    assert publish(channel, "seat") == [False]
    assert channel.queue_declare("notifications", passive=True).message_count == 0


def test_messages_come_in_the_order_of_their_publishing(url):
    channel = open_channel(url)
    declare(channel, "notifications")
    publish(channel, *range(300))
    publish(channel, *range(300, 500))

    assert [int(take(channel, "notifications")) for _ in range(500)] == list(range(500))


def test_a_batch_is_published_whole_or_not_at_all(url):
    channel = open_channel(url)
    declare(channel, "notifications")
    batch = [Entry("plenary.events.a", PROPERTIES, body) for body in (b"1", object())]

    with pytest.raises(sqlite3.Error):
        channel.publish_batch("events", batch)

    assert take(channel, "notifications") is None


def test_bindings_and_messages_outlive_the_connection(url):
    first = open_channel(url)
    declare(first, "notifications")
    publish(first, "seat")
    first.close()

    second = open_channel(url)
    publish(second, "another")

    assert [take(second, "notifications"), take(second, "notifications")] == ["seat", "another"]


def test_what_was_not_acked_comes_again_to_the_next_consumer_in_order(url):
    first = open_channel(url)
    declare(first, "notifications")
    publish(first, *range(5))
    first.basic_get("notifications").ack()
    take(first, "notifications")
    first.close()

    second = open_channel(url)

    assert [take(second, "notifications") for _ in range(5)] == ["1", "2", "3", "4", None]


def test_nobody_else_is_given_anything_while_the_lease_lives(url):
    holder, other = open_channel(url), open_channel(url)
    declare(holder, "notifications")
    publish(holder, "first", "second")
    take(holder, "notifications")

    assert take(other, "notifications") is None


def test_an_expired_lease_gives_the_queue_to_the_next_consumer(url):
    silent, other = open_channel(url, lease_seconds=0.2), open_channel(url)
    declare(silent, "notifications")
    publish(silent, "seat")
    take(silent, "notifications")

    until(lambda: take(other, "notifications") == "seat")

    time.sleep(0.1)
    with pytest.raises(LeaseLostError):
        silent.extend_lease()


def test_a_lease_that_is_extended_outlasts_its_handler(url):
    holder, other = open_channel(url, lease_seconds=0.3), open_channel(url)
    declare(holder, "notifications")
    publish(holder, "seat")
    take(holder, "notifications")

    for _ in range(10):
        time.sleep(0.1)
        holder.extend_lease()
        assert take(other, "notifications") is None


def test_acking_several_deletes_all_up_to_that_one_and_no_more(url):
    channel = open_channel(url)
    declare(channel, "notifications")
    publish(channel, *range(4))
    taken = [channel.basic_get("notifications") for _ in range(4)]

    taken[2].ack(multiple=True)
    channel.close()

    assert take(open_channel(url), "notifications") == "3"


def test_a_requeued_message_comes_again_and_a_refused_one_is_dead_lettered(url):
    channel = open_channel(url)
    channel.queue_declare("dead")
    channel.queue_declare("alive", arguments={"x-dead-letter-routing-key": "dead"})
    publish(channel, "seat", exchange="", key="alive")

    channel.basic_get("alive").reject(requeue=True)
    again = channel.basic_get("alive")
    again.reject(requeue=False)

    assert (again.body, take(channel, "alive"), take(channel, "dead")) == (
        b"seat",
        None,
        "seat",
    )


def test_asking_for_a_queue_that_is_not_there_is_a_404(url):
    with pytest.raises(ChannelError) as refused:
        open_channel(url).queue_declare("nowhere", passive=True)

    assert refused.value.reply_code == 404


def test_a_sleeping_consumer_is_woken_at_once_and_idles_without_work(url):
    came: list = []
    channel = open_channel(url)
    declare(channel, "notifications")
    connection = Connection(url)
    stop = threading.Event()

    def consume():
        queue = Queue("notifications", no_declare=True)
        with Consumer(connection.channel(), [queue], on_message=came.append, auto_declare=False):
            while not stop.is_set():
                try:
                    connection.drain_events(timeout=5)
                except TimeoutError:
                    continue

    thread = threading.Thread(target=consume)
    thread.start()
    time.sleep(0.3)
    used = time.process_time()
    time.sleep(1)
    used = time.process_time() - used
    Producer(channel).publish({"seat": 1}, exchange="events", routing_key="plenary.events.x.v1")
    until(lambda: bool(came), seconds=embedded.POLL_SECONDS * 8)
    stop.set()
    publish(channel, "last")
    thread.join()

    assert used < 0.2
    assert came[0].payload == {"seat": 1}


CHILD = """
import sys
from kombu import Connection
from shared.messaging.embedded import Entry
url, role = sys.argv[1:]
channel = Connection(url).channel()
number = 0
while True:
    if role == "teller":
        channel.publish_batch("events", [
            Entry("plenary.events.a", {"properties": {}}, str(number + i).encode())
            for i in range(10)
        ])
        number += 10
        print(number, flush=True)
    else:
        message = channel.basic_get("notifications")
        if message is not None:
            print(message.body.decode(), flush=True)
            message.ack()
"""


def start_child(url, role):
    command = [sys.executable, "-c", CHILD, url, role]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ))


def kill(child):
    child.send_signal(signal.SIGKILL)
    child.wait()
    rest = child.stdout.read().split()
    child.stdout.close()
    return [int(each) for each in rest]


def test_kill_9_of_the_teller_loses_no_confirmed_message(url, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", os.getcwd())
    channel = open_channel(url)
    declare(channel, "notifications")

    for delay in (0.02, 0.05, 0.11):
        child = start_child(url, "teller")
        child.stdout.readline()
        time.sleep(delay)
        confirmed = max([10, *kill(child)])
        came = []
        while (body := take(channel, "notifications")) is not None:
            came.append(int(body))
        channel.basic_ack(10**9, multiple=True)

        assert len(came) >= confirmed
        assert came == list(range(len(came)))


def test_kill_9_of_a_hearer_loses_nothing_and_repeats_one_at_most(url, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", os.getcwd())
    channel = open_channel(url)
    declare(channel, "notifications")
    publish(channel, *range(20_000))
    heard = []

    for delay in (0.05, 0.1, 0.2):
        child = start_child(url, "hearer")
        heard.append(int(child.stdout.readline()))
        time.sleep(delay)
        heard += kill(child)
    rest = int(channel.basic_get("notifications").body)

    assert rest - heard[-1] in (0, 1)
    assert sorted(set(heard)) == list(range(heard[-1] + 1))
    assert len(heard) - len(set(heard)) <= 3
