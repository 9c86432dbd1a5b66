"""The dialogue with a mail server: all at once where it takes that, and what its answers mean."""

import socket
import threading

import pytest

from tests.notifications.mailers import SOURCE, a_mail, a_mailer, results_of, sent
from tests.support.ports import HOST

ALL_GOOD = {"MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go on", ".": "250 taken"}


class Scripted:
    """A server that takes commands at once and answers each as it is told."""

    def __init__(self, answers):
        self.answers = ALL_GOOD | answers
        self.heard, self.mails, self.reads = [], [], []
        self._listener = socket.create_server((HOST, 0))
        self.url = f"smtp://{HOST}:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        connection, _ = self._listener.accept()
        with connection:
            connection.sendall(b"220 scripted\r\n")
            left = b""
            while read := connection.recv(65536):
                self.reads.append(read)
                *lines, left = (left + read).split(b"\r\n")
                for line in lines:
                    if not self._answer(connection, line):
                        return

    def _answer(self, connection, line):
        if self.heard[-1:] == ["DATA"] and self.answers["DATA"].startswith("354"):
            if line != b".":
                self.mails[-1].append(line)
                return True
            verb = "."
        else:
            verb = line[:4].decode().strip().upper()
        self.heard.append(verb)
        if verb == "DATA":
            self.mails.append([])
        usual = {"EHLO": "250-scripted\r\n250 PIPELINING"}.get(verb, "250 ok")
        said = self.answers.get(verb, usual)
        connection.sendall(f"{said}\r\n".encode())
        return not said.startswith("421")

    def close(self):
        self._listener.close()
        self._thread.join(5)


@pytest.fixture
def scripted():
    servers, mailers = [], []

    def make(**answers):
        dot = {".": answers.pop("dot")} if "dot" in answers else {}
        servers.append(Scripted(answers | dot))
        mailers.append(a_mailer(servers[-1].url))
        return servers[-1], mailers[-1]

    yield make
    for each in (*mailers, *servers):
        each.close()


def test_the_envelope_goes_at_once_and_the_content_after_it(scripted):
    server, mailer = scripted()

    assert sent(mailer).outcome == "sent"

    assert server.heard == ["EHLO", "MAIL", "RCPT", "DATA", "."]
    assert server.reads[1].endswith(b"RCPT TO:<b@x.example>\r\nDATA\r\n")
    assert b"\r\n".join(server.mails[0]) + b"\r\n" == SOURCE


@pytest.mark.parametrize("takes_all_at_once", [True, False])
def test_either_way_the_mail_arrives_and_refusals_are_understood(smtp_sink, takes_all_at_once):
    smtp_sink.takes_all_at_once = takes_all_at_once
    mailer = a_mailer(f"smtp://{smtp_sink.host}:{smtp_sink.port}")

    first = sent(mailer)
    smtp_sink.refuse_permanently()
    refused = sent(mailer)
    smtp_sink.refuse_temporarily()
    put_off = sent(mailer)
    smtp_sink.accept()
    last = sent(mailer)

    mailer.close()
    assert [each.outcome for each in (first, refused, put_off, last)] == [
        *("sent", "bounced", "deferred", "sent")
    ]
    assert [each.raw for each in smtp_sink.mails] == [SOURCE, SOURCE]


def test_a_server_that_waits_for_a_mail_to_nobody_gets_an_empty_one(scripted):
    server, mailer = scripted(RCPT="550 5.1.1 nobody", dot="554 no recipients")

    result = sent(mailer)
    server.answers.update(ALL_GOOD)
    again = sent(mailer)

    assert result.outcome == "bounced"
    assert result.detail.endswith(": 550 5.1.1 nobody")
    assert again.outcome == "sent"
    assert server.mails[0] == []
    assert server.heard[4:6] == [".", "RSET"]


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ({"MAIL": "550 not you", "RCPT": "503 no", "DATA": "503 no"}, "failed"),
        ({"MAIL": "451 later", "RCPT": "503 no", "DATA": "503 no"}, "deferred"),
        ({"RCPT": "552 full", "DATA": "503 no"}, "failed"),
        ({"RCPT": "550 nobody", "DATA": "503 no"}, "bounced"),
        ({"DATA": "451 later"}, "deferred"),
        ({"DATA": "250 what"}, "deferred"),
        ({"dot": "550 spam"}, "failed"),
        ({"dot": "421 closing"}, "deferred"),
        ({"MAIL": "421 closing"}, "deferred"),
    ],
)
def test_what_an_answer_means(scripted, answers, outcome):
    _, mailer = scripted(**answers)

    assert sent(mailer).outcome == outcome


def test_an_address_with_a_line_break_is_not_said_to_any_server(scripted):
    server, mailer = scripted()

    result = sent(mailer, a_mail("b@x.example>\r\nRCPT TO:<c@x.example"))

    assert result.outcome == "failed"
    assert "line break" in result.detail
    assert server.heard == ["EHLO"]


def test_several_go_side_by_side_and_one_that_is_refused_holds_up_no_other(smtp_sink):
    mailer = a_mailer(f"smtp://{smtp_sink.host}:{smtp_sink.port}")
    smtp_sink.refuse_permanently(matching="^c@")

    results = results_of(mailer, *(a_mail(f"{each}@x.example") for each in "abcd"))

    mailer.close()
    assert [each.outcome for each in results] == ["sent", "sent", "bounced", "sent"]
    assert {each.recipients for each in smtp_sink.mails} == {
        (f"{each}@x.example",) for each in "abd"
    }


class Silent:
    """A server that greets, and then says nothing until it is told to."""

    def __init__(self):
        self.may_speak = threading.Event()
        self._listener = socket.create_server((HOST, 0))
        self.url = f"smtp://{HOST}:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        connection, _ = self._listener.accept()
        with connection:
            connection.sendall(b"220 silent\r\n")
            connection.recv(1000)
            connection.sendall(b"250-silent\r\n250 PIPELINING\r\n")
            connection.recv(1000)
            self.may_speak.wait(30)
            connection.sendall(b"250 ok\r\n250 ok\r\n354 go on\r\n")
            while not connection.recv(100_000).endswith(b"\r\n.\r\n"):
                continue
            connection.sendall(b"250 taken\r\n")

    def close(self):
        self.may_speak.set()
        self._listener.close()


def test_who_is_slow_keeps_nobody_from_knowing_that_the_others_are_sent(smtp_sink):
    silent = Silent()
    mailer = a_mailer(f"{silent.url}?per_second=1", f"smtp://{smtp_sink.host}:{smtp_sink.port}")
    # The first is free for one mail a second: of three at once the other server has two.
    mails = [a_mail(f"{each}@x.example") for each in "abc"]

    answers = mailer.send(mails)
    first = next(answers)
    silent.may_speak.set()
    rest = list(answers)

    mailer.close()
    silent.close()
    assert {each.outcome for each in first.values()} == {"sent"}
    assert len(first) < len(mails)
    assert sorted([*first, *(place for each in rest for place in each)]) == [0, 1, 2]
