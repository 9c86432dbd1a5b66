"""Addresses for chat and SMS: named, looked at, confirmed by a code, sealed, taken back."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from services.notifications.actions.failures import NotOffered, WrongState
from services.notifications.actions.forgetting import forget_person
from services.notifications.actions.naming_addresses import Ways, wanted_of
from services.notifications.actions.reaching import (
    MOST_CODES,
    REPLACED,
    TRIES,
    add,
    confirm,
    end,
    forget_codes,
    open_of,
    send_again,
)
from services.notifications.gateways.chat import read_url
from services.notifications.model import Address, Delivery, Notification, SentCode, Transition
from shared.foundation.failures import Invalid, TooMany
from shared.foundation.ids import new_id
from shared.messaging.forgetting import Forgotten
from tests.notifications.address_builders import (
    PHONE,
    SECRET,
    WAYS,
    a_wanted_gotify,
    a_wanted_phone,
    an_active,
    code_of,
)
from tests.notifications.receiver import Receiver

GOTIFY = Receiver(url="https://push.example.org/hooks")
OUTSIDE = Ways(SECRET)


@pytest.mark.parametrize(
    "url",
    [
        "json://127.0.0.1/",
        "xml://10.0.0.1/",
        "form://internal/",
        "https://internal.example/x",
        "mailto://user:password@gmail.com",
        "file:///etc/passwd",
        "syslog://",
        "dbus://",
        "windows://",
        "macosx://",
        "gnome://",
        "apprise://host/token",
        "slack://short",
        "ntfys://",
        "not an address",
        "",
    ],
)
def test_only_chats_that_are_known_can_be_named_by_an_address(url):
    with pytest.raises(ValueError, match=r".+"):
        read_url(url)


def test_of_an_address_only_what_is_known_is_kept():
    found = read_url(
        "ntfys://push.example.org/topic?attach=file:///etc/passwd&verify=no&actions=http,x,http://10.0.0.1"
    )

    assert found.arguments == {
        "host": "push.example.org",
        "mode": "private",
        "secure": True,
        "targets": ["topic"],
    }


def test_a_template_of_a_workflow_that_names_a_file_is_not_kept():
    found = read_url(
        "https://prod-1.westus.logic.azure.com:443/workflows/ab12/triggers/manual/paths/invoke"
        "?api-version=2016-06-01&sig=SIG&template=/etc/passwd"
    )

    assert found.kind == "teams"
    assert "/etc/passwd" not in found.text


@pytest.mark.parametrize(
    ("server", "is_good"),
    [
        ("https://push.example.org", True),
        ("http://push.example.org", False),
        ("https://127.0.0.1", False),
        ("https://10.1.2.3:8443", False),
        ("https://[::1]", False),
        ("https://localhost", False),
        ("https://169.254.169.254", False),
        ("https://2130706433", False),
        ("https://user:secret@push.example.org", False),
    ],
)
def test_a_server_of_ones_own_is_looked_at_as_webhooks_are(server, is_good):
    body = {"channel": "chat", "kind": "gotify", "server": server, "token": "Abc123"}

    if is_good:
        assert wanted_of(body, OUTSIDE).kind == "gotify"
    else:
        with pytest.raises(Invalid):
            wanted_of(body, OUTSIDE)


def test_a_phone_is_not_taken_where_no_sms_are_sent():
    with pytest.raises(NotOffered):
        wanted_of({"channel": "sms", "phone": PHONE}, OUTSIDE)


def test_the_code_confirms_the_address_and_is_gone(session, now):
    person = new_id()
    made = add(session, person, a_wanted_phone(), ways=WAYS, now=now)
    code = code_of(session, made)

    assert confirm(session, made, f" {code[:3]} {code[3:]} ", ways=WAYS, now=now) is None

    assert (made.state, made.sealed_code, made.confirmed_at) == ("active", None, now)
    delivery = session.scalars(select(Delivery)).one()
    assert (delivery.channel, delivery.state, delivery.address) == ("sms", "queued", "+886…678")
    assert code not in str(session.scalars(select(Notification.facts)).one())


def test_a_guessed_code_counts_and_after_some_none_is_good(session, now):
    made = add(session, new_id(), a_wanted_phone(), ways=WAYS, now=now)
    code = code_of(session, made)
    wrong = "000000" if code != "000000" else "111111"

    for _ in range(TRIES):
        assert confirm(session, made, wrong, ways=WAYS, now=now) is not None

    assert confirm(session, made, code, ways=WAYS, now=now) is not None
    assert made.state == "unconfirmed"


def test_a_code_is_good_for_a_quarter_of_an_hour(session, now):
    made = add(session, new_id(), a_wanted_phone(), ways=WAYS, now=now)
    code = code_of(session, made)

    late = now + timedelta(minutes=15)

    assert confirm(session, made, code, ways=WAYS, now=late) is not None
    just = confirm(session, made, code, ways=WAYS, now=late - timedelta(seconds=1))
    assert just is None


def test_another_code_takes_the_place_of_the_one_before(session, now):
    made = add(session, new_id(), a_wanted_phone(), ways=WAYS, now=now)
    before = code_of(session, made)

    send_again(session, made, ways=WAYS, now=now)

    if before != code_of(session, made):
        assert confirm(session, made, before, ways=WAYS, now=now) is not None
    assert confirm(session, made, code_of(session, made), ways=WAYS, now=now) is None
    with pytest.raises(WrongState):
        send_again(session, made, ways=WAYS, now=now)


def test_one_person_is_sent_five_codes_an_hour(session, now):
    person = new_id()
    for number in range(MOST_CODES):
        add(session, person, a_wanted_phone(f"+88691234567{number}"), ways=WAYS, now=now)

    with pytest.raises(TooMany) as refused:
        add(session, person, a_wanted_phone("+886912345679"), ways=WAYS, now=now)

    assert 0 < refused.value.retry_after_seconds <= 3601
    later = now + timedelta(hours=1, seconds=1)
    assert add(session, person, a_wanted_phone("+886912345679"), ways=WAYS, now=later)


def test_a_strangers_phone_is_not_flooded_by_many_people(session, now):
    for _ in range(MOST_CODES):
        add(session, new_id(), a_wanted_phone(), ways=WAYS, now=now)

    with pytest.raises(TooMany):
        add(session, new_id(), a_wanted_phone(), ways=WAYS, now=now)


def test_a_new_chat_takes_the_place_of_the_one_before_when_it_is_confirmed(session, now):
    person = new_id()
    first = an_active(session, person, a_wanted_gotify(GOTIFY))
    second = add(session, person, a_wanted_gotify(GOTIFY, "Other123456"), ways=WAYS, now=now)
    meanwhile = first.state

    confirm(session, second, code_of(session, second), ways=WAYS, now=now)

    assert (meanwhile, first.state, first.reason) == ("active", "ended", REPLACED)
    assert (first.sealed, second.state) == ("", "active")


def test_the_same_address_again_is_the_same_one(session, now):
    person = new_id()
    first = an_active(session, person, a_wanted_gotify(GOTIFY))

    assert add(session, person, a_wanted_gotify(GOTIFY), ways=WAYS, now=now) is first


def test_an_address_is_sealed_for_itself_and_shown_without_its_secret(session, now):
    token = "AbcDefGhi123456"
    made = an_active(session, new_id(), a_wanted_gotify(GOTIFY, token))
    other = an_active(session, new_id(), a_wanted_phone())
    columns = {column.key: getattr(made, column.key) for column in Address.__table__.columns}

    assert token in open_of(made.id, made.sealed, SECRET)
    assert token not in str(columns)
    assert PHONE not in str({c.key: getattr(other, c.key) for c in Address.__table__.columns})
    assert token not in str(session.scalars(select(Transition.after)).all())


def test_what_was_removed_has_no_secrets_left(session, now):
    made = an_active(session, new_id(), a_wanted_phone())

    end(session, made, reason="They removed it.", actor="me", now=now)

    assert (made.state, made.sealed) == ("ended", "")


def test_codes_that_nobody_used_are_forgotten(session, now):
    add(session, new_id(), a_wanted_phone(), ways=WAYS, now=now)
    kept = an_active(session, new_id(), a_wanted_phone("+886912345670"))

    forget_codes(session, before=now + timedelta(days=1))

    assert session.scalars(select(Address.id)).all() == [kept.id]
    assert session.scalar(select(func.count()).select_from(SentCode)) == 0


def test_an_erased_person_is_reached_nowhere(session, now):
    person = new_id()
    an_active(session, person, a_wanted_phone())
    session.flush()

    forget_person(session, Forgotten(person, None, (), owns_address=False))

    for kind in (Address, SentCode, Transition):
        assert session.scalar(select(func.count()).select_from(kind)) == 0, kind
