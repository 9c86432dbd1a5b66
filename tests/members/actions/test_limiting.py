"""Guessing is limited, and nobody can lock anybody else out."""

import pytest

from services.members.actions.limiting import LIMITS, Try, keep_attempt, require_room
from shared.foundation.failures import TooMany
from tests.members.builders import NOW, Clock

LIMIT = LIMITS["sign_in"]


def a_try(client="192.0.2.1", email="mei@one.example"):
    return Try("sign_in", email, client)


def fail(session, attempt, times=1, now=NOW):
    for _ in range(times):
        keep_attempt(session, attempt, has_succeeded=False, now=now)
    session.flush()


def test_after_too_many_tries_from_one_place_that_place_waits(session):
    fail(session, a_try(), LIMIT.pair)

    with pytest.raises(TooMany) as refused:
        require_room(session, a_try(), now=NOW)

    assert refused.value.retry_after_seconds == 15 * 60


def test_tries_from_elsewhere_lock_nobody_out(session):
    for number in range(LIMIT.account):
        fail(session, a_try(f"198.51.100.{number}"), 2)

    require_room(session, a_try("192.0.2.1"), now=NOW)


def test_while_an_account_is_attacked_each_place_has_few_tries(session):
    for number in range(LIMIT.account):
        fail(session, a_try(f"198.51.100.{number}"))
    fail(session, a_try(), LIMIT.wary)

    with pytest.raises(TooMany):
        require_room(session, a_try(), now=NOW)


def test_the_folded_address_counts(session):
    fail(session, a_try(), LIMIT.pair)

    with pytest.raises(TooMany):
        require_room(session, a_try(email="MEI@one.example"), now=NOW)


def test_an_ipv6_client_is_its_whole_site(session):
    fail(session, a_try("2001:db8::1"), LIMIT.pair)

    with pytest.raises(TooMany):
        require_room(session, a_try("2001:db8::ffff:2"), now=NOW)
    require_room(session, a_try("2001:db8:1::1"), now=NOW)


def test_one_place_can_t_try_account_after_account(session):
    for number in range(LIMIT.place):
        fail(session, a_try(email=f"{number}@one.example"))

    with pytest.raises(TooMany):
        require_room(session, a_try(), now=NOW)


def test_a_place_that_an_account_is_known_at_is_not_barred_by_its_neighbours(session):
    keep_attempt(session, a_try(), has_succeeded=True, now=NOW)
    for number in range(LIMIT.place):
        fail(session, a_try(email=f"{number}@one.example"))

    require_room(session, a_try(), now=NOW)


def test_a_right_password_forgives_what_was_mistyped(session):
    clock = Clock()
    fail(session, a_try(), LIMIT.pair - 1)
    keep_attempt(session, a_try(), has_succeeded=True, now=clock.forward(seconds=1))
    fail(session, a_try(), now=clock.forward(seconds=1))

    require_room(session, a_try(), now=clock.now)


def test_the_window_passes(session):
    fail(session, a_try(), LIMIT.pair)

    require_room(session, a_try(), now=Clock().forward(minutes=15, seconds=1))


def test_a_thief_of_a_password_can_t_go_through_all_codes_from_many_places(session):
    limit = LIMITS["second_factor"]
    for number in range(limit.account):
        tried = Try("second_factor", "mei@one.example", f"203.0.113.{number}")
        require_room(session, tried, now=NOW)
        fail(session, tried)

    with pytest.raises(TooMany):
        require_room(session, Try("second_factor", "mei@one.example", "198.51.100.1"), now=NOW)
    require_room(
        session, Try("second_factor", "mei@one.example", "198.51.100.1", "a-known-one"), now=NOW
    )
