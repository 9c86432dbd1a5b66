"""The SMTP sink as a process, for fault runs where the tests' own process must not matter."""

import argparse
import json
import signal
import threading
from pathlib import Path

from tests.support.smtp_sink import Behaviour, Mail, Mode, SmtpSink

_POLL_SECONDS = 0.1


def main() -> None:
    options = _options()
    options.directory.mkdir(parents=True, exist_ok=True)
    told_to_end = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: told_to_end.set())
    sink = SmtpSink(options.port).start()
    written = 0
    while not told_to_end.wait(_POLL_SECONDS):
        sink.obey(read_behaviour(options.directory) or sink.behaviour)
        written = _write_from(sink.mails, written, options.directory)
    sink.close()
    _write_from(sink.mails, written, options.directory)


def read_behaviour(directory: Path) -> Behaviour | None:
    """None where mode.json is absent or half written."""
    try:
        order = json.loads((directory / "mode.json").read_text())
        return Behaviour(
            Mode(order["mode"]), order.get("matching", ""), float(order.get("seconds", 0))
        )
    except (OSError, ValueError, KeyError):
        return None


def write_behaviour(directory: Path, behaviour: Behaviour) -> None:
    """Tell a sink that runs as a process what to do; it obeys within 0.1 s."""
    order = {
        "mode": behaviour.mode,
        "matching": behaviour.matching,
        "seconds": behaviour.seconds,
    }
    half_written = directory / "mode.json.new"
    half_written.write_text(json.dumps(order))
    half_written.replace(directory / "mode.json")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--directory", type=Path, required=True)
    return parser.parse_args()


def _write_from(mails: list[Mail], start: int, directory: Path) -> int:
    """Write what has arrived since: 000001.eml and its envelope, 000001.json, last."""
    for number, mail in enumerate(mails[start:], start + 1):
        (directory / f"{number:06}.eml").write_bytes(mail.raw)
        envelope = {"from": mail.sender, "to": mail.recipients, "id": mail.message_id}
        (directory / f"{number:06}.json").write_text(json.dumps(envelope))
    return len(mails)
