"""`make faults`: rounds of random faults under load, in both ways to run, then the invariants."""

import argparse
import random
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.faults.breaking import EmbeddedBreaker, RealBreaker
from tests.faults.invariants import broken, wait_until_quiet
from tests.faults.load import Load
from tests.support.postgres import PostgresServer
from tests.support.rabbitmq import RabbitServer
from tests.support.running_embedded import EmbeddedPlenary
from tests.support.running_real import RealPlenary
from tests.support.smtp_sink import SmtpSink

Breaker = EmbeddedBreaker | RealBreaker


@contextmanager
def embedded() -> Iterator[Breaker]:
    """One process and its files."""
    plenary = EmbeddedPlenary()
    try:
        plenary.start()
        yield EmbeddedBreaker(plenary)
    finally:
        plenary.close()


@contextmanager
def real() -> Iterator[Breaker]:
    """Six processes, PostgreSQL, RabbitMQ and a mail server of this run's own."""
    postgres, rabbitmq, sink = PostgresServer(), RabbitServer(), SmtpSink()
    try:
        postgres.start()
        rabbitmq.start()
        sink.start()
        plenary = RealPlenary(postgres, rabbitmq, sink)
        try:
            plenary.start()
            yield RealBreaker(plenary, postgres, rabbitmq, sink)
        finally:
            plenary.kill()
    finally:
        sink.close()
        rabbitmq.close()
        postgres.close()


MODES = {"embedded": embedded, "real": real}


def run(mode: str, rounds: int, seed: int) -> list[str]:
    """Break it `rounds` times under load; what does not hold in the end."""
    chance = random.Random(f"{seed}-{mode}")
    with MODES[mode]() as breaker:
        load = Load(breaker.plenary, seed)
        load.prepare()
        load.start()
        for number in range(1, rounds + 1):
            began = time.monotonic()
            done = chance.choice(breaker.faults)(chance)
            print(
                f"{mode} {number:>3}/{rounds}  {done}  {time.monotonic() - began:.1f} s", flush=True
            )
        time.sleep(1)
        load.stop()
        databases = breaker.databases()
        wait_until_quiet(databases)
        found = broken(databases, load, breaker.mails(databases), breaker.mails_cut)
        for database in databases.values():
            database.dispose()
        print(
            f"{mode}: {len(load.given)} registrations answered, {load.asked_again} asked again, "
            f"{breaker.mails_cut} mails cut off, {len(found)} things do not hold"
        )
    return found


def main() -> int:
    """The exit status: 0 when everything holds."""
    parser = argparse.ArgumentParser(prog="make faults")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    parser.add_argument("--mode", choices=[*MODES, "both"], default="both")
    options = parser.parse_args()
    print(f"seed {options.seed} (again: python -m tests.faults --seed {options.seed})")
    modes = list(MODES) if options.mode == "both" else [options.mode]
    found = [
        f"{mode}: {each}" for mode in modes for each in run(mode, options.rounds, options.seed)
    ]
    for each in found:
        print("BROKEN", each)
    print("Everything holds." if not found else f"{len(found)} things do not hold.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
