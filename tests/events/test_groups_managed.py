"""What an organizer sees of groups and does for them."""

import pytest
from sqlalchemy import func, select

from services.events.actions.contacting import change_contact
from services.events.actions.grouping import Companion, Contact, people_of, register_group
from services.events.model import RegistrationGroup
from services.events.queries.groups import (
    get_own_group,
    groups_of,
    history_of_group,
    standings_of,
)
from services.events.queries.sheets import groups_sheet
from shared.foundation.failures import Invalid, NotFound
from shared.foundation.identities import Asker
from shared.messaging.tables import outbox
from tests.events.builders import NOW, a_workshop

PEOPLE = (Companion(name="Ann"), Companion(name="Bo", email="bo@people.example"))


def a_group(session, workshop, people=PEOPLE, *, is_together=True, **contact):
    who = Contact(**{"name": "Lee", "email": "lee@office.example"} | contact)
    made, _ = register_group(
        session, workshop, who, people, is_together=is_together, actor="guest", now=NOW
    )
    session.flush()
    return made


def changes(session, group, reason="Lee has left", **wanted):
    return change_contact(session, group, wanted, actor="Org", now=NOW, reason=reason)


def told(session):
    kind = outbox.c.type.contains("group_registered")
    return session.scalar(select(func.count()).select_from(outbox).where(kind))


def test_groups_are_listed_with_the_state_of_each_and_the_first_place(session):
    workshop = a_workshop(session, seats=3)
    seated = a_group(session, workshop)
    waiting = a_group(session, workshop, [Companion(name="Cy"), Companion(name="Di")], name="Max")
    a_group(session, a_workshop(session))

    rows = list(session.scalars(groups_of(workshop).order_by(RegistrationGroup.id)))
    found = standings_of(session, rows)

    assert [each.group.id for each in found] == [seated.id, waiting.id]
    assert [each.counts for each in found] == [{"confirmed": 2}, {"waiting": 2}]
    assert found[0].first_waiting is None
    assert found[1].first_waiting.name == "Cy"


def test_another_contact_gets_the_link_and_the_earlier_one_opens_nothing(session):
    workshop = a_workshop(session)
    group = a_group(session, workshop)
    earlier = Asker(link=group.link_token)

    changes(session, group, name="Max", email="max@office.example")

    assert get_own_group(session, group.id, Asker(link=group.link_token)) is group
    with pytest.raises(NotFound):
        get_own_group(session, group.id, earlier)
    ann, bo = people_of(session, group)
    assert (ann.email, bo.email) == ("max@office.example", "bo@people.example")
    assert told(session) == 2
    assert [(each.actor, each.reason) for each in history_of_group(session, group)] == [
        ("Org", "Lee has left")
    ]


def test_the_same_again_or_another_name_alone_mails_nothing(session):
    group = a_group(session, a_workshop(session))
    link = group.link_token

    changes(session, group, name="Lee", email="lee@office.example")
    assert history_of_group(session, group) == []
    changes(session, group, name="Lee Ann")

    assert (told(session), group.link_token) == (1, link)


def test_a_contact_is_not_changed_without_a_reason(session):
    group = a_group(session, a_workshop(session))

    with pytest.raises(Invalid) as refused:
        changes(session, group, reason="", name="Max")

    assert refused.value.faults[0].pointer == "/reason"
    assert group.name == "Lee"


def test_the_sheet_has_a_row_a_person_and_no_address_that_is_not_theirs(session):
    workshop = a_workshop(session)
    group = a_group(session, workshop, is_together=False)

    rows = [list(each) for each in groups_sheet().cells(session, [group])]

    assert [(row[0], row[2], row[3], row[4], row[5]) for row in rows] == [
        ("Lee", False, "Ann", None, "confirmed"),
        ("Lee", False, "Bo", "bo@people.example", "confirmed"),
    ]
