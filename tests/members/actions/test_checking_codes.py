"""The second step: codes of an app and recovery codes, each good once."""

from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select

from services.members.actions import checking_codes
from services.members.actions.failures import AlreadyThere, WrongCode, WrongState
from services.members.model import CodeSecret, RecoveryCode
from shared.contracts.members import SignInChanged
from shared.foundation.failures import Unavailable
from shared.foundation.sealing import seal, unseal
from tests.members.builders import NOW, an_account, told

LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def owner(session):
    return an_account(session)


@pytest.fixture
def secret(session, owner, settings):
    """Of an app that is set up and not confirmed."""
    return checking_codes.set_up(session, owner, settings=settings, now=NOW).secret


@pytest.fixture
def recovery_codes(session, owner, secret, settings):
    """The second step is on."""
    return checking_codes.confirm(session, owner, code_at(secret), settings=settings, now=NOW)


@pytest.fixture
def take(session, owner, settings):
    def take(code, now=LATER, person=None):
        who = (person or owner).id
        return checking_codes.take_code(session, who, code, settings=settings, now=now)

    return take


def code_at(secret, now=NOW):
    return pyotp.TOTP(secret).at(now)


def test_nothing_is_asked_for_until_the_first_code_was_confirmed(session, owner, secret, settings):
    assert not checking_codes.asks_for_code(session, owner.id)

    checking_codes.confirm(session, owner, code_at(secret), settings=settings, now=NOW)

    assert checking_codes.asks_for_code(session, owner.id)


def test_a_wrong_first_code_turns_nothing_on(session, owner, secret, settings):
    with pytest.raises(WrongCode):
        checking_codes.confirm(session, owner, "000000", settings=settings, now=NOW)

    assert not checking_codes.asks_for_code(session, owner.id)


def test_what_the_app_shows_is_good_once(secret, recovery_codes, take):
    code = code_at(secret, LATER)

    assert [take(code), take(code)] == [True, False]


def test_the_code_that_confirmed_is_used_up(secret, recovery_codes, take):
    assert not take(code_at(secret), now=NOW)


@pytest.mark.parametrize(
    ("seconds", "is_good"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)]
)
def test_a_clock_may_be_one_step_off(secret, recovery_codes, take, seconds, is_good):
    assert take(code_at(secret, LATER + timedelta(seconds=seconds))) is is_good


def test_after_a_later_code_an_earlier_one_is_no_good(secret, recovery_codes, take):
    earlier = code_at(secret, LATER - timedelta(seconds=30))

    assert take(code_at(secret, LATER))
    assert not take(earlier)


def test_a_recovery_code_is_good_once_however_it_is_typed(recovery_codes, take):
    code = recovery_codes[0].upper().replace("-", " ")

    assert [take(code), take(code)] == [True, False]


def test_another_s_recovery_code_is_none(session, settings, recovery_codes, take):
    other = an_account(session, "wu@one.example", "Wu")
    theirs = checking_codes.set_up(session, other, settings=settings, now=NOW)
    checking_codes.confirm(session, other, code_at(theirs.secret), settings=settings, now=NOW)

    assert not take(recovery_codes[0], person=other)
    assert not take(code_at(theirs.secret, LATER))


def test_without_a_second_step_no_code_is_good(secret, take):
    assert not take(code_at(secret, LATER))
    assert not take("")


def test_new_recovery_codes_end_the_old_ones(session, owner, recovery_codes, take):
    new = checking_codes.renew_recovery_codes(session, owner, now=LATER)

    assert not take(recovery_codes[0])
    assert take(new[0])
    assert checking_codes.standing_of(session, owner.id).recovery_codes_left == 9


def test_what_is_off_asks_for_nothing_and_leaves_nothing(session, owner, recovery_codes):
    checking_codes.turn_off(session, owner, actor="test", now=LATER)

    assert not checking_codes.asks_for_code(session, owner.id)
    assert session.scalars(select(RecoveryCode)).all() == []
    with pytest.raises(WrongState):
        checking_codes.renew_recovery_codes(session, owner, now=LATER)


def test_what_is_on_is_not_set_up_anew(session, owner, recovery_codes, settings):
    with pytest.raises(AlreadyThere):
        checking_codes.set_up(session, owner, settings=settings, now=LATER)


def test_its_owner_is_told_of_each_change(session, owner, recovery_codes):
    checking_codes.renew_recovery_codes(session, owner, now=LATER)
    checking_codes.turn_off(session, owner, actor="test", now=LATER)

    changes = [each.change for each in told(session) if isinstance(each, SignInChanged)]
    assert changes == ["codes_on", "recovery_codes_renewed", "codes_off"]


def test_neither_secret_nor_recovery_code_is_kept_as_it_is(session, secret, recovery_codes):
    session.flush()
    kept = session.scalars(select(CodeSecret)).one()

    assert secret not in kept.sealed
    hashes = set(session.scalars(select(RecoveryCode.code_hash)))
    assert len(hashes) == len(recovery_codes) == 10
    assert not hashes & set(recovery_codes)


def test_what_is_sealed_for_one_opens_for_nobody_else():
    sealed = seal("secret", about="one", secret_key="k" * 32, service="members")

    assert unseal(sealed, about="one", secret_key="k" * 32, service="members") == "secret"
    for about, key in (("other", "k" * 32), ("one", "x" * 32)):
        with pytest.raises(Unavailable):
            unseal(sealed, about=about, secret_key=key, service="members")
