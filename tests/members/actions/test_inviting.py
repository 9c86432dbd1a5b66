"""Inviting people to take an account."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from services.members.actions import accepting, inviting
from services.members.actions.failures import AlreadyThere, BadLink
from services.members.actions.forgetting import erase_person, forget_old
from services.members.actions.granting import revoke_grant
from services.members.actions.hashing import is_password
from services.members.actions.inviting import Wish
from services.members.model import Account, Invitation, Person, RoleGrant
from services.members.queries.grants import live_grants
from shared.contracts.members import AddressConfirmed, InvitationSent
from shared.foundation.failures import Conflict, Invalid
from shared.foundation.identities import Role
from tests.members.builders import (
    NOW,
    a_grant,
    a_name,
    a_person,
    an_account,
    an_organisation,
    password_hash,
    told,
)

EMAIL = "new@one.example"


@pytest.fixture
def place(session):
    return an_organisation(session, names={"en": "TEEMA"})


@pytest.fixture
def focal(session, place):
    person = an_account(session, "focal@one.example", "Focal")
    a_grant(session, person, Role.FOCAL_POINT, place)
    return person


@pytest.fixture
def invite(session, settings, place, focal):
    """Invite somebody; answers the invitation and its mailed token."""

    def invite(email=EMAIL, now=NOW, **rest):
        wish = Wish(email=email, name="", locale="en", organisation_id=place.id, **rest)
        made = inviting.invite(session, wish, by=focal, settings=settings, now=now)
        return made, token_in(session)

    return invite


def token_in(session):
    return [each for each in told(session) if isinstance(each, InvitationSent)][-1].link.rpartition(
        "/"
    )[2]


def test_whoever_accepts_has_an_account_and_the_grant(session, invite, place):
    made, token = invite(role=Role.READER)

    person = accepting.accept(
        session, token, names=[a_name("Wu")], password_hash=password_hash(), now=NOW
    )

    account = session.get_one(Account, person.id)
    assert account.email == EMAIL
    assert is_password(account.password_hash, "a sentence is best")
    grants = live_grants(session, person.id, now=NOW)
    assert [(each.role, each.organisation_id) for each in grants] == [("reader", place.id)]
    assert made.state_at(NOW) == "accepted"
    assert AddressConfirmed(person_id=person.id, email=EMAIL) in told(session)


def test_the_mail_says_who_invites_and_for_what(session, invite):
    invite()

    message = told(session)[-1]
    assert (message.inviter, message.organisation_names) == ("Mei Focal", {"en": "TEEMA"})


def test_an_invitation_works_once(session, invite):
    _, token = invite()
    accepting.accept(session, token, names=[a_name("Wu")], now=NOW)

    with pytest.raises(BadLink):
        accepting.accept(session, token, names=[a_name("Wu")], now=NOW)


def test_an_invitation_is_too_old_after_two_weeks_and_open_again_when_sent_again(
    session, invite, settings, focal
):
    made, token = invite()
    later = NOW + timedelta(days=14)

    with pytest.raises(BadLink):
        accepting.accept(session, token, names=[a_name("Wu")], now=later)
    assert made.state_at(later) == "expired"
    inviting.resend(session, made, by=focal, settings=settings, now=later)

    assert accepting.accept(session, token_in(session), names=[a_name("Wu")], now=later)


def test_the_link_before_is_good_no_more_when_it_is_sent_again(session, invite, settings, focal):
    made, before = invite()
    inviting.resend(session, made, by=focal, settings=settings, now=NOW)

    with pytest.raises(BadLink):
        accepting.accept(session, before, names=[a_name("Wu")], now=NOW)


def test_a_revoked_invitation_opens_nothing_and_stays_revoked(session, invite, settings, focal):
    made, token = invite()
    inviting.revoke(session, made, actor="test", now=NOW)

    with pytest.raises(BadLink):
        accepting.accept(session, token, names=[a_name("Wu")], now=NOW)
    with pytest.raises(Conflict):
        inviting.resend(session, made, by=focal, settings=settings, now=NOW)


def test_what_was_accepted_can_t_be_taken_back(session, invite):
    made, token = invite()
    accepting.accept(session, token, names=[a_name("Wu")], now=NOW)
    session.flush()

    with pytest.raises(Conflict):
        inviting.revoke(session, made, actor="test", now=NOW)


def test_one_address_has_one_open_invitation_of_an_organisation(invite):
    invite()

    with pytest.raises(AlreadyThere):
        invite("NEW@one.example")


def test_an_account_that_is_there_gets_the_grant_and_keeps_its_password(session, invite):
    known = an_account(session, EMAIL, "Wu")
    _, token = invite(role=Role.READER)

    with pytest.raises(Invalid):
        accepting.accept(session, token, password_hash="another", now=NOW)
    assert accepting.accept(session, token, now=NOW) is known
    assert [each.role for each in live_grants(session, known.id, now=NOW)] == ["reader"]


def test_somebody_recorded_with_the_address_is_the_same_person(session, invite):
    recorded = a_person(session, "Wu", email=EMAIL)
    _, token = invite()

    assert accepting.accept(session, token, now=NOW) is recorded


def test_another_name_at_a_shared_mailbox_is_another_person(session, invite):
    recorded = a_person(session, "Wu", email=EMAIL)
    _, token = invite()

    person = accepting.accept(session, token, names=[a_name("Chen")], now=NOW)

    assert person is not recorded


def test_somebody_unknown_must_say_what_they_are_called(session, invite):
    _, token = invite()

    with pytest.raises(Invalid) as refused:
        accepting.accept(session, token, now=NOW)

    assert refused.value.faults[0].pointer == "/names"


def test_who_has_lost_the_role_since_gives_nothing(session, invite, focal):
    _, token = invite(role=Role.FOCAL_POINT)
    held = session.scalars(select(RoleGrant).where(RoleGrant.person_id == focal.id)).one()
    revoke_grant(session, held, actor="test", now=NOW)

    with pytest.raises(BadLink):
        accepting.accept(session, token, names=[a_name("Wu")], now=NOW)


def test_accepting_gives_no_second_grant_of_the_same_kind(session, invite, place):
    known = an_account(session, EMAIL, "Wu")
    a_grant(session, known, Role.READER, place)
    _, token = invite(role=Role.READER)

    accepting.accept(session, token, now=NOW)

    assert len(live_grants(session, known.id, now=NOW)) == 1


def test_an_invitation_ends_with_the_grant_that_it_gives(invite):
    made, _ = invite(role=Role.READER, grant_expires_at=NOW + timedelta(days=1))

    assert made.expires_at == NOW + timedelta(days=1)


def test_an_end_without_a_grant_makes_no_sense(invite):
    with pytest.raises(Invalid):
        invite(grant_expires_at=NOW + timedelta(days=1))


def test_what_nobody_took_is_forgotten_in_the_end(session, invite, settings):
    invite()
    _, token = invite("other@one.example")
    accepting.accept(session, token, names=[a_name("Wu")], now=NOW)
    session.flush()

    forget_old(session, settings=settings, now=NOW + timedelta(days=104))
    assert len(session.scalars(select(Invitation)).all()) == 2
    forget_old(session, settings=settings, now=NOW + timedelta(days=105))

    assert [each.email for each in session.scalars(select(Invitation))] == ["other@one.example"]


def test_an_erased_person_leaves_no_invitation(session, invite, settings):
    _, token = invite()
    person = accepting.accept(session, token, names=[a_name("Wu")], now=NOW)

    erase_person(session, person, settings=settings, actor="test", now=NOW)

    assert session.scalars(select(Invitation)).all() == []
    assert session.get_one(Person, person.id).erased_at == NOW
