"""Each kind of chat posts to its own service, and takes its answers as they are meant."""

from urllib.parse import urlsplit

import pytest

from services.notifications.gateways.chat import Chat, read_fields, read_url
from services.notifications.gateways.chat_kinds import KINDS
from services.notifications.gateways.posting import Posted

TOKEN = "Y2lzY29zcGFyazovL3VzL1dFQkhPT0svYTZmZGYyYTYtNDJjYS00OTQ2LTk2ZjktZDQ2N2E2ZDQ2N2E2ZDQ2N2E2"
TEAMS = "https://prod-1.westus.logic.azure.com:443/workflows/ab12/triggers/manual/paths/invoke"
ADDRESSES = {
    "line": ("api.line.me", "line://ABCToken==/U12345"),
    "slack": (
        "hooks.slack.com",
        "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
    ),
    "teams": (
        "prod-1.westus.logic.azure.com",
        f"{TEAMS}?api-version=2016-06-01&sp=x&sv=1.0&sig=SIG",
    ),
    "telegram": (
        "api.telegram.org",
        "tgram://123456789:abcdefghijklmnopqrstuvwxyz0123456789/12315544/",
    ),
    "discord": (
        "discord.com",
        "https://discord.com/api/webhooks/4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js",
    ),
    "google_chat": (
        "chat.googleapis.com",
        "https://chat.googleapis.com/v1/spaces/AAAA/messages?key=KKK&token=TTT",
    ),
    "webex": ("api.ciscospark.com", f"wxteams://{TOKEN}"),
    "mattermost": (
        "chat.example.org",
        "mmosts://chat.example.org/3ccdd113474722377935511fc85d3dd4",
    ),
    "rocket_chat": ("chat.example.org", "rockets://webhookA/tokB@chat.example.org"),
    "ntfy": ("ntfy.sh", "ntfy://alliance"),
    "gotify": ("push.example.org", "gotifys://push.example.org/AbcDefGhi123456"),
}


class Answering:
    """Stands for the poster: keeps where to, and answers."""

    def __init__(self, status):
        self.status, self.urls, self.bodies = status, [], []

    def post(self, url, body, headers):
        self.urls.append(url)
        self.bodies.append(body)
        return Posted(status=self.status, duration_ms=1, answer="ok")


def sent(kind, status):
    poster = Answering(status)
    address = read_url(ADDRESSES[kind][1])
    assert address.kind == kind
    result = Chat(poster).send_chat(address.text, "A seat", "You have a seat")
    return poster, result


def test_every_kind_is_tried():
    assert set(ADDRESSES) == set(KINDS)


@pytest.mark.parametrize("kind", sorted(ADDRESSES))
def test_one_post_goes_to_its_own_service_by_https(kind):
    poster, result = sent(kind, 200)

    [url] = poster.urls
    assert (urlsplit(url).scheme, urlsplit(url).hostname) == ("https", ADDRESSES[kind][0])
    assert b"You have a seat" in poster.bodies[0] or b"You%20have" in poster.bodies[0]
    assert result.outcome == "sent"


@pytest.mark.parametrize("kind", sorted(ADDRESSES))
@pytest.mark.parametrize(
    ("status", "outcome"),
    [(404, "bounced"), (429, "deferred"), (502, "deferred"), (None, "deferred"), (400, "failed")],
)
def test_what_a_service_answers_is_taken_alike(kind, status, outcome):
    assert sent(kind, status)[1].outcome == outcome


@pytest.mark.parametrize("kind", sorted(ADDRESSES))
def test_what_is_shown_has_no_secret_whole(kind):
    address = read_url(ADDRESSES[kind][1])
    secrets = [
        value
        for name, value in address.arguments.items()
        if isinstance(value, str) and name not in ("host", "mode", "auth", "version", "fullpath")
    ]

    assert not [each for each in secrets if each in address.label]


def test_a_field_too_long_or_with_control_letters_is_refused():
    for token in ("x" * 501, "a\x07b"):
        with pytest.raises(ValueError, match="field"):
            read_fields("gotify", {"server": "push.example.org", "token": token})
