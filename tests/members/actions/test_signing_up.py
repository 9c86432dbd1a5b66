"""An account of one's own, by an address that is shown to be one's own."""

import pytest
from sqlalchemy import func, select

from services.members.actions import signing_up
from services.members.actions.failures import AlreadyThere, BadLink
from services.members.actions.hashing import is_password
from services.members.actions.signing_up import SignUp
from services.members.model import Account, MailedToken, Person
from shared.contracts.members import (
    AddressConfirmed,
    PasswordResetRequested,
    PersonRecorded,
    SignInLinkRequested,
    SignUpRequested,
)
from tests.members.builders import NOW, Clock, a_name, a_person, an_account, password_hash, told

EMAIL = "mei@one.example"


@pytest.fixture
def ask(session, settings):
    """Ask for an account; answers the mailed token."""

    def ask(names=None, email=EMAIL, **rest):
        wanted = SignUp(names=names or [a_name()], email=email, locale="zh-Hant", **rest)
        signing_up.ask_sign_up(session, wanted, settings=settings, now=NOW)
        return token_in(told(session)[-1])

    return ask


def token_in(message):
    return message.link.rpartition("/")[2]


def test_a_confirmed_sign_up_makes_the_person_and_tells_it(session, ask):
    token = ask(password_hash=password_hash())
    session.info.clear()

    person = signing_up.confirm_sign_up(session, token, now=NOW)

    messages = told(session)
    assert messages[-1] == AddressConfirmed(person_id=person.id, email=EMAIL)
    recorded = [message for message in messages if isinstance(message, PersonRecorded)][-1]
    assert (recorded.has_account, recorded.locale) == (True, "zh-Hant")
    account = session.get_one(Account, person.id)
    assert is_password(account.password_hash, "a sentence is best")


def test_the_mail_has_the_whole_link_and_when_it_expires(session, ask):
    ask()

    message = told(session)[-1]
    assert isinstance(message, SignUpRequested)
    assert message.link.startswith("http://127.0.0.1:8000/members/sign-up/confirm/")
    assert message.expires_at == Clock().forward(minutes=60)


def test_nothing_is_made_before_the_address_is_confirmed(session, ask):
    ask()

    assert session.scalar(select(func.count()).select_from(Person)) == 0


def test_somebody_recorded_with_the_address_and_the_name_is_the_same_person(session, ask):
    delegate = a_person(session, email="MEI@one.example")

    assert signing_up.confirm_sign_up(session, ask(), now=NOW) is delegate


def test_a_colleague_at_the_same_mailbox_is_another_person(session, ask):
    delegate = a_person(session, "Wu", "An", email=EMAIL)

    assert signing_up.confirm_sign_up(session, ask(), now=NOW) is not delegate


def test_a_token_works_once(session, ask):
    token = ask()
    signing_up.confirm_sign_up(session, token, now=NOW)

    with pytest.raises(BadLink):
        signing_up.confirm_sign_up(session, token, now=NOW)


def test_a_token_is_too_old_after_an_hour(session, ask):
    with pytest.raises(BadLink):
        signing_up.confirm_sign_up(session, ask(), now=Clock().forward(minutes=61))


def test_a_token_of_one_kind_is_none_of_another(session, ask, settings):
    with pytest.raises(BadLink):
        signing_up.reset_password(session, ask(), "x", settings=settings, now=NOW)


def test_the_token_itself_is_not_kept(session, ask):
    token = ask()

    session.flush()
    assert token not in session.scalars(select(MailedToken.token_hash)).all()


def test_who_has_an_account_and_signs_up_is_mailed_a_link_to_sign_in(session, ask):
    person = an_account(session)

    token = ask()

    assert isinstance(told(session)[-1], SignInLinkRequested)
    assert signing_up.confirm_sign_in_link(session, token, now=NOW) is person


def test_two_sign_ups_of_one_address_are_one_account(session, ask):
    first, second = ask(), ask()

    person = signing_up.confirm_sign_up(session, first, now=NOW)

    assert signing_up.confirm_sign_up(session, second, now=NOW) is person


def test_one_address_has_one_account(session):
    an_account(session)

    with pytest.raises(AlreadyThere):
        signing_up.open_account(
            session, a_person(session), "Mei@One.example", password_hash=None, actor="x", now=NOW
        )


@pytest.mark.parametrize("ask_by", ["ask_sign_in_link", "ask_password_reset"])
def test_nobody_is_mailed_at_an_unknown_address_and_nothing_is_kept(session, settings, ask_by):
    getattr(signing_up, ask_by)(session, EMAIL, settings=settings, now=NOW)

    session.flush()
    assert told(session) == []
    assert session.scalar(select(func.count()).select_from(MailedToken)) == 0


def test_a_recorded_person_signs_in_by_a_link_to_their_own_address(session, settings):
    person = a_person(session, email=EMAIL)
    signing_up.ask_sign_in_link(session, EMAIL, settings=settings, now=NOW)

    found = signing_up.confirm_sign_in_link(session, token_in(told(session)[-1]), now=NOW)

    assert found is person
    assert person.has_account


def test_no_link_goes_to_a_mailbox_that_people_share(session, settings):
    a_person(session, email=EMAIL)
    a_person(session, "Wu", email=EMAIL)
    session.info.clear()

    signing_up.ask_sign_in_link(session, EMAIL, settings=settings, now=NOW)

    assert told(session) == []


def test_a_reset_password_replaces_the_old_one(session, settings):
    person = an_account(session)
    signing_up.ask_password_reset(session, EMAIL, settings=settings, now=NOW)
    message = told(session)[-1]
    assert isinstance(message, PasswordResetRequested)

    signing_up.reset_password(session, token_in(message), "new", settings=settings, now=NOW)

    assert session.get_one(Account, person.id).password_hash == "new"
