"""Invitations to register: sent once to each, answered once, reminded of, and at an end."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from services.events.actions.answering_invitations import (
    decline_invitation,
    invitations_to_look_at,
    look_after,
    open_invitation,
    register_invited,
)
from services.events.actions.failures import RegistrationClosed, WrongState
from services.events.actions.forgetting import erase_person
from services.events.actions.inviting import Invitee, invite_many, resend, revoke
from services.events.actions.registering import cancel_registration
from services.events.actions.scheduling import cancel_workshop
from services.events.model import PersonCopy, WorkshopInvitation
from services.events.queries import invitations as queries
from services.events.queries.personal_data import sections_of
from services.events.timers import look_after_invitations
from shared.contracts import events_invitations as told
from shared.foundation.failures import Forbidden, Invalid, NotFound
from shared.foundation.identities import GUEST, Asker, Grant, Identity, Role
from shared.foundation.ids import new_id
from shared.messaging.forgetting import Forgotten
from shared.messaging.outbox import told_in
from shared.messaging.tables import outbox
from tests.events.builders import (
    IN_A_MONTH,
    NOW,
    a_draft,
    a_workshop,
    an_attendee,
    comes,
    seats_of,
)

ADA = Invitee(name="Ada", email="ada@people.example")
STEP = {"actor": "test", "now": NOW}
ABOUT = (told.WorkshopInvitationSent, told.WorkshopInvitationDue, told.WorkshopInvitationEnded)


@pytest.fixture
def workshop(session):
    return a_workshop(session, seats=2, mode="invitation")


def invites(session, workshop, *people, is_dry_run=False, expires_at=None, now=NOW):
    return invite_many(
        session,
        workshop,
        people or [ADA],
        expires_at=expires_at,
        is_dry_run=is_dry_run,
        actor="test",
        now=now,
    )


def invited(session, workshop, **facts):
    (found,) = invites(session, workshop, **facts)
    return found.invitation


def registers(session, found, name="Ada", now=NOW):
    attendee = an_attendee(name, email="else@people.example")
    return register_invited(session, found, attendee, actor="link", now=now)


def verdicts(found):
    return [each.verdict for each in found]


def kinds(session):
    return [type(each) for each in told_in(session) if isinstance(each, ABOUT)]


def test_only_who_is_invited_registers_at_the_invited_address_and_once(session, workshop):
    with pytest.raises(RegistrationClosed):
        comes(session, workshop, "Ada")
    found = invited(session, workshop)

    open_invitation(session, found, actor="link", now=NOW)
    assert found.state == "opened"
    made = registers(session, found)
    again = registers(session, found, name="Somebody else")

    assert found.state == "registered"
    assert (made.registration.email, made.registration.state) == (ADA.email, "confirmed")
    assert again.registration is made.registration
    assert not again.is_new
    assert seats_of(session, workshop) == {"confirmed": 1, "free": 1}
    assert kinds(session) == [told.WorkshopInvitationSent, told.WorkshopInvitationEnded]


def test_an_open_workshop_has_invitations_too_and_one_of_nominations_has_none(session):
    found = invited(session, a_workshop(session))
    assert registers(session, found).registration.state == "confirmed"

    with pytest.raises(WrongState):
        invites(session, a_workshop(session, mode="nomination"))
    with pytest.raises(RegistrationClosed):
        invites(session, a_draft(session))


def test_a_dry_run_says_who_is_new_and_sends_nothing(session):
    workshop = a_workshop(session)
    comes(session, workshop, "Bo")
    invites(session, workshop)
    bo, cy = (Invitee(name=name, email=f"{name.lower()}@people.example") for name in ("Bo", "Cy"))

    looked = invites(session, workshop, ADA, bo, cy, cy, is_dry_run=True)

    assert verdicts(looked) == ["invited", "registered", "new", "invited"]
    assert len(session.scalars(select(WorkshopInvitation)).all()) == 1
    assert verdicts(invites(session, workshop, ADA, bo, cy, cy)) == verdicts(looked)
    assert len(session.scalars(select(WorkshopInvitation)).all()) == 2


def test_who_registered_by_invitation_and_cancelled_can_be_invited_again(session, workshop):
    made = registers(session, invited(session, workshop), name="Ada B.")
    assert verdicts(invites(session, workshop)) == ["registered"]

    cancel_registration(session, made.registration, **STEP)

    assert verdicts(invites(session, workshop)) == ["new"]


def test_the_full_workshop_puts_the_invited_in_line(session):
    workshop = a_workshop(session, seats=1, mode="invitation")
    other = Invitee(name="Bo", email="bo@people.example")
    first, second = [each.invitation for each in invites(session, workshop, ADA, other)]

    assert registers(session, first).place is None
    assert registers(session, second, name="Bo").place == 1


@pytest.mark.parametrize("end", [decline_invitation, revoke])
def test_what_was_declined_or_revoked_is_good_no_more(session, workshop, end):
    found = invited(session, workshop)
    end(session, found, **STEP)
    end(session, found, **STEP)

    for again in (open_invitation, resend):
        with pytest.raises(WrongState):
            again(session, found, **STEP)
    with pytest.raises(WrongState):
        registers(session, found)
    assert kinds(session) == [told.WorkshopInvitationSent, told.WorkshopInvitationEnded]
    assert verdicts(invites(session, workshop)) == ["new"]


def test_what_was_answered_is_not_taken_back(session, workshop):
    found = invited(session, workshop)
    registers(session, found)

    for end in (decline_invitation, revoke):
        with pytest.raises(WrongState):
            end(session, found, **STEP)


def test_it_is_sent_again_with_the_same_link(session, workshop):
    found = invited(session, workshop)
    resend(session, found, **STEP)

    first, second = [each for each in told_in(session) if isinstance(each, ABOUT)]
    assert first.invitation.link_token == second.invitation.link_token
    assert second.until == IN_A_MONTH


def looks(session, found, now):
    if found.id not in invitations_to_look_at(session, now=now):
        return []
    before = len(kinds(session))
    look_after(session, found.id, now=now)
    session.flush()
    return kinds(session)[before:]


def test_who_has_not_answered_is_reminded_twice_and_then_it_expires(session, workshop):
    until = NOW + timedelta(days=20)
    found = invited(session, workshop, expires_at=until)

    assert looks(session, found, until - timedelta(days=8)) == []
    assert looks(session, found, until - timedelta(days=7)) == [told.WorkshopInvitationDue]
    assert looks(session, found, until - timedelta(days=6)) == []
    assert looks(session, found, until - timedelta(days=2)) == [told.WorkshopInvitationDue]
    assert looks(session, found, until - timedelta(hours=1)) == []
    assert looks(session, found, until) == [told.WorkshopInvitationEnded]
    assert found.state == "expired"
    assert looks(session, found, until) == []


def test_what_was_sent_late_is_not_reminded_of_at_once(session, workshop):
    until = NOW + timedelta(days=5)
    found = invited(session, workshop, expires_at=until)

    assert looks(session, found, NOW + timedelta(hours=1)) == []
    assert looks(session, found, until - timedelta(days=2)) == [told.WorkshopInvitationDue]


def test_who_registered_without_the_link_is_not_reminded(session):
    workshop = a_workshop(session)
    found = invited(session, workshop)
    made = comes(session, workshop, "Ada")

    assert looks(session, found, IN_A_MONTH - timedelta(days=7)) == [told.WorkshopInvitationEnded]
    assert (found.state, found.registration_id) == ("registered", made.registration.id)


def test_an_invitation_to_what_is_cancelled_expires(session, workshop):
    found = invited(session, workshop)
    cancel_workshop(session, workshop, reason="", **STEP)

    assert looks(session, found, NOW) == [told.WorkshopInvitationEnded]


def test_an_expired_link_registers_nobody_before_the_timer_comes(session, workshop):
    found = invited(session, workshop, expires_at=NOW + timedelta(days=1))

    with pytest.raises(WrongState):
        registers(session, found, now=NOW + timedelta(days=1))
    with pytest.raises(Invalid):
        invites(session, workshop, Invitee(name="B", email="b@people.example"), expires_at=NOW)


def test_its_person_and_the_organizers_see_it_and_only_its_person_answers(session, workshop):
    found = invited(session, workshop)
    grant = Grant(Role.ORGANIZER, workshop.host_id, subtree=False)
    ann = ("Ann", "ann@people.example", "en")
    organizer = Asker(Identity(new_id(), new_id(), *ann, (grant,)))
    by_link, other = Asker(link=found.link_token), Asker(Identity(new_id(), new_id(), *ann, ()))

    assert queries.get_own_invitation(session, found.id, by_link)[0] is found
    assert queries.get_organized_invitation(session, found.id, organizer)[0] is found
    for who in (GUEST, other, Asker(link=found.link_token[:-1])):
        with pytest.raises(NotFound):
            queries.get_invitation(session, found.id, who)
    with pytest.raises(Forbidden):
        queries.get_own_invitation(session, found.id, organizer)
    with pytest.raises(Forbidden):
        queries.get_organized_invitation(session, found.id, by_link)


def test_who_is_erased_is_forgotten_and_the_link_opens_nothing(session, workshop):
    found, token = (made := invited(session, workshop)), made.link_token
    person_id = new_id()
    assert len(dict(sections_of(session, person_id, ADA.email))["invitations"]) == 1

    erase_person(session, Forgotten(person_id, ADA.email, ("Ada",), True), now=NOW)

    assert (found.name, found.state) == ("erased", "revoked")
    assert ADA.email not in found.email
    with pytest.raises(NotFound):
        queries.get_invitation(session, found.id, Asker(link=token))


def test_the_people_of_an_earlier_workshop_are_lines_to_paste(session):
    earlier = a_workshop(session)
    comes(session, earlier, "Bo Chen")
    later = a_workshop(
        session,
        host_id=earlier.host_id,
        starts_at=IN_A_MONTH + timedelta(days=1),
        ends_at=IN_A_MONTH + timedelta(days=2),
    )

    assert queries.earlier_workshops(session, later) == [earlier]
    assert queries.lines_of(session, earlier) == "Bo Chen <bo.chen@people.example>"


def test_the_timer_reminds_once_and_lets_it_expire(database):
    until = NOW + timedelta(days=20)
    with database.writing() as session:
        invited(session, a_workshop(session, mode="invitation"), expires_at=until)

    for now in (until - timedelta(days=7), until - timedelta(days=7), until, until):
        look_after_invitations(database, now)

    with database.reading() as session:
        waiting = session.scalars(select(outbox.c.type).order_by(outbox.c.number)).all()
    assert [each for each in waiting if "invitation" in each] == [each.type for each in ABOUT]


def test_a_known_person_is_invited_in_their_language_and_registers_as_themselves(session, workshop):
    names = [{"kind": "native", "given": "湘樺", "family": "林", "order": "family_first"}]
    facts = {"names": names, "email": "lin@people.example", "locale": "zh-Hant"}
    person = PersonCopy(id=new_id(), version=1, **facts)
    nowhere = PersonCopy(id=new_id(), version=1, **(facts | {"email": None}))

    (found,) = invites(session, workshop, Invitee.of(person))

    assert (found.invitation.name, found.invitation.locale) == ("林湘樺", "zh-Hant")
    assert registers(session, found.invitation).registration.person_id == person.id
    with pytest.raises(Invalid):
        Invitee.of(nowhere)
