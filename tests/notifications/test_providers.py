"""Several mail servers, a pace for each domain, and signed mails."""

from base64 import b64encode
from collections import Counter
from email import message_from_bytes

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from services.notifications.actions.pacing import Pace
from services.notifications.gateways.mailer import Result
from services.notifications.gateways.providers import FailoverMailer, Providers
from services.notifications.gateways.signing import DkimSigner
from shared.foundation.failures import BadSettings
from tests.notifications.mailers import a_mail, a_mailer, results_of
from tests.support.smtp_sink import SmtpSink

A, B = "smtp://a.example:25", "smtp://b.example:25"
SOURCE = b"From: a@plenary.example\r\nSubject: x\r\nList-Unsubscribe: <u>\r\n\r\nHello.\r\n"


class Fake:
    """A server in a test's hands."""

    answers: dict[str, str]
    sent: Counter

    def __init__(self):
        self.answers, self.sent, self.now = {}, Counter(), 0.0

    def make(self, url):
        server = self

        class Connection:
            def begin(self, _mail):
                outcome = server.answers.get(url, "sent")
                server.sent[url, outcome] += 1
                return Result(outcome, f"{url} says {outcome}")

            def close(self):
                server.sent[url, "closed"] += 1

        return Connection()

    def clock(self):
        return self.now

    def pause(self, seconds):
        self.now += seconds


def sends(mailer, times=1):
    return [each for _ in range(times) for each in results_of(mailer, a_mail("b@c.example"))]


def a_faked_mailer(fake, urls):
    providers = Providers.of(urls)
    providers.clock = fake.clock
    return FailoverMailer(providers, fake.make, fake.pause)


def test_mails_are_shared_by_weight():
    fake = Fake()
    sends(a_faked_mailer(fake, f"{A}?weight=3 {B}?weight=1"), 2000)

    assert 0.65 < fake.sent[A, "sent"] / 2000 < 0.85


def test_a_server_that_is_away_costs_no_mail_and_is_left_alone_for_a_while():
    fake = Fake()
    fake.answers[A] = "away"
    mailer = a_faked_mailer(fake, f"{A}?weight=1000 {B}")

    assert {each.outcome for each in sends(mailer, 200)} == {"sent"}
    assert fake.sent[A, "away"] <= 2
    assert fake.sent[B, "sent"] == 200

    fake.now, fake.answers = 1000.0, {}
    sends(mailer, 100)
    assert fake.sent[A, "sent"] > 80


def test_where_nobody_is_there_each_was_asked_and_no_mail_is_begun():
    fake = Fake()
    fake.answers = {A: "away", B: "away"}

    assert sends(a_faked_mailer(fake, f"{A} {B}")) == []

    assert fake.sent == {(A, "away"): 1, (B, "away"): 1}


def test_a_mail_that_one_server_may_have_goes_to_no_other_at_once():
    fake = Fake()
    fake.answers[A] = "deferred"

    (result,) = sends(a_faked_mailer(fake, f"{A} {B}?weight=0"))

    assert result.outcome == "deferred"
    assert fake.sent[B, "sent"] == 0


def test_a_server_that_puts_all_off_gives_way_to_the_reserve():
    fake = Fake()
    fake.answers[A] = "deferred"
    mailer = a_faked_mailer(fake, f"{A} {B}?weight=0")

    sends(mailer, 30)

    assert fake.sent[B, "sent"] >= 15


def test_a_limit_holds_and_the_other_server_takes_the_rest():
    fake = Fake()
    mailer = a_faked_mailer(fake, f"{A}?per_second=10 {B}")
    sends(mailer, 500)
    assert fake.now == 0.0
    assert fake.sent[A, "sent"] == 1

    fake = Fake()
    sends(a_faked_mailer(fake, f"{A}?per_second=10"), 101)
    assert fake.now == pytest.approx(10.0)


@pytest.mark.parametrize(
    "urls",
    [
        "http://a.example",
        "smtp://",
        f"{A} {A}",
        f"{A}?weight=-1",
        f"{A}?weight=much",
        f"{A}?wieght=1",
        f"{A}?weight=0",
        f"{A}?per_second=0.01",
        "smtp://a.example:port",
    ],
)
def test_a_server_that_is_written_wrong_is_refused_at_the_start(urls):
    with pytest.raises(BadSettings, match="PLENARY_SMTP_URL"):
        Providers.of(urls)


def test_the_second_real_server_takes_over_when_the_first_goes_down():
    first, second = SmtpSink().start(), SmtpSink().start()
    try:
        urls = [f"smtp://{each.host}:{each.port}" for each in (first, second)]
        mailer = a_mailer(f"{urls[0]}?weight=1000", f"{urls[1]}?weight=0")
        assert sends(mailer)[0].outcome == "sent"
        first.down()
        outcomes = [each.outcome for each in sends(mailer, 3)]
        mailer.close()
    finally:
        first.close()
        second.close()
    # The kept connection may break in the middle once; from then on the other has them all.
    assert outcomes[1:] == ["sent", "sent"]


def test_a_domain_is_sent_no_more_than_its_pace_and_others_go_before():
    slept = []
    pace = Pace(per_second=4, clock=lambda: 0.0, sleep=slept.append)

    answers = [pace.seconds_until("x@big.example") for _ in range(5)]

    assert answers == [0.0, 0.0, 0.75, 1.0, 1.25]
    assert slept == [0.25]
    assert pace.seconds_until("x@small.example") == 0.0


def test_without_a_limit_nobody_waits():
    assert {Pace().seconds_until("x@big.example") for _ in range(100)} == {0.0}


def a_key(tmp_path, key):
    path = tmp_path / "key.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


def test_a_signed_mail_verifies_and_a_changed_one_does_not(tmp_path):
    key = rsa.generate_private_key(65537, 2048)
    sign = DkimSigner.of("P <a@plenary.example>", "s1", str(a_key(tmp_path, key)))
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    record = b"v=DKIM1; k=rsa; p=" + b64encode(public)
    asked = []

    def look_up(name, timeout=5):
        asked.append(name)
        return record

    signed = sign(SOURCE)

    assert dkim.verify(signed, dnsfunc=look_up)
    assert asked == [b"s1._domainkey.plenary.example."]
    assert not dkim.verify(signed.replace(b"Hello", b"Howdy"), dnsfunc=look_up)
    assert not dkim.verify(signed.replace(b"<u>", b"<v>"), dnsfunc=look_up)
    assert message_from_bytes(signed)["Subject"] == "x"


def test_a_key_that_cannot_sign_is_refused_at_the_start(tmp_path):
    path = a_key(tmp_path, ec.generate_private_key(ec.SECP256R1()))
    with pytest.raises(BadSettings, match="RSA"):
        DkimSigner.of("a@plenary.example", "s1", str(path))
    with pytest.raises(BadSettings, match="PLENARY_DKIM_KEY"):
        DkimSigner.of("a@plenary.example", "s1", str(tmp_path / "none"))
    with pytest.raises(BadSettings, match="SELECTOR"):
        DkimSigner.of("a@plenary.example", "s 1", str(path))
