"""An erased person is gone from events, on both databases."""

import json

from sqlalchemy import insert, select

from services.events.actions.forgetting import erase_person, settle_erasures
from services.events.model import Registration
from shared.contracts.events import RegistrationCancelled
from shared.contracts.events_people import PersonForgottenByEvents
from shared.foundation.ids import new_id
from shared.messaging.forgetting import SETTLES_AFTER, Forgotten
from shared.messaging.outbox import told_in
from shared.messaging.tables import forgotten_people, kept_messages, outbox, told_messages
from tests.events.builders import NOW, a_workshop, comes

EMAIL = "ann@people.example"
ANN = Forgotten(new_id(), EMAIL, ("Ann", "安"), owns_address=True)


def counts_told(session):
    told = [each for each in told_in(session) if isinstance(each, PersonForgottenByEvents)]
    return [({c.kind: c.number for c in each.counts}, each.is_final) for each in told]


def test_what_is_told_of_a_seat_that_is_given_back_names_nobody(session):
    comes(session, a_workshop(session, seats=1), "Ann")

    erase_person(session, ANN, now=NOW)

    (cancelled,) = [each for each in told_in(session) if isinstance(each, RegistrationCancelled)]
    assert cancelled.registration.name == "erased"
    assert cancelled.registration.email.endswith("@erased.invalid")


def test_messages_that_are_kept_and_told_name_nobody(session):
    comes(session, a_workshop(session, seats=1), "Ann")
    session.flush()
    row = session.execute(select(outbox).where(outbox.c.envelope.contains(EMAIL))).first()
    values = {name: getattr(row, name) for name in ("told_at", "number", "id", "type", "subject")}
    session.execute(insert(told_messages).values(**values, envelope=row.envelope))
    parked = {"id": new_id(), "type": "?", "source": "/members", "state": "parked", "attempts": 1}
    parked |= {"received_at": NOW, "error": f"no {EMAIL}", "body": f"not JSON {EMAIL.upper()}"}
    session.execute(insert(kept_messages).values(**parked))

    erase_person(session, ANN, now=NOW)

    texts = [
        *session.scalars(select(outbox.c.envelope)),
        *session.scalars(select(told_messages.c.envelope)),
        *session.scalars(select(kept_messages.c.body + kept_messages.c.error)),
    ]
    assert not [text for text in texts if EMAIL in text.lower()]
    assert all(json.loads(text) for text in session.scalars(select(outbox.c.envelope)))


def test_who_comes_late_is_forgotten_an_hour_after(session):
    workshop = a_workshop(session, seats=5)
    erase_person(session, ANN, now=NOW)
    late = comes(session, workshop, "Ann").registration
    session.flush()

    assert settle_erasures(session, now=NOW) == 0
    assert settle_erasures(session, now=NOW + SETTLES_AFTER) == 1

    assert session.get_one(Registration, late.id).name == "erased"
    assert session.scalars(select(forgotten_people.c.person_id)).all() == []
    assert [is_final for _, is_final in counts_told(session)] == [False, True]
    assert counts_told(session)[-1][0]["registrations"] == 1


def test_at_a_shared_address_the_name_decides(session):
    workshop = a_workshop(session, seats=5)
    mine = comes(session, workshop, "Ann", email="office@one.example").registration
    other = comes(session, workshop, "Ben", email="office@one.example").registration
    who = Forgotten(new_id(), "office@one.example", ("Ann",), owns_address=False)

    erase_person(session, who, now=NOW)

    assert (mine.name, other.name) == ("erased", "Ben")


def test_a_longer_name_or_address_is_somebody_else_s():
    other = {"data": {"name": "Annette", "email": f"jo{EMAIL}", "text": "Ann, and Annette"}}

    assert not ANN.is_meant_in(json.dumps({"name": "Annette", "email": f"jo{EMAIL}"}))
    assert ANN.blanked(other)["data"] == other["data"] | {"text": "erased, and Annette"}
