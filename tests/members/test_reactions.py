"""Members hears its own keys and revocations, and addresses that bounce; and keeps its days."""

from datetime import timedelta

from services.members import reactions
from services.members.actions.signing_in import sign_in
from services.members.actions.signing_tokens import known_keys
from services.members.model import Person
from shared.contracts.notifications import AddressSuppressed
from shared.foundation.ids import new_id
from shared.messaging.inbox import Heard, missing_reactions
from tests.members.builders import NOW, a_person

HEARD = Heard(id=new_id(), time=NOW, now=NOW, traceparent="")


def test_there_is_a_reaction_to_everything_that_members_hears():
    assert missing_reactions("members", reactions.REACTIONS) == []


def test_a_suppressed_address_is_marked(session):
    person = a_person(session, email="gone@one.example")
    message = AddressSuppressed(suppression_id=new_id(), email="GONE@one.example", reason="550")

    reactions.on_address_suppressed(session, message, HEARD)

    assert session.get_one(Person, person.id, populate_existing=True).is_bouncing


def test_the_timers_do_their_work_on_an_empty_database_too(database, settings):
    for timer in (
        reactions.rotate_signing_keys,
        reactions.keep_all_terms,
    ):
        timer(database, NOW)
    reactions.forget_what_is_old(database, NOW, settings)

    with database.reading() as session:
        assert len(known_keys(session, now=NOW)) == 1


def test_forgetting_leaves_what_still_matters(database, person, settings):
    with database.writing() as session:
        sign_in(session, person.id, agent="", settings=settings, now=NOW)

    reactions.forget_what_is_old(database, NOW + timedelta(days=1), settings)

    with database.reading() as session:
        assert len(known_keys(session, now=NOW)) == 1
