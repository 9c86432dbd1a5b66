"""The gate: with a guard of the promise taken out, the checks of the promise must fail."""

import pytest

from shared.messaging import inbox as hearing
from shared.messaging.consumer import _Consuming
from shared.messaging.deliveries import Delivery
from shared.messaging.outgoing import Outgoing
from tests.shared.messaging.test_consumer import (
    test_an_effect_that_was_not_acked_is_not_repeated as check_repeats,
)
from tests.shared.messaging.test_consumer import (
    test_while_the_database_is_in_trouble_nothing_is_acked_and_nothing_is_lost as check_acks,
)
from tests.shared.messaging.test_inbox import (
    test_ten_times_delivered_and_shuffled_takes_effect_once as check_once,
)
from tests.shared.messaging.test_relay import (
    test_a_message_without_a_binding_stays_and_raises_the_alarm_while_others_go_on as check_routes,
)


def without_inbox(_session, ids, *, now):
    return set(ids)


def take_out_the_inbox(monkeypatch):
    for name in ("enter_inbox", "enter_where_none_is_kept"):
        monkeypatch.setattr(hearing, name, without_inbox)


def ack_before_commit(self):
    self._acknowledge(self._arrived)
    deliveries = [Delivery(one.body, one.delivery_info["exchange"]) for one in self._arrived]
    self._arrived.clear()
    if self._inbox.hear(deliveries).trouble is not None:
        self._pulse.report("degraded: database")


def test_without_the_inbox_a_repeated_message_is_seen(database, clock, monkeypatch):
    take_out_the_inbox(monkeypatch)

    with pytest.raises(AssertionError):
        check_once(database, clock)


def test_without_the_inbox_a_redelivery_is_seen(place, monkeypatch):
    take_out_the_inbox(monkeypatch)

    with pytest.MonkeyPatch.context() as inner, pytest.raises(AssertionError):
        check_repeats(place, inner)


def test_without_mandatory_a_lost_message_is_seen(place, monkeypatch):
    monkeypatch.setattr(Outgoing, "is_awaited", property(lambda _: False))

    with pytest.raises(AssertionError):
        check_routes(place)


def test_with_an_ack_before_the_commit_a_lost_message_is_seen(place, monkeypatch):
    monkeypatch.setattr(_Consuming, "_hear", ack_before_commit)
    monkeypatch.setattr("tests.shared.messaging.travel.PATIENCE_SECONDS", 3.0)

    with pytest.MonkeyPatch.context() as inner, pytest.raises(AssertionError):
        check_acks(place, inner)
