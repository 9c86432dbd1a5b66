"""A running Plenary, embedded and real, with a small alliance in it."""

from collections.abc import Iterator

import pytest

from tests.support.alliance import Alliance, found_alliance
from tests.support.running import Running
from tests.support.running_embedded import EmbeddedPlenary
from tests.support.running_real import RealPlenary
from tests.support.smtp_sink import SmtpSink

WAYS = [
    pytest.param("embedded", marks=pytest.mark.embedded),
    pytest.param("real", marks=[pytest.mark.real, pytest.mark.timeout(600)]),
]


def make_plenary(request: pytest.FixtureRequest, sink: SmtpSink) -> Running:
    if request.param == "embedded":
        return EmbeddedPlenary()
    postgres, rabbitmq = map(request.getfixturevalue, ("postgres", "rabbitmq"))
    return RealPlenary(postgres, rabbitmq, sink)


@pytest.fixture(scope="package")
def demo_to_come(request: pytest.FixtureRequest) -> Iterator[EmbeddedPlenary]:
    """One with the demo, which gets ready beside the other journeys where a test wants it."""
    made = EmbeddedPlenary(demo=True)
    try:
        if any("demo" in item.fixturenames for item in _functions(request)):
            made.begin()
        yield made
    finally:
        made.close()


def _functions(request: pytest.FixtureRequest) -> list[pytest.Function]:
    return [item for item in request.session.items if isinstance(item, pytest.Function)]


@pytest.fixture(scope="package")
def demo(demo_to_come: EmbeddedPlenary) -> EmbeddedPlenary:
    """With the demo loaded and heard."""
    demo_to_come.start()
    return demo_to_come


@pytest.fixture(scope="package", params=WAYS)
def plenary(request: pytest.FixtureRequest, demo_to_come: EmbeddedPlenary) -> Iterator[Running]:
    """Serving, empty but for what these journeys made."""
    sink = SmtpSink().start()
    made = make_plenary(request, sink)
    try:
        made.start()
        yield made
    finally:
        made.close()
        sink.close()


@pytest.fixture(scope="package")
def alliance(plenary: Running) -> Alliance:
    """An alliance with two member bodies, their focal points and an organizer, signed in."""
    return found_alliance(plenary)
