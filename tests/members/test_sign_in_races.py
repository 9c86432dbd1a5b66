"""What lets somebody in once lets nobody in twice, whoever asks at the same moment."""

from types import SimpleNamespace

import pyotp
import pytest
from sqlalchemy import func, select

from services.members.actions import accepting, challenging, checking_codes, giving_tokens, inviting
from services.members.actions.failures import BadLink, DomainTaken, TooManyTokens, WrongCode
from services.members.actions.inviting import Wish
from services.members.actions.trusting_providers import Wish as ProviderWish
from services.members.actions.trusting_providers import approve, keep_provider
from services.members.actions.vouching import person_vouched_for
from services.members.gateways.providers import Vouched
from services.members.model import Account, IdentityProvider, Person, PersonalToken
from shared.foundation.identities import Role
from tests.members.builders import NOW, a_grant, a_name, an_account, an_organisation, told
from tests.members.test_races import AT_ONCE, at_once, database, file

pytestmark = pytest.mark.real
__all__ = ["at_once", "database", "file"]


@pytest.fixture
def owner(database, settings):
    """Somebody with a second step: their id, a code of the app, a recovery code."""
    with database.writing() as session:
        person = an_account(session)
        secret = checking_codes.set_up(session, person, settings=settings, now=NOW).secret
        first = pyotp.TOTP(secret).at(NOW.timestamp() - 30)
        codes = checking_codes.confirm(session, person, first, settings=settings, now=NOW)
    return SimpleNamespace(id=person.id, app=pyotp.TOTP(secret).at(NOW), recovery=codes[0])


@pytest.mark.parametrize("kind", ["app", "recovery"])
def test_a_code_is_good_once(owner, settings, at_once, kind):
    def act(session):
        code = getattr(owner, kind)
        if not checking_codes.take_code(session, owner.id, code, settings=settings, now=NOW):
            raise WrongCode("no")

    assert at_once(*[act] * AT_ONCE) == [WrongCode] * (AT_ONCE - 1)


def test_a_challenge_is_answered_once(at_once):
    challenge = challenging.make_challenge("x", secret_key="k", now=NOW)

    def act(session):
        if not challenging.use_challenge(session, challenge, "x", secret_key="k", now=NOW):
            raise WrongCode("no")

    assert at_once(*[act] * AT_ONCE) == [WrongCode] * (AT_ONCE - 1)


def test_an_invitation_is_accepted_once(database, settings, at_once):
    with database.writing() as session:
        boss = an_account(session, "boss@one.example", "Boss")
        a_grant(session, boss, Role.OPERATOR)
        wish = Wish(email="new@one.example", name="", locale="en", organisation_id=None)
        inviting.invite(session, wish, by=boss, settings=settings, now=NOW)
        token = told(session)[-1].link.rpartition("/")[2]

    def act(session):
        accepting.accept(session, token, names=[a_name("Wu")], now=NOW)

    assert at_once(*[act] * AT_ONCE) == [BadLink] * (AT_ONCE - 1)


def test_nobody_gets_more_tokens_by_asking_at_once(database, at_once, monkeypatch):
    monkeypatch.setattr(giving_tokens, "MOST", 2)
    with database.writing() as session:
        person_id = an_account(session).id

    def act(session):
        person, until = session.get_one(Person, person_id), NOW.replace(year=NOW.year + 1)
        giving_tokens.give_token(session, person, "x", ["events:read"], expires_at=until, now=NOW)

    failures = at_once(*[act] * AT_ONCE)

    assert failures == [TooManyTokens] * (AT_ONCE - 2)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(PersonalToken)) == 2


@pytest.fixture
def places(database, settings):
    """Two organisations whose providers want the same domain."""
    with database.writing() as session:
        made = [an_organisation(session, name) for name in ("one", "two")]
        for each in made:
            wish = ProviderWish(
                issuer=f"https://{each.names['en']}.example",
                client_id="plenary",
                client_secret=None,
                mail_domains=["same.example"],
            )
            keep_provider(
                session,
                each,
                wish,
                is_operator=False,
                actor="test",
                settings=settings,
                now=NOW,
            )
        return [each.id for each in made]


def test_one_domain_is_vouched_for_by_one_provider(places, at_once):
    def act(session, place):
        approve(session, session.get_one(IdentityProvider, place), actor="test", now=NOW)

    assert at_once(*[lambda s, p=place: act(s, p) for place in places]) == [DomainTaken]


def test_first_visits_by_a_provider_make_one_person(database, places, at_once):
    vouched = Vouched(subject="u", email="ada@same.example", given="Ada", family="Lo")

    def act(session):
        provider = session.get_one(IdentityProvider, places[0])
        person_vouched_for(session, provider, vouched, now=NOW)

    assert at_once(*[act] * AT_ONCE) == []
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Account)) == 1
