"""An erased person is gone from notifications, on both databases."""

from sqlalchemy import select

from services.notifications.actions.forgetting import forget_person
from services.notifications.actions.gathering import answer
from services.notifications.model import Delivery, InboxItem, Notification
from shared.contracts.notifications import DataGatheredByNotifications
from shared.foundation.ids import new_id
from shared.messaging.forgetting import Forgotten
from shared.messaging.outbox import told_in
from tests.notifications.builders import NOW, hears
from tests.notifications.test_memberships import a_notice, somebody


def test_mails_and_inbox_of_the_person_are_gone(session):
    person_id = somebody(session)
    hears(session, a_notice(person_id))
    session.flush()
    who = Forgotten(person_id, "mei@one.example", ("Mei Lin",), owns_address=True)

    counts = forget_person(session, who)

    assert (counts["notifications"], counts["inbox_items"]) == (1, 1)
    assert session.scalars(select(InboxItem)).all() == []
    assert {each.name for each in session.scalars(select(Notification))} == {"erased"}
    addresses = {each.address for each in session.scalars(select(Delivery))}
    assert addresses == {"erased@erased.invalid"}


def test_nobody_is_mailed_who_was_erased(session):
    person_id = somebody(session, email="x@erased.invalid")

    hears(session, a_notice(person_id))

    assert session.scalars(select(Notification)).all() == []


def test_what_is_held_is_told_in_pieces_and_the_last_says_so(session, monkeypatch):
    monkeypatch.setattr("shared.messaging.gathering.AT_ONCE", 1)
    person_id = somebody(session)
    for _ in range(2):
        hears(session, a_notice(person_id))
    session.flush()

    answer(session, new_id(), person_id, "mei@one.example", now=NOW)

    pieces = [each for each in told_in(session) if isinstance(each, DataGatheredByNotifications)]
    assert [each.number for each in pieces] == list(range(len(pieces)))
    assert [each.is_last for each in pieces] == [False] * (len(pieces) - 1) + [True]
    assert sum(each.section == "inbox" for each in pieces) == 2


def test_of_whom_nothing_is_held_one_empty_piece_is_told(session):
    answer(session, new_id(), new_id(), None, now=NOW)

    (piece,) = told_in(session)
    assert (piece.rows, piece.is_last) == ((), True)
