"""The events API on either database, and workshops to ask about."""

import pytest

from services.events.app import create_app
from services.events.settings import EventsSettings
from tests.events.builders import NOW, a_workshop


@pytest.fixture
def client(database):
    settings = EventsSettings(
        secret_key="s" * 32, broker_url="embedded:///nowhere", database_url=database.url
    )
    return create_app(settings, database, clock=lambda: NOW).test_client()


@pytest.fixture
def make(database):
    """Make a workshop and answer its id."""

    def make(builder=a_workshop, **facts):
        with database.writing() as session:
            return builder(session, **facts).id

    return make
