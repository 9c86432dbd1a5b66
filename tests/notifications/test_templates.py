"""Organisations' own words: versions, variables, fallback, and mails that never stop."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from sqlalchemy import select, update

from services.notifications.actions import writing_templates as writing
from services.notifications.actions.claiming import claim
from services.notifications.actions.mime import Site, mail_of
from services.notifications.actions.own_words import EDITABLE, built_in, variables_of
from services.notifications.actions.own_words import require_good_texts as require_good
from services.notifications.actions.using_own_words import own_words_for
from services.notifications.actions.wording import words_for
from services.notifications.model import (
    InboxItem,
    OrganisationCopy,
    Recipient,
    Template,
    TemplateVersion,
)
from shared.contracts import events
from shared.foundation.failures import Conflict, Invalid
from shared.foundation.ids import new_id
from tests.notifications.builders import (
    NOW,
    a_published_workshop,
    a_registration_state,
    hears,
)

SITE = Site("Plenary <no-reply@plenary.example>", "https://plenary.example", "s" * 32)
OWN = {
    "subject": "Welcome, {{ name }}",
    "button": "Your seat",
    "body": "**{{ title }}** is waiting for you.",
}
KIND = "registration_confirmed"


def begin(session, host, texts, kind=KIND):
    return writing.begin(session, host, kind, texts, actor="me", now=NOW)


def confirmed(session, host, **facts):
    workshop = a_published_workshop(session, host_id=host)
    state = a_registration_state(workshop, **facts)
    hears(session, events.RegistrationConfirmed(registration=state))


def mails(session):
    claims = claim(session, limit=10, now=NOW + timedelta(minutes=1))
    sources = [mail_of(each, site=SITE, now=NOW) for each in claims]
    return [message_from_bytes(each, policy=policy.default) for each in sources]


def body_of(mail, kind):
    return mail.get_body((kind,)).get_content()


def test_a_mail_of_its_organisation_has_its_words(session):
    host = new_id()
    begin(session, host, {"en": OWN})

    confirmed(session, host)

    (mail,) = mails(session)
    assert mail["Subject"] == "Welcome, Ann"
    assert "<strong>Carbon inventory</strong> is waiting" in body_of(mail, "html")
    assert "Carbon inventory" in body_of(mail, "plain")
    assert "When: " in body_of(mail, "plain")
    assert "Your seat" in body_of(mail, "html")


def test_another_organisations_mails_keep_the_built_in_words(session):
    begin(session, new_id(), {"en": OWN})

    confirmed(session, new_id())

    assert mails(session)[0]["Subject"] == "You have a seat: Carbon inventory"


def test_a_language_that_was_not_written_has_the_built_in_words(session):
    host = new_id()
    begin(session, host, {"en": OWN})

    confirmed(session, host, locale="zh-TW")

    wanted = built_in(KIND)["zh-Hant"]["subject"].replace("{{ title }}", "碳盤查實務班")
    assert mails(session)[0]["Subject"] == wanted


def test_what_a_reader_sees_in_the_app_has_the_words_too(session):
    host = new_id()
    begin(session, host, {"en": OWN})

    confirmed(session, host, person_id=new_id())

    assert session.scalars(select(InboxItem.subject)).one() == "Welcome, Ann"


def test_version_one_is_the_built_in_and_each_change_adds_one(session):
    found = begin(session, new_id(), {"en": OWN})

    writing.change(session, found, {"en": OWN | {"button": "Go"}}, actor="me", now=NOW)
    writing.change(session, found, {"en": OWN | {"button": "Go"}}, actor="me", now=NOW)

    rows = session.execute(
        select(TemplateVersion.locale, TemplateVersion.number, TemplateVersion.author).order_by(
            TemplateVersion.locale, TemplateVersion.number
        )
    )
    assert [tuple(row) for row in rows] == [
        ("en", 1, "built in"),
        ("en", 2, "me"),
        ("en", 3, "me"),
        ("zh-Hant", 1, "built in"),
    ]


def test_back_to_the_built_in_words_and_again_to_own_ones(session):
    host = new_id()
    found = begin(session, host, {"en": OWN})

    writing.leave(session, found, actor="me", now=NOW)
    confirmed(session, host)
    subject = mails(session)[0]["Subject"]
    again = begin(session, host, {})

    assert subject == "You have a seat: Carbon inventory"
    assert again.id == found.id
    assert again.texts["en"] == built_in(KIND)["en"]


def test_an_organisation_has_one_text_of_a_kind(session):
    host = new_id()
    begin(session, host, {})

    with pytest.raises(Conflict):
        begin(session, host, {})


BAD = [
    ("subject", "{{ person.email }}"),
    ("body", "{{ link_token }}"),
    ("button", "{{ name.__class__ }}"),
    ("body", "{{ name"),
    ("body", "[here](https://evil.example/{{name}})"),
    ("body", "{{ ''.__class__.__mro__ }}"),
]


@pytest.mark.parametrize(("part", "text"), BAD)
def test_what_is_no_variable_is_refused_where_it_stands(session, part, text):
    with pytest.raises(Invalid) as refused:
        begin(session, new_id(), {"en": OWN | {part: text}})

    assert refused.value.faults[0].pointer == f"/texts/en/{part}"


def test_a_name_can_put_nothing_into_the_mail(session):
    host = new_id()
    begin(session, host, {"en": OWN | {"body": "Dear {{ name }}"}})

    confirmed(session, host, name="<script>x</script>{{ title }}", email="ann@people.example")

    (mail,) = mails(session)
    assert "<script>" not in body_of(mail, "html")
    assert "{{ title }}" in body_of(mail, "plain")


def test_words_that_broke_since_never_stop_a_mail_and_are_noted(session):
    host = new_id()
    found = begin(session, host, {"en": OWN})
    broken = {"en": OWN | {"body": "{{ gone_since }}"}}
    session.execute(update(Template).values(texts=broken))
    session.expire_all()

    confirmed(session, host)

    assert mails(session)[0]["Subject"] == "You have a seat: Carbon inventory"
    assert "gone_since" in session.get_one(Template, found.id).fault


@pytest.mark.parametrize("texts", [{}, {"en": {}}, {"en": "x"}, {"en": {"subject": None}}])
def test_texts_of_any_other_form_never_stop_a_mail(session, texts):
    host = new_id()
    begin(session, host, {})
    session.execute(update(Template).values(texts=texts))
    session.expire_all()

    assert own_words_for(session, {(host, KIND)}) == {}


def test_a_paragraph_about_a_reason_is_left_out_where_there_is_none():
    facts = {"titles": {"en": "A"}, "name": "Ann", "own_words": built_in("workshop_cancelled")}

    without = words_for("workshop_cancelled", facts, locale="en", link="x")
    given = words_for("workshop_cancelled", facts | {"reason": "rain"}, locale="en", link="x")

    assert "Reason" not in without.text
    assert "Reason: rain" in given.text


@pytest.mark.parametrize("kind", EDITABLE)
def test_every_built_in_text_is_a_good_version_one(kind):
    texts = built_in(kind)

    require_good(kind, texts)

    assert all("{%" not in part for text in texts.values() for part in text.values())
    assert "name" in variables_of(kind)


@pytest.mark.parametrize("kind", EDITABLE)
def test_version_one_reads_as_the_built_in_mail(session, kind):
    host = new_id()
    session.add(OrganisationCopy(id=host, version=1, names={"en": "The institute"}, kind="agency"))
    a_published_workshop(session, host_id=host)
    sample = writing.sample_of(session, host, kind, name="Ann", now=NOW)

    own = sample.words(built_in(kind), "en")
    plain = words_for(kind, sample.facts, locale="en", link="/events/mine")

    assert (own.subject, own.button, own.rows) == (plain.subject, plain.button, plain.rows)
    assert " ".join(own.text.split()) == " ".join(plain.text.split())


def test_a_test_goes_to_whoever_asks_in_each_language_and_changes_no_calendar(session):
    host, me = new_id(), new_id()
    facts = {"names": [], "email": "me@people.example", "locale": "en", "time_zone": "UTC"}
    session.add(Recipient(id=me, version=1, has_account=True, is_erased=False, **facts))
    found = begin(session, host, {"en": OWN})

    writing.send_test(session, found, me, now=NOW)

    sent = mails(session)
    assert [mail["To"] for mail in sent] == ["me@people.example"] * 2
    assert sorted(mail["Subject"].split()[0] for mail in sent) == ["[Test]", "[測試]"]
    assert not [part for mail in sent for part in mail.iter_attachments()]
