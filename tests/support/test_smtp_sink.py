"""The mail sink takes, refuses, dawdles and dies as it is told."""

import smtplib
import time

import pytest

from tests.support.smtp_sink import SmtpSink

MAIL = "Subject: Seat confirmed\r\nMessage-ID: <1@example.org>\r\n\r\n.Hello\r\n"


def send(sink: SmtpSink, *recipients: str) -> None:
    with smtplib.SMTP(sink.host, sink.port, timeout=5) as client:
        client.sendmail("desk@example.org", recipients or ("ana@example.org",), MAIL)


def test_an_accepted_mail_is_kept_with_its_envelope(smtp_sink: SmtpSink) -> None:
    send(smtp_sink, "ana@example.org", "ben@example.org")

    [mail] = smtp_sink.wait_for(to="ben@example.org")

    assert mail.sender == "desk@example.org"
    assert mail.recipients == ("ana@example.org", "ben@example.org")
    assert (mail.subject, mail.message_id) == ("Seat confirmed", "<1@example.org>")
    assert mail.text.strip() == ".Hello"


def test_a_temporary_refusal_ends_when_the_sink_accepts_again(smtp_sink: SmtpSink) -> None:
    smtp_sink.refuse_temporarily()
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
        send(smtp_sink)
    smtp_sink.accept()

    send(smtp_sink)

    assert refusal.value.recipients["ana@example.org"][0] == 451
    assert len(smtp_sink.wait_for(1)) == 1


def test_a_permanent_refusal_can_be_for_some_addresses(smtp_sink: SmtpSink) -> None:
    smtp_sink.refuse_permanently(r"^gone@")

    send(smtp_sink, "gone@example.org", "ana@example.org")

    assert [mail.recipients for mail in smtp_sink.wait_for()] == [("ana@example.org",)]
    assert smtp_sink.refusals == ["gone@example.org"]


def test_a_slow_sink_answers_late(smtp_sink: SmtpSink) -> None:
    smtp_sink.slow(0.3)
    started_at = time.monotonic()

    send(smtp_sink)

    assert time.monotonic() - started_at > 0.3


def test_a_dropped_mail_is_known_to_the_sink_and_not_to_the_sender(smtp_sink: SmtpSink) -> None:
    smtp_sink.drop_after_data()

    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(smtp_sink)

    assert (len(smtp_sink.mails), len(smtp_sink.unanswered)) == (0, 1)


def test_a_sink_goes_down_in_mid_dialogue_and_comes_back(smtp_sink: SmtpSink) -> None:
    with smtplib.SMTP(smtp_sink.host, smtp_sink.port, timeout=5) as client:
        client.ehlo()
        smtp_sink.down()
        with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
            client.docmd("NOOP")
    with pytest.raises(ConnectionRefusedError):
        send(smtp_sink)
    smtp_sink.up()

    send(smtp_sink)

    assert len(smtp_sink.wait_for(1)) == 1


def test_one_connection_carries_many_mails(smtp_sink: SmtpSink) -> None:
    with smtplib.SMTP(smtp_sink.host, smtp_sink.port, timeout=5) as client:
        for number in range(60):
            client.sendmail("desk@example.org", [f"{number}@example.org"], MAIL)

    assert len(smtp_sink.wait_for(60)) == 60


def test_waiting_in_vain_says_what_came_instead(smtp_sink: SmtpSink) -> None:
    send(smtp_sink)

    with pytest.raises(AssertionError, match="'Seat confirmed' to ana@example.org"):
        smtp_sink.wait_for(to="ben@example.org", timeout=0.1)
