"""Deliveries are found by a part of a name, in any script, on both databases."""

import pytest

from services.notifications.queries import deliveries as queries
from shared.contracts import events, members
from shared.foundation.failures import Invalid
from shared.foundation.identities import Asker, Grant, Identity, Role
from shared.foundation.ids import new_id
from shared.foundation.names import PersonName
from tests.notifications.builders import a_published_workshop, a_registration_state, hears

CHEN = (
    PersonName(kind="romanised", given="Shih-Chang", family="Chen", order="given_first"),
    PersonName(kind="native", given="世昌", family="陳", order="family_first"),
)


def an_organizer(host_id):
    grant = Grant(Role.ORGANIZER, host_id, subtree=False)
    return Asker(Identity(new_id(), new_id(), "", "", "en", (grant,)))


def a_person(session, names=CHEN, email="chen@one.example"):
    recorded = members.PersonRecorded(
        person_id=new_id(),
        version=1,
        names=names,
        email=email,
        phone=None,
        economy=None,
        locale="en",
        time_zone="Asia/Taipei",
        has_account=False,
    )
    hears(session, recorded)
    return recorded


@pytest.fixture
def workshop(session):
    """Chen, known to members, and the guest Chéng Mei are registered, and told so."""
    workshop = a_published_workshop(session)
    chen = a_person(session)
    for facts in (
        {"name": "Chen Shih-Chang", "person_id": chen.person_id, "email": chen.email},
        {"name": "Cheng Mei", "email": "mei@two.example"},
    ):
        state = a_registration_state(workshop, **facts)
        hears(session, events.RegistrationConfirmed(registration=state))
    session.flush()
    return workshop


def found(session, workshop, recipient):
    asker = an_organizer(workshop.host_id)
    query = queries.deliveries_for(asker)
    wanted = queries.of_recipient(session, query, recipient, asker)
    return {each.address for each in session.scalars(wanted) if each.channel == "mail"}


@pytest.mark.parametrize(
    ("typed", "addresses"),
    [
        ("世昌", {"chen@one.example"}),
        ("陈世", {"chen@one.example"}),
        ("chang shih", {"chen@one.example"}),
        ("CHEN", {"chen@one.example", "mei@two.example"}),
        ("mei cheng", {"mei@two.example"}),
        ("mei@two.example", {"mei@two.example"}),
        ("nobody", set()),
        ("%", set()),
    ],
)
def test_what_somebody_was_told_is_found_by_words_of_their_name(
    session, workshop, typed, addresses
):
    assert found(session, workshop, typed) == addresses


def test_somebody_else_s_organizer_finds_nobody_by_name(session, workshop):
    other = a_published_workshop(session)

    assert found(session, other, "chen") == set()


def test_a_name_that_very_many_have_is_refused_and_says_what_to_do(session, workshop, monkeypatch):
    monkeypatch.setattr(queries, "MOST_NAMED", 1)
    other = a_person(session, email="other@one.example")
    facts = {"name": "Chen", "person_id": other.person_id, "email": other.email}
    state = a_registration_state(workshop, **facts)
    hears(session, events.RegistrationConfirmed(registration=state))
    session.flush()

    with pytest.raises(Invalid, match="more of it"):
        found(session, workshop, "chen")


def test_how_many_have_a_name_elsewhere_is_told_to_nobody(session, workshop, monkeypatch):
    monkeypatch.setattr(queries, "MOST_NAMED", 1)
    for number in range(3):
        a_person(session, email=f"other{number}@one.example")

    assert found(session, workshop, "世昌") == {"chen@one.example"}
    assert found(session, a_published_workshop(session), "世昌") == set()


def test_an_erased_person_is_found_by_no_name(session, workshop):
    gone = a_person(session, email="gone@one.example")
    erased = members.PersonErased(person_id=gone.person_id, version=2, email=gone.email)
    hears(session, erased)

    assert found(session, workshop, "世昌") == {"chen@one.example"}
