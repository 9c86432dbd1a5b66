"""Letters as they are read: in whose name, as plain text, and as HTML."""

import re
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest

from services.notifications.actions.claiming import LEASE, claim, claim_mails
from services.notifications.actions.lettering import fill, letter_of
from services.notifications.actions.mime import Site, mail_of
from services.notifications.model import OrganisationCopy
from shared.contracts import events, members
from tests.notifications.announcement_builders import a_person, an_organisation, approved, run
from tests.notifications.builders import a_published_workshop, a_registration_state, hears

SITE = Site("Plenary <no-reply@plenary.example>", "https://plenary.example", "s" * 32)
LONGEST_LINE = 78


def the_mail(session, now):
    [claimed] = claim(session, limit=1, now=now)
    return message_from_bytes(mail_of(claimed, site=SITE, now=now), policy=policy.default)


def test_news_come_in_the_name_of_the_organisation_that_tells_them(session, now):
    top = an_organisation(session, "alliance")
    name = "Net-Zero Alliance"
    session.get(OrganisationCopy, top).names = {"en": name}
    a_person(session, top, 1)
    approved(session, top, now)
    run(session, now)

    mail = the_mail(session, now)

    sender = mail["From"].addresses[0]
    page, text = (mail.get_body((kind,)).get_content() for kind in ("html", "plain"))
    assert (sender.display_name, sender.addr_spec) == (name, "no-reply@plenary.example")
    assert f"because {name} tells you its news" in text
    assert page.count(name) >= 2
    assert "because you take part in this" not in page + text


def test_an_answer_goes_to_the_organisation_that_has_an_address(session, now):
    top = an_organisation(session, "alliance")
    a_person(session, top, 1)
    approved(session, top, now)
    run(session, now)
    assert the_mail(session, now)["Reply-To"] is None

    told = members.OrganisationRecorded(
        organisation_id=top,
        version=2,
        names={"en": "Alliance", "zh-Hant": "聯盟"},
        kind="alliance",
        economy=None,
        email="desk@alliance.example",
    )
    hears(session, told)
    later = now + LEASE
    sender = the_mail(session, later)["Reply-To"].addresses[0]

    assert (sender.display_name, sender.addr_spec) == ("Alliance", "desk@alliance.example")


def test_an_answer_about_a_seat_goes_to_the_host(database, now):
    with database.writing() as session:
        workshop = a_published_workshop(session)
        hears(session, events.RegistrationConfirmed(registration=a_registration_state(workshop)))
        host = OrganisationCopy(
            id=workshop.host_id,
            version=1,
            names={"zh-Hant": "工研院"},
            kind="institute",
            email="a@host.example",
        )
        session.add(host)

    [claimed] = claim_mails(database, limit=1, now=now)

    mail = message_from_bytes(mail_of(claimed, site=SITE, now=now), policy=policy.default)
    assert mail["Reply-To"].addresses[0].addr_spec == "a@host.example"


@pytest.mark.parametrize(
    "host",
    ["淨零永續人才聯盟", 'The "Net-Zero" Alliance, Taipei', "台灣區電機電子工業同業公會" * 5],
)
def test_a_seat_is_told_in_the_hosts_name_in_any_script(session, now, host):
    workshop = a_published_workshop(session, host_names={"en": host})
    hears(session, events.RegistrationConfirmed(registration=a_registration_state(workshop)))

    [claimed] = claim(session, limit=1, now=now)
    source = mail_of(claimed, site=SITE, now=now)

    # The newer parser keeps the blanks between encoded words that RFC 2047, 6.2 takes out.
    mail = message_from_bytes(source)
    name, address = parseaddr(str(mail["From"]).replace("\r\n", ""))
    assert (str(make_header(decode_header(name))), address) == (host, "no-reply@plenary.example")
    assert all(len(line) <= LONGEST_LINE for line in source.splitlines()[:2])


def test_where_there_is_no_html_marks_are_left_out_and_links_say_where_they_lead():
    body = (
        "Dear {{ person.name }},\r\n\r\n**Come** to [the week](https://x.example)\r\nsoon.\r\n\r\n"
        "- one\r\n- *two*\r\n  1. `three`\r\n\r\n# Where\r\n\r\n| a | b |\r\n|---|---|\r\n| 1 | 2 |"
        "\r\n\r\nhttps://y.example <z@x.example>"
    )

    filled = fill(letter_of("Net-zero", body), {"person.name": "Ann"})

    assert filled.text == (
        "Dear Ann,\n\nCome to the week (https://x.example)\nsoon.\n\n- one\n- two\n  1. three\n\n"
        "Where\n\na | b\n1 | 2\n\nhttps://y.example z@x.example"
    )


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("See https://x.example/a?b=1&c=2.", ["https://x.example/a?b=1&amp;c=2"]),
        ("見 https://x.example/甲。", ["https://x.example/%E7%94%B2"]),
        ("(https://x.example)", ["https://x.example"]),
        ("https://x.example/a_(b)", ["https://x.example/a_(b)"]),
        ("**https://x.example**", ["https://x.example"]),
        ("[https://x.example](https://x.example) <https://y.example>", None),
        ("`https://x.example` https://x.example/{{ person.name }}", []),
    ],
)
def test_an_address_that_was_pasted_is_a_link(text, links):
    html = fill(letter_of("", text), {"person.name": "Ann"}).html

    found = re.findall(r'href="([^"]+)"', html)
    assert found == (["https://x.example", "https://y.example"] if links is None else links)
    assert "&lt;http" not in html
