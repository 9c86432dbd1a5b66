"""What invited people are told."""

import pytest
from sqlalchemy import select

from services.notifications.actions.composing import read_facts
from services.notifications.actions.wording import words_for
from services.notifications.model import Delivery, Notification
from shared.contracts import events_invitations as told
from shared.foundation.ids import new_id
from tests.notifications.builders import a_published_workshop, hears

MAILED = (told.WorkshopInvitationSent, told.WorkshopInvitationDue)


def an_invitation(workshop):
    return told.WorkshopInvitationState(
        invitation_id=new_id(),
        version=1,
        workshop_id=workshop.workshop_id,
        person_id=None,
        name="Ada Lo",
        email="ada@people.example",
        locale="en",
        state="sent",
        registration_id=None,
        link_token="link_i_1",
    )


@pytest.mark.parametrize("kind", MAILED)
def test_the_invited_get_their_own_link_in_both_languages(session, kind):
    workshop = a_published_workshop(session)
    hears(session, kind(invitation=an_invitation(workshop), until=workshop.starts_at))

    found = session.scalars(select(Notification)).one()
    facts = read_facts(found.facts)
    assert facts["path"] == "/events/invited/link_i_1"
    assert session.scalars(select(Delivery.address)).all() == ["ada@people.example"]
    for language in ("en", "zh-Hant"):
        words = words_for(found.kind, facts, locale=language, link="")
        assert "Ada Lo" in words.text
        assert str(workshop.starts_at.year) in words.text


def test_that_an_invitation_ended_is_mailed_to_nobody(session):
    workshop = a_published_workshop(session)

    hears(session, told.WorkshopInvitationEnded(invitation=an_invitation(workshop)))

    assert session.scalars(select(Delivery)).all() == []
