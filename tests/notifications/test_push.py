"""Web push: signed for the service, encrypted for the browser, ended when the browser is gone."""

import base64
import hashlib
import hmac
import json

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import select

from services.notifications.actions.subscribing import (
    MOST_BROWSERS,
    MOVED,
    Browser,
    ensure_push_key,
    find_key_pair,
    subscribe,
)
from services.notifications.model import Address, Delivery, PushKey
from shared.contracts import events
from shared.foundation.failures import Conflict, Invalid, Unavailable
from shared.foundation.ids import new_id
from tests.notifications.address_builders import SECRET, WAYS, a_carrier, carry_all, server_of
from tests.notifications.builders import (
    NOW,
    a_published_workshop,
    a_recipient,
    a_registration_state,
    hears,
)
from tests.notifications.receiver import answering, receiving


class ABrowser:
    """A browser's end: its keys, and how it reads (RFC 8291, by the letter)."""

    def __init__(self, endpoint):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.auth = b"0123456789abcdef"
        self.point = self.key.public_key().public_bytes(
            Encoding.X962, PublicFormat.UncompressedPoint
        )
        self.subscription = Browser(endpoint, text_of(self.point), text_of(self.auth), "Firefox")

    def read(self, body):
        salt, size, length = body[:16], int.from_bytes(body[16:20]), body[20]
        theirs, sealed = body[21 : 21 + length], body[21 + length :]
        assert len(sealed) <= size
        shared = self.key.exchange(
            ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)
        )
        about = b"WebPush: info\x00" + self.point + theirs + b"\x01"
        first = hmac.digest(hmac.digest(self.auth, shared, "sha256"), about, "sha256")
        second = hmac.digest(salt, first, "sha256")
        key = hmac.digest(second, b"Content-Encoding: aes128gcm\x00\x01", "sha256")[:16]
        nonce = hmac.digest(second, b"Content-Encoding: nonce\x00\x01", "sha256")[:12]
        plain = AESGCM(key).decrypt(nonce, sealed, None)
        assert plain.endswith(b"\x02")
        return json.loads(plain[:-1])


def text_of(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def raw_of(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@pytest.fixture
def receiver():
    with receiving() as found:
        found.answer = answering(201)
        yield found


def a_subscribed(database, browser, **facts):
    """Somebody with this browser, who was given a seat."""
    with database.writing() as session:
        ensure_push_key(session, secret_key=SECRET, now=NOW)
        person = a_recipient(session, "Ann", **facts)
        subscribe(session, person.id, browser.subscription, ways=WAYS, now=NOW)
        workshop = a_published_workshop(session)
        state = a_registration_state(workshop, person_id=person.id, locale=person.locale)
        hears(session, events.RegistrationConfirmed(registration=state))
        return person.id


def pushed(database):
    with database.reading() as session:
        return session.scalars(select(Delivery).where(Delivery.channel == "push")).one()


def addresses(database):
    with database.reading() as session:
        return session.scalars(select(Address).order_by(Address.id)).all()


def test_a_notice_is_signed_for_the_service_and_read_by_the_browser_alone(database, receiver):
    browser = ABrowser(receiver.url)
    a_subscribed(database, browser, locale="zh-Hant")

    assert carry_all(a_carrier(database)) == 1

    headers, body = receiver.got[0]
    said = browser.read(body)
    assert said["lang"] == "zh-Hant"
    assert "碳盤查實務班" in said["title"]
    assert said["link"] == "https://plenary.example/notifications/inbox"
    assert said["text"]
    assert "碳盤查".encode() not in body
    scheme, _, parts = headers["authorization"].partition(" ")
    token, key = (part.partition("=")[2] for part in parts.split(", "))
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw_of(key))
    options = {"verify_exp": False, "require": ["aud", "exp", "sub"]}
    audience = server_of(receiver)
    claims = jwt.decode(token, public, algorithms=["ES256"], audience=audience, options=options)
    assert scheme == "vapid"
    assert claims["sub"] == "mailto:no-reply@plenary.example"
    assert 0 < claims["exp"] - NOW.timestamp() <= 24 * 3600
    assert (headers["content-encoding"], headers["ttl"]) == ("aes128gcm", "86400")
    assert len(headers["topic"]) == 32
    assert pushed(database).state == "sent"


def test_two_notices_share_no_key(database, receiver):
    browser = ABrowser(receiver.url)
    a_subscribed(database, browser)
    loop = a_carrier(database)
    carry_all(loop)
    with database.writing() as session:
        session.scalars(select(Delivery).where(Delivery.channel == "push")).one().state = "queued"
    carry_all(loop)

    first, second = (body for _, body in receiver.got)

    assert hashlib.sha256(first[:86]).digest() != hashlib.sha256(second[:86]).digest()
    assert browser.read(first)["tag"] == browser.read(second)["tag"]


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_ends(database, receiver, status):
    receiver.answer = answering(status)
    a_subscribed(database, ABrowser(receiver.url))

    carry_all(a_carrier(database))

    assert [(each.state, each.sealed) for each in addresses(database)] == [("ended", "")]
    assert pushed(database).state == "bounced"


@pytest.mark.parametrize(("status", "state"), [(403, "failed"), (413, "failed"), (503, "queued")])
def test_what_is_no_fault_of_the_browsers_does_not_end_it(database, receiver, status, state):
    receiver.answer = answering(status)
    a_subscribed(database, ABrowser(receiver.url))

    carry_all(a_carrier(database))

    assert [each.state for each in addresses(database)] == ["active"]
    assert pushed(database).state == state


def test_one_browser_that_has_it_is_enough(database, receiver):
    gone = receiver.url + "/gone"
    person = a_subscribed(database, ABrowser(receiver.url))
    with database.writing() as session:
        subscribe(session, person, ABrowser(gone).subscription, ways=WAYS, now=NOW)

    def answer(door):
        answering(410 if door.path.endswith("/gone") else 201)(door)

    receiver.answer = answer
    carry_all(a_carrier(database))

    assert pushed(database).state == "sent"
    assert [each.state for each in addresses(database)] == ["active", "ended"]


def test_the_same_browser_again_is_one_and_another_person_s_takes_its_place(session, now):
    ann, bo = new_id(), new_id()
    browser = ABrowser("https://push.example.org/x")
    first = subscribe(session, ann, browser.subscription, ways=WAYS, now=now)

    again = subscribe(session, ann, browser.subscription, ways=WAYS, now=now)
    theirs = subscribe(session, bo, browser.subscription, ways=WAYS, now=now)

    assert again is first
    assert (first.state, first.reason, theirs.state) == ("ended", MOVED, "active")


def test_a_person_has_ten_browsers_at_most(session, now):
    person = new_id()
    for number in range(MOST_BROWSERS):
        browser = ABrowser(f"https://push.example.org/{number}")
        subscribe(session, person, browser.subscription, ways=WAYS, now=now)

    browser = ABrowser("https://push.example.org/x")
    with pytest.raises(Conflict):
        subscribe(session, person, browser.subscription, ways=WAYS, now=now)


@pytest.mark.parametrize(
    "facts",
    [
        {"endpoint": "http://push.example.org/x"},
        {"endpoint": "https://10.0.0.1/x"},
        {"endpoint": "https://metadata/x"},
        {"p256dh": text_of(b"\x04" + b"\x01" * 64)},
        {"p256dh": "short"},
        {"auth": "???"},
    ],
)
def test_what_no_browser_gives_is_refused(session, now, facts):
    good = vars(ABrowser("https://push.example.org/x").subscription)

    with pytest.raises(Invalid):
        subscribe(session, new_id(), Browser(**{**good, **facts}), ways=WAYS, now=now)


def test_the_key_is_made_once_and_kept_sealed(session, now):
    first = ensure_push_key(session, secret_key=SECRET, now=now)
    again = ensure_push_key(session, secret_key=SECRET, now=now)
    pair = find_key_pair(session, secret_key=SECRET)

    assert again.public == first.public == pair.public
    assert pair.private not in first.sealed_private
    assert len(session.scalars(select(PushKey)).all()) == 1
    with pytest.raises(Unavailable):
        find_key_pair(session, secret_key="another" * 8)
