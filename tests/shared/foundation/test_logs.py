"""Logs never stop the work that they tell of."""

import errno
import io

import pytest
import structlog

from shared.foundation.logs import configure_logs, get_logger


class FullDisk(io.StringIO):
    def write(self, _text):
        raise OSError(errno.ENOSPC, "No space left on device")

    def flush(self):
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture(autouse=True)
def as_before():
    yield
    structlog.reset_defaults()


def test_a_full_disk_under_the_logs_fails_nobody(monkeypatch):
    monkeypatch.setattr("sys.stderr", FullDisk())
    configure_logs()
    log = get_logger()

    log.error("registration refused", exc_info=ValueError("a trouble"))


def test_a_line_is_written_whole(monkeypatch):
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    configure_logs()

    get_logger().info("heard", type="a kind")

    assert stream.getvalue().endswith("\n")
    assert '"type": "a kind"' in stream.getvalue()
