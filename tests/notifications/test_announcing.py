"""Announcements: everybody once, nobody skipped, whatever happens, and the counts add up."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from sqlalchemy import func, select

from services.notifications.actions.announcing import (
    approve,
    cancel,
    pause,
    resend_failed,
    resume,
)
from services.notifications.actions.choosing import choose, set_rules
from services.notifications.actions.claiming import claim
from services.notifications.actions.delivering import keep_result
from services.notifications.actions.failures import NeedsSecondPerson, WrongState
from services.notifications.actions.mime import Site, mail_of
from services.notifications.actions.previewing import preview
from services.notifications.actions.sending import BATCH, advance
from services.notifications.actions.suppressing import suppress
from services.notifications.gateways.mailer import Result
from services.notifications.model import (
    Announcement,
    AnnouncementRecipient,
    Delivery,
    InboxItem,
    MembershipCopy,
    OrganisationCopy,
    Recipient,
)
from services.notifications.queries import proof
from shared.contracts import events
from shared.foundation.failures import Invalid
from shared.foundation.ids import new_id
from tests.notifications.announcement_builders import (
    a_draft,
    a_person,
    a_post,
    an_organisation,
    approved,
    run,
    send_all,
)
from tests.notifications.builders import a_published_workshop, a_registration_state, hears

SITE = Site("Plenary <no-reply@plenary.example>", "https://plenary.example", "s" * 32)


def adds_up(counts):
    parts = ("queued", "sent", "suppressed", "opted_out", "failed")
    return counts["eligible"] == sum(counts[name] for name in parts)


@pytest.fixture
def alliance(session):
    """An alliance with two associations, and a company in both."""
    top = an_organisation(session, "alliance")
    first, second = (an_organisation(session, host=top) for _ in range(2))
    company = an_organisation(session, "company", host=first)
    row = MembershipCopy(id=new_id(), version=1, member_id=company, host_id=second, is_active=True)
    session.add(row)
    return {"top": top, "first": first, "second": second, "company": company}


def test_who_is_on_several_lists_is_told_once(session, now, alliance):
    person = a_person(session, alliance["company"])
    a_post(session, person, alliance["first"])
    a_post(session, person, alliance["second"])

    made = approved(session, alliance["top"], now)
    run(session, now)

    assert session.scalar(select(func.count()).select_from(Delivery)) == 1
    assert made.people == 1


def test_who_has_left_or_was_excluded_or_erased_is_not_told(session, now, alliance):
    yesterday = now.date() - timedelta(days=1)
    gone, out = new_id(), a_person(session, alliance["first"], 2)
    a_person(session, alliance["first"], 1)
    a_post(session, gone, alliance["first"], ends_on=yesterday)
    a_person(session, alliance["first"], 3, is_erased=True)
    audience = {
        "organisation_id": str(alliance["top"]),
        "exclude": [{"person_ids": [str(out)]}],
    }

    made = approved(session, alliance["top"], now, audience=audience)
    run(session, now)

    assert made.people == 1


def test_everybody_has_one_outcome_and_the_counts_add_up(session, now, alliance):
    a_person(session, alliance["first"], 1)
    a_person(session, alliance["first"], 2, email=None)
    quiet = a_person(session, alliance["second"], 3)
    a_person(session, alliance["second"], 4)
    held = a_person(session, alliance["second"], 5)
    choose(session, quiet, {"channels": {"news": {"mail": False}}}, actor="t", now=now)
    choose(session, held, {"digest": "weekly"}, actor="t", now=now)
    suppress(session, "ann4@people.example", reason="bounced", now=now)

    made = approved(session, alliance["top"], now)
    run(session, now)
    before = proof.counts_of(session, made)
    send_all(session, now)
    run(session, now + timedelta(seconds=5))

    counts = proof.counts_of(session, made)
    assert (before["queued"], adds_up(before)) == (2, True)
    assert counts == {
        "eligible": 5, "queued": 1, "sent": 1, "delivered": 0,
        "suppressed": 1, "opted_out": 1, "failed": 1,
    }  # fmt: skip
    parts = proof.counts_by_association(session, made)
    assert {id_: part["eligible"] for id_, part in parts.items()} == {
        alliance["first"]: 2, alliance["second"]: 3,
    }  # fmt: skip
    assert made.state == "sending"


def test_one_who_reads_it_in_the_app_was_told(session, now, alliance):
    person = a_person(session, alliance["first"], 1, has_account=True)
    choose(session, person, {"channels": {"news": {"mail": False}}}, actor="t", now=now)

    made = approved(session, alliance["top"], now, channels=["mail", "inbox"])
    run(session, now)

    counts = proof.counts_of(session, made)
    assert (counts["sent"], counts["delivered"], made.state) == (1, 1, "complete")
    assert session.scalars(select(InboxItem.subject)).one() == "News for Ann1 Lo"


def test_the_letter_is_personal_safe_and_in_ones_language(session, now, alliance):
    a_person(session, alliance["first"], 1, names=[
        {"kind": "romanised", "given": "<b>Ann", "family": "&", "order": "given_first"}
    ])  # fmt: skip
    approved(session, alliance["top"], now)
    run(session, now)
    [claimed] = claim(session, limit=1, now=now)

    mail = message_from_bytes(mail_of(claimed, site=SITE, now=now), policy=policy.default)

    page = mail.get_body(("html",)).get_content()
    assert mail["Subject"] == "News for <b>Ann &"
    assert "<strong>&lt;b&gt;Ann &amp;</strong>" in page
    assert 'href="https://x.example"' in page
    assert "<script>" not in page
    assert "<b>Ann" in mail.get_body(("plain",)).get_content()
    assert mail["List-Unsubscribe-Post"]


@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        ({"en": "{{ person.shoe_size }}"}, "/body/en"),
        ({"en": "ok", "zh-Hant": "{{ workshop.title }}"}, "/body/zh-Hant"),
        ({"en": "{{ person.name"}, "/body/en"),
        ({"en": "{{ ''.__class__.__mro__ }}"}, "/body/en"),
        ({"en": "[x](https://x.example/{{person.name}})"}, "/body/en"),
    ],
)
def test_a_text_that_cannot_be_filled_in_is_refused(session, now, alliance, text, pointer):
    with pytest.raises(Invalid) as refused:
        a_draft(session, alliance["top"], now, body=text)

    assert refused.value.faults[0].pointer == pointer


def test_a_kill_between_batches_skips_nobody_and_tells_nobody_twice(database, now):
    people = 2 * BATCH + 7
    with database.writing() as session:
        top = an_organisation(session, "alliance")
        for number in range(people):
            a_person(session, top, number)
        approved(session, top, now)

    steps, killed = 0, 0
    while True:
        steps += 1
        try:
            with database.writing() as session:
                has_advanced = advance(session, now=now + timedelta(seconds=steps))
                if steps % 2 and has_advanced:
                    raise KeyboardInterrupt
        except KeyboardInterrupt:
            killed += 1
            continue
        with database.writing() as session:
            send_all(session, now + timedelta(seconds=steps))
        if not has_advanced:
            break

    with database.reading() as session:
        addresses = session.scalars(select(Delivery.address)).all()
        made = session.scalars(select(Announcement)).one()
        assert killed >= 3
        assert (len(addresses), len(set(addresses))) == (people, people)
        assert made.state == "complete"


def test_it_is_sent_again_to_those_alone_whom_it_failed_for(session, now, alliance):
    a_person(session, alliance["first"], 1)
    a_person(session, alliance["first"], 2)
    mended = a_person(session, alliance["first"], 3, email=None)
    made = approved(session, alliance["top"], now)
    run(session, now)
    good, bad = claim(session, limit=2, now=now)
    keep_result(session, good, Result("sent", "250"), now=now)
    keep_result(session, bad, Result("failed", "554"), now=now)
    run(session, now + timedelta(seconds=5))
    assert made.state == "partly_failed"

    session.get(Recipient, mended).email = "ann3@people.example"
    count = resend_failed(session, made, actor="author", now=now)
    send_all(session, now)
    run(session, now + timedelta(seconds=9))

    assert (count, made.state) == (2, "complete")
    assert proof.counts_of(session, made)["sent"] == 3


def test_paused_it_waits_and_cancelled_it_never_comes(session, now, alliance):
    for number in range(3):
        a_person(session, alliance["first"], number)
    made = approved(session, alliance["top"], now)
    run(session, now)

    pause(session, made, actor="author", now=now)
    in_pause = claim(session, limit=9, now=now)
    resume(session, made, actor="author", now=now)
    [first] = claim(session, limit=1, now=now)
    keep_result(session, first, Result("sent", "250"), now=now)
    cancel(session, made, actor="author", now=now, reason="wrong date")

    counts = proof.counts_of(session, made)
    assert in_pause == []
    assert claim(session, limit=9, now=now) == []
    assert (counts["sent"], counts["failed"], adds_up(counts)) == (1, 2, True)
    with pytest.raises(WrongState):
        approve(session, made, actor="author", now=now)


def test_a_second_person_approves_where_the_organisation_wants_it(session, now, alliance):
    rules = {"channels": {}, "needs_second_person": True, "mails_per_minute": None}
    set_rules(session, alliance["top"], rules, actor="t", now=now)
    made = a_draft(session, alliance["top"], now)

    with pytest.raises(NeedsSecondPerson):
        approve(session, made, actor="author", now=now)
    approve(session, made, actor="somebody else", now=now)

    assert made.state == "approved"


def test_it_is_sent_at_its_time_and_no_faster_than_the_organisation_wants(session, now, alliance):
    for number in range(30):
        a_person(session, alliance["first"], number)
    rules = {"channels": {}, "needs_second_person": False, "mails_per_minute": 60}
    set_rules(session, alliance["top"], rules, actor="t", now=now)
    at = now + timedelta(hours=1)
    approved(session, alliance["top"], now, send_at=at)

    def made():
        return session.scalar(select(func.count()).select_from(Delivery))

    run(session, now)
    early = made()
    run(session, at)
    first = made()
    run(session, at + timedelta(seconds=6))

    assert (early, first, made()) == (0, 6, 12)


def test_a_ticket_goes_before_an_announcement(session, now, alliance):
    for number in range(3):
        a_person(session, alliance["first"], number)
    approved(session, alliance["top"], now)
    run(session, now)
    workshop = a_published_workshop(session)
    hears(session, events.RegistrationConfirmed(registration=a_registration_state(workshop)))

    assert claim(session, limit=1, now=now)[0].kind == "registration_confirmed"


def test_small_announcements_do_not_wait_for_a_large_one(session, now, alliance):
    for number in range(2 * BATCH):
        a_person(session, alliance["first"], number)
    a_person(session, alliance["second"], 5000)
    approved(session, alliance["first"], now)
    small = approved(session, alliance["second"], now)

    for _ in range(6):
        advance(session, now=now)
        session.flush()

    assert small.done_number == 1


def test_a_roster_is_told_by_state_and_each_guest_once(session, now):
    workshop = a_published_workshop(session)
    host = workshop.host_id
    session.add(OrganisationCopy(id=host, version=1, names={"en": "Host"}, kind="alliance"))
    for name, state in (("Ann", "confirmed"), ("Ben", "waiting"), ("Cho", "confirmed")):
        registration = a_registration_state(workshop, name, state=state)
        hears(session, events.RegistrationConfirmed(registration=registration))
    again = a_registration_state(workshop, "Ann", state="confirmed")
    hears(session, events.RegistrationConfirmed(registration=again))
    audience = {"workshop_id": str(workshop.workshop_id), "states": ["confirmed"]}
    draft = a_draft(
        session,
        host,
        now,
        audience=audience,
        category="workshop",
        subject={"en": "About {{ workshop.title }}"},
        body={"en": "At {{ workshop.starts_at }} in {{ workshop.place }}."},
    )

    shown = preview(session, draft, now=now)
    approve(session, draft, actor="author", now=now)
    run(session, now)

    told = session.scalars(
        select(Delivery.address)
        .join(
            AnnouncementRecipient,
            AnnouncementRecipient.notification_id == Delivery.notification_id,
        )
        .order_by(Delivery.address)
    ).all()
    assert told == ["ann@people.example", "cho@people.example"]
    assert shown.people == 2
    assert shown.letters["en"].subject == "About Carbon inventory"
    assert "TICC" in shown.letters["en"].text


def test_whoever_was_checked_in_is_still_on_the_roster(session, now):
    workshop = a_published_workshop(session)
    for name, state in (("Ann", "attended"), ("Ben", "confirmed"), ("Cho", "cancelled")):
        registration = a_registration_state(workshop, name, state=state)
        hears(session, events.RegistrationConfirmed(registration=registration))
    audience = {"workshop_id": str(workshop.workshop_id)}

    draft = a_draft(session, workshop.host_id, now, audience=audience, category="workshop")

    assert preview(session, draft, now=now).people == 2
