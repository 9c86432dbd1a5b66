"""Addresses for chat, SMS and push, and carriers of them, for tests."""

import re
from contextlib import contextmanager

from services.notifications.actions.carrying import CarrierLoop
from services.notifications.actions.naming_addresses import Ways, wanted_of
from services.notifications.actions.reaching import add, confirm, open_of
from services.notifications.gateways.chat import Chat
from services.notifications.gateways.posting import Poster
from services.notifications.gateways.web_push import Push
from services.notifications.model import Address
from shared.messaging.pulse import ThreadPulse
from tests.notifications.builders import NOW

SECRET = "s" * 32
WAYS = Ways(SECRET, has_sms=True, to_loopback=True)
PHONE = "+886912345678"


def server_of(receiver):
    """Scheme, host and port."""
    return receiver.url.removesuffix("/hooks")


def a_wanted_gotify(receiver, token="AbcDefGhi123456"):
    body = {"channel": "chat", "kind": "gotify", "server": server_of(receiver), "token": token}
    return wanted_of(body, WAYS)


def a_wanted_phone(phone=PHONE):
    return wanted_of({"channel": "sms", "phone": phone}, WAYS)


def code_of(session, address):
    return open_of(address.id, session.get(Address, address.id).sealed_code, SECRET)


def an_active(session, person_id, wanted, now=NOW):
    """An address that was confirmed."""
    made = add(session, person_id, wanted, ways=WAYS, now=now)
    assert confirm(session, made, code_of(session, made), ways=WAYS, now=now) is None
    return made


def a_carrier(database, *, sms_url="", now=NOW, to_loopback=True):
    poster = Poster(to_loopback=to_loopback, total_seconds=5)
    return CarrierLoop(
        database=database,
        chat=Chat(poster, sms_url),
        push=Push(poster, "mailto:no-reply@plenary.example", lambda: now),
        public_url="https://plenary.example",
        secret_key=SECRET,
        clock=lambda: now,
    )


def carry_all(loop):
    count = 0
    while carried := loop.carry_due(ThreadPulse()):
        count += carried
    return count


@contextmanager
def writing(database):
    with database.writing() as session:
        yield session


def digits_in(text):
    return re.findall(r"\b\d{6}\b", text)
