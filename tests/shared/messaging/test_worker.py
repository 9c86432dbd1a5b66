"""The worker: everything in one place, alive, stopped in time."""

import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import inspect

from shared.foundation.failures import BadSettings
from shared.foundation.kill_points import _read_plan
from shared.messaging.crew import Loop
from shared.messaging.housekeeping import create_partitions, drop_partitions, prune
from shared.messaging.inbox import enter_inbox, missing_reactions
from shared.messaging.tables import inbox, outbox, told_messages
from shared.messaging.worker import Timer, Worker
from tests.shared.messaging.travel import (
    HEARER,
    NOTING,
    NOW,
    TELLER,
    a_told,
    an_erasure,
    count,
    effects,
    relay_all,
    tell_all,
    until,
)


def test_two_workers_carry_a_message_from_one_database_to_the_other(place):
    teller = Worker(TELLER, place.teller, place.broker_url, {})
    hearer = Worker(HEARER, place.hearer, place.broker_url, NOTING)
    for worker in (teller, hearer):
        worker.start()

    tell_all(place.teller, [an_erasure() for _ in range(30)])
    until(lambda: count(place.hearer, effects) == 30)

    assert teller.state == {"relay": "ok", "consumer": "ok", "timers": "ok"}
    assert teller.is_ticking
    assert [worker.stop() for worker in (teller, hearer)] == [True, True]
    assert count(place.teller, outbox) == 0


def test_timers_and_loops_go_on_after_an_error(place):
    turns: list[datetime] = []
    begun: list[str] = []

    def turn(now):
        turns.append(now)
        raise ValueError("this time")

    def loop(pulse):
        begun.append("again")
        raise ValueError("this time")

    worker = Worker(
        HEARER,
        place.hearer,
        place.broker_url,
        NOTING,
        timers=[Timer("failing", 0.1, turn)],
        loops=[Loop("failing", loop)],
    )
    worker.start()
    until(lambda: len(turns) > 2 and len(begun) > 2)

    assert worker.stop()


def test_a_loop_that_does_not_stop_is_told_of(place):
    released = threading.Event()

    def deaf(pulse):
        released.wait(20)

    worker = Worker(HEARER, place.hearer, place.broker_url, NOTING, loops=[Loop("deaf", deaf)])
    worker.start()

    assert worker.stop(deadline_seconds=0.1) is False
    released.set()
    assert worker.stop()


HANGING = """
import sys, time
from shared.database import Database
from shared.messaging import crew, topology, worker
crew.SILENT_SECONDS = 1.0
topology.declare(sys.argv[2])
hung = crew.Loop("hung", lambda pulse: time.sleep(60))
worker.Worker(
    "events", Database(sys.argv[1]), sys.argv[2], {}, loops=[hung], exits_when_hung=True
).start()
time.sleep(60)
"""


def test_a_hung_loop_ends_the_process_for_its_supervisor(tmp_path):
    urls = [f"sqlite:///{tmp_path}/events.sqlite", f"embedded://{tmp_path}/broker.sqlite"]

    done = subprocess.run([sys.executable, "-c", HANGING, *urls], check=False, timeout=50)

    assert done.returncode == 70


def test_reactions_that_the_contracts_ask_for_are_named():
    assert "plenary.members.person_recorded.v1" in missing_reactions(HEARER, NOTING)
    assert "plenary.members.person_erased.v1" not in missing_reactions(HEARER, NOTING)


def test_old_inbox_ids_and_told_messages_are_pruned(place):
    tell_all(place.teller, [an_erasure()])
    relay_all(place)
    with place.teller.writing() as session:
        enter_inbox(session, [a_told().id], now=NOW - timedelta(days=36))
        enter_inbox(session, [a_told().id], now=NOW)

    prune(place.teller, NOW)
    assert (count(place.teller, inbox), count(place.teller, told_messages)) == (1, 1)

    prune(place.teller, datetime.now(UTC) + timedelta(days=91))
    assert count(place.teller, told_messages) == 0


def test_pruning_waits_for_no_writer_where_nothing_is_old(place):
    with place.teller.writing() as session:
        enter_inbox(session, [a_told().id], now=NOW)
        prune(place.teller, NOW)


@pytest.mark.real
def test_partitions_are_made_ahead_and_dropped_when_old(real_place):
    then = datetime(2027, 11, 30, tzinfo=UTC)
    with real_place.teller.engine.begin() as connection:
        create_partitions(connection, then)
        create_partitions(connection, then)
        names = set(inspect(connection).get_table_names())
        dropped = drop_partitions(connection, datetime(2028, 1, 1, tzinfo=UTC))

    months = {f"told_messages_{month}" for month in ("2027_11", "2027_12", "2028_01")}
    assert months | {"told_messages_default"} <= names
    assert {"told_messages_2027_11", "told_messages_2027_12"} <= set(dropped)
    assert "told_messages_2028_01" not in dropped


@pytest.mark.parametrize("text", ["7", "7:often", ":"])
def test_kill_points_that_cannot_be_read_are_refused(text):
    with pytest.raises(BadSettings):
        _read_plan({"PLENARY_KILL_POINTS": text})


def test_no_kill_points_are_planned_by_default():
    assert _read_plan({}) is None
