"""Pages for guests: made once while nothing is written, and never older than the last write."""

import re

import pytest
from sqlalchemy import event

from services.events.actions.scheduling import change_workshop
from services.events.app import create_app
from services.events.model import Workshop
from services.events.settings import EventsSettings
from tests.events.builders import NOW, a_workshop, comes
from tests.support.apps import Standing

LIST = "/events/workshops"
MOST_WHEN_KEPT = 1


@pytest.fixture
def clock():
    return Standing(NOW)


@pytest.fixture
def app(database, clock):
    settings = EventsSettings(
        database_url=database.url,
        secret_key="s" * 32,
        broker_url="amqp://nowhere",
        public_url="http://plenary.test",
    )
    return create_app(settings, database, clock)


@pytest.fixture
def workshop_id(database):
    with database.writing() as session:
        return a_workshop(session, seats=10).id


@pytest.fixture
def statements(database):
    """Every statement that the app sends to read."""
    sent = []
    engine = database._reading

    def note(*args):
        sent.append(args[2])

    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def rename(database, workshop_id, title):
    with database.writing() as session:
        workshop = session.get_one(Workshop, workshop_id)
        change_workshop(session, workshop, {"titles": {"en": title}}, actor="test", now=NOW)


def text_of(client, path=LIST, **headers):
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize("path", [LIST, LIST + "/{}"])
def test_a_guest_sees_every_change_at_once(app, database, workshop_id, path):
    client, path = app.test_client(), path.format(workshop_id)
    text_of(client, path)

    rename(database, workshop_id, "Another title altogether")

    assert "Another title altogether" in text_of(client, path)


def test_a_second_guest_costs_one_statement_on_postgresql(app, database, workshop_id, statements):
    first = text_of(app.test_client())
    statements.clear()

    second = text_of(app.test_client())

    assert second == first
    assert database.is_sqlite or len(statements) == MOST_WHEN_KEPT


def test_each_guest_gets_a_token_of_their_own_that_works(app, workshop_id):
    path, tokens = f"{LIST}/{workshop_id}", []
    for number in range(2):
        client = app.test_client()
        token = re.search(r'name="csrf_token" value="([^"]+)"', text_of(client, path))[1]
        form = {"csrf_token": token, "name": f"Guest {number}", "locale": "en"}
        form["email"] = f"guest{number}@guests.example"
        assert client.post(f"{path}/register", data=form).status_code == 303
        tokens.append(token)
    assert tokens[0] != tokens[1]


def test_another_language_is_another_page(app, workshop_id):
    client = app.test_client()

    assert 'lang="en"' in text_of(client)
    assert 'lang="zh-Hant"' in text_of(client, **{"Accept-Language": "zh-TW"})


def test_what_time_alone_changes_is_seen_within_seconds(app, clock, workshop_id):
    client = app.test_client()
    assert str(workshop_id) in text_of(client)

    clock.forward(days=400)

    assert str(workshop_id) not in text_of(client)


def test_who_is_told_something_sees_a_page_of_their_own(app, workshop_id):
    text_of(app.test_client())
    client = app.test_client()
    with client.session_transaction() as kept:
        kept["said"] = [["good", "Only for you."]]

    assert "Only for you." in text_of(client)
    assert "Only for you." not in text_of(client)
    assert "Only for you." not in text_of(app.test_client())


def test_what_somebody_s_link_opens_is_kept_for_no_guest(app, database):
    with database.writing() as session:
        workshop = a_workshop(session, visibility="members")
        link = comes(session, workshop, "Ann").registration.link_token
        path = f"{LIST}/{workshop.id}"

    text_of(app.test_client(), path, Authorization=f"Bearer {link}")

    assert app.test_client().get(path).status_code == 404
