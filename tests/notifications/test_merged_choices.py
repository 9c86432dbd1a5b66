"""Choices and addresses of two people who become one: by a stated rule, and back."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from services.notifications.actions.choosing import choose, opt_out
from services.notifications.actions.forgetting import forget_person
from services.notifications.actions.reaching import add
from services.notifications.actions.releasing import release_due
from services.notifications.actions.subscribing import subscribe
from services.notifications.model import Address, Delivery, MergedChoice, Preference
from services.notifications.model.choices import address_key
from shared.contracts.members_directory import PersonMerged
from shared.foundation.ids import new_id
from shared.messaging.forgetting import Forgotten
from tests.notifications.address_builders import (
    WAYS,
    a_wanted_gotify,
    a_wanted_phone,
    an_active,
)
from tests.notifications.builders import NOW, a_recipient, hears
from tests.notifications.receiver import Receiver
from tests.notifications.test_memberships import a_notice
from tests.notifications.test_push import ABrowser

GOTIFY = Receiver(url="https://push.example.org/hooks")
NIGHT = {"quiet_from": "22:00", "quiet_to": "07:00"}
EVENING = {"quiet_from": "18:00", "quiet_to": "20:00"}


class Two:
    """Two people, and the merge of them."""

    def __init__(self, session):
        self.session, self.merge_id = session, new_id()
        self.kept = a_recipient(session, "Kay").id
        self.gone = a_recipient(session, "Gwen").id

    def merge(self):
        self._hear(1)

    def undo(self):
        self._hear(2)

    def _hear(self, version):
        message = PersonMerged(
            merge_id=self.merge_id,
            version=version,
            kept_id=self.kept,
            gone_id=self.gone,
            is_undone=version > 1,
        )
        hears(self.session, message)
        self.session.flush()

    def chooses(self, person, **values):
        choose(self.session, person, values, actor="me", now=NOW, offered=("mail", "inbox", "sms"))

    def found(self, person):
        row = self.session.get(Preference, person)
        return None if row is None else row

    def reach(self, person):
        query = select(Address.channel).where(
            Address.person_id == person, Address.state == "active"
        )
        return sorted(self.session.scalars(query))


@pytest.fixture
def two(session):
    return Two(session)


def test_where_the_survivor_never_chose_the_others_choice_holds_and_comes_back(two):
    two.chooses(two.gone, **NIGHT, digest="daily", locale="zh-Hant", time_zone="Asia/Taipei")

    two.merge()
    row = two.found(two.kept)
    held = (row.quiet_from, row.digest, row.locale, row.time_zone)
    two.undo()

    assert held == ("22:00", "daily", "zh-Hant", "Asia/Taipei")
    assert two.found(two.kept) is None
    assert two.found(two.gone).digest == "daily"


def test_the_survivors_own_choice_wins(two):
    two.chooses(two.kept, **EVENING, digest="weekly")
    two.chooses(two.gone, **NIGHT, digest="daily", locale="en")

    two.merge()

    row = two.found(two.kept)
    assert (row.quiet_from, row.quiet_to, row.digest, row.locale) == (
        "18:00", "20:00", "weekly", "en",
    )  # fmt: skip


def test_what_either_turned_off_stays_off(two):
    two.chooses(two.kept, channels={"news": {"mail": True, "inbox": False}})
    two.chooses(two.gone, channels={"news": {"mail": False}, "deadline": {"sms": True}})

    two.merge()
    while_merged = two.found(two.kept).channels
    two.undo()

    assert while_merged == {"news": {"mail": False, "inbox": False}, "deadline": {"sms": True}}
    assert two.found(two.kept).channels == {"news": {"mail": True, "inbox": False}}


def test_an_unsubscribing_by_the_link_of_a_mail_is_kept(two):
    opt_out(two.session, address_key("gwen@people.example"), ["news"], actor="link", now=NOW)

    two.merge()

    assert two.found(two.kept).channels["news"] == {"mail": False}


def test_what_was_chosen_since_the_merge_outlives_its_undoing(two):
    two.chooses(two.gone, digest="daily", channels={"news": {"mail": False, "inbox": False}})
    two.merge()
    two.chooses(two.kept, digest="weekly", channels={"news": {"mail": True, "inbox": False}})

    two.undo()

    row = two.found(two.kept)
    assert (row.digest, row.channels) == ("weekly", {"news": {"mail": True}})


def test_addresses_come_along_where_the_survivor_has_none(two):
    an_active(two.session, two.kept, a_wanted_phone("+886911111111"))
    an_active(two.session, two.gone, a_wanted_phone("+886922222222"))
    an_active(two.session, two.gone, a_wanted_gotify(GOTIFY))
    for person, number in ((two.kept, 1), (two.gone, 2)):
        browser = ABrowser(f"https://push.example.org/{number}")
        subscribe(two.session, person, browser.subscription, ways=WAYS, now=NOW)

    two.merge()
    merged = (two.reach(two.kept), two.reach(two.gone))
    two.undo()

    assert merged == (["chat", "push", "push", "sms"], ["sms"])
    assert two.reach(two.kept) == ["push", "sms"]
    assert two.reach(two.gone) == ["chat", "push", "sms"]


def test_an_address_that_waits_for_its_code_stays(two):
    add(two.session, two.gone, a_wanted_phone(), ways=WAYS, now=NOW)

    two.merge()

    assert two.session.scalars(select(Address.person_id)).all() == [two.gone]


def test_what_waits_for_a_digest_is_one_digest_of_the_survivor(two):
    for person in (two.kept, two.gone):
        two.chooses(person, digest="daily")
    an_active(two.session, two.gone, a_wanted_gotify(GOTIFY))
    hears(two.session, a_notice(two.gone))
    hears(two.session, a_notice(two.gone))
    two.merge()
    hears(two.session, a_notice(two.kept))

    release_due(two.session, now=NOW + timedelta(days=1))

    of_chat = select(Delivery).where(Delivery.channel == "chat", Delivery.digest_id.is_not(None))
    digests = {each.digest_id for each in two.session.scalars(of_chat)}
    assert len(two.session.scalars(of_chat).all()) == 3
    assert len(digests) == 1


def test_a_merge_heard_twice_or_late_changes_nothing(two):
    two.chooses(two.gone, digest="daily")

    two.undo()
    two.merge()

    assert two.found(two.kept) is None


def test_an_erased_person_leaves_no_choices_in_merges(two):
    two.chooses(two.gone, digest="daily")
    two.merge()

    forget_person(two.session, Forgotten(two.kept, None, (), owns_address=False))

    assert two.session.scalars(select(MergedChoice)).all() == []
