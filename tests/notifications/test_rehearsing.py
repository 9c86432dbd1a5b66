"""What mails need is loaded before a worker forks, and nobody gets the rehearsal."""

from email import message_from_bytes, policy

from services.notifications.actions import mime, rehearsing
from services.notifications.actions.mime import Site

SITE = Site("Plenary <no-reply@plenary.example>", "https://plenary.example", "s" * 32)


def test_a_mail_of_each_language_is_written_whole(monkeypatch, now):
    written, write = [], mime.mail_of

    def kept(*given, **named):
        written.append(message_from_bytes(write(*given, **named), policy=policy.default))

    monkeypatch.setattr(rehearsing, "mail_of", kept)

    rehearsing.rehearse(SITE, now=now)

    assert [mail["Content-Language"] for mail in written] == ["en", "zh-Hant"]
    for mail in written:
        kinds = {part.get_content_type() for part in mail.walk()}
        assert {"text/plain", "text/html", "text/calendar"} <= kinds
        assert mail["To"].endswith("@plenary.invalid>")
