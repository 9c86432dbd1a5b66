"""The chat services that people can name, and what of an address of theirs is kept.

Only what stands here is handed to Apprise: its addresses can also name files, other hosts to load
from, and certificates not to look at.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

Arguments = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One service. kept: of Apprise's arguments, those that are taken from an address.

    fields: what a form asks for; without: its webhook's own address. fixed: always so.
    has_server: somebody else's, which is looked at as webhooks' addresses are.
    """

    module: str
    plugin: str
    schemes: tuple[str, ...]
    kept: tuple[str, ...]
    fields: tuple[str, ...] = ()
    fixed: Mapping[str, Any]
    arguments: Callable[[Mapping[str, str]], Arguments] | None = None
    has_server: bool = False


def _server(given: Mapping[str, str]) -> Arguments:
    """Where a server of one's own is. Raises ValueError for none."""
    text = given["server"]
    parts = urlsplit(text if "//" in text else f"https://{text}")
    if not parts.hostname or parts.scheme not in ("http", "https") or parts.username:
        raise ValueError("no server")
    found: Arguments = {"host": parts.hostname, "secure": parts.scheme == "https"}
    if parts.port:
        found["port"] = parts.port
    if parts.path.strip("/"):
        found["fullpath"] = f"{parts.path.rstrip('/')}/"
    return found


def _ntfy(given: Mapping[str, str]) -> Arguments:
    made: Arguments = {"targets": [given["target"]], "mode": "cloud"}
    if given.get("server"):
        made |= _server(given) | {"mode": "private"}
    if given.get("token"):
        made |= {"token": given["token"], "auth": "token"}
    return made


def _of_server(given: Mapping[str, str]) -> Arguments:
    return _server(given) | {"token": given["token"]}


def _rocket_chat(given: Mapping[str, str]) -> Arguments:
    return _server(given) | {"webhook": given["token"], "mode": "webhook"}


def _telegram(given: Mapping[str, str]) -> Arguments:
    return {"bot_token": given["token"], "targets": [given["target"]]}


def _line(given: Mapping[str, str]) -> Arguments:
    return {"token": given["token"], "targets": [given["target"]]}


PLAIN: Final[Arguments] = {"include_image": False}
SERVER: Final = ("host", "port", "secure")
KINDS: Final[Mapping[str, Kind]] = {
    "line": Kind(
        module="line",
        plugin="NotifyLine",
        schemes=("line",),
        kept=("token", "targets"),
        fields=("token", "target"),
        fixed=PLAIN,
        arguments=_line,
    ),
    "slack": Kind(
        module="slack",
        plugin="NotifySlack",
        schemes=("slack",),
        kept=("token_a", "token_b", "token_c"),
        fixed=PLAIN | {"include_footer": False},
    ),
    "teams": Kind(
        module="workflows",
        plugin="NotifyWorkflows",
        schemes=("workflow", "workflows"),
        kept=("host", "port", "workflow", "signature", "version", "power_automate"),
        fixed=PLAIN,
        has_server=True,
    ),
    "telegram": Kind(
        module="telegram",
        plugin="NotifyTelegram",
        schemes=("tgram",),
        kept=("bot_token", "targets"),
        fields=("token", "target"),
        fixed=PLAIN | {"detect_owner": False},
        arguments=_telegram,
    ),
    "discord": Kind(
        module="discord",
        plugin="NotifyDiscord",
        schemes=("discord",),
        kept=("webhook_id", "webhook_token"),
        fixed=PLAIN | {"footer": False, "avatar": False, "tts": False},
    ),
    "google_chat": Kind(
        module="google_chat",
        plugin="NotifyGoogleChat",
        schemes=("gchat",),
        kept=("workspace", "webhook_key", "webhook_token"),
        fixed={},
    ),
    "webex": Kind(
        module="webexteams",
        plugin="NotifyWebexTeams",
        schemes=("wxteams", "webex"),
        kept=("token",),
        fixed={},
    ),
    "mattermost": Kind(
        module="mattermost",
        plugin="NotifyMattermost",
        schemes=("mmost", "mmosts"),
        kept=(*SERVER, "token", "fullpath"),
        fields=("server", "token"),
        fixed=PLAIN,
        arguments=_of_server,
        has_server=True,
    ),
    "rocket_chat": Kind(
        module="rocketchat",
        plugin="NotifyRocketChat",
        schemes=("rocket", "rockets"),
        kept=(*SERVER, "webhook", "mode"),
        fields=("server", "token"),
        fixed={"avatar": False},
        arguments=_rocket_chat,
        has_server=True,
    ),
    "ntfy": Kind(
        module="ntfy",
        plugin="NotifyNtfy",
        schemes=("ntfy", "ntfys"),
        kept=(*SERVER, "token", "auth", "mode", "targets"),
        fields=("server", "token", "target"),
        fixed=PLAIN,
        arguments=_ntfy,
        has_server=True,
    ),
    "gotify": Kind(
        module="gotify",
        plugin="NotifyGotify",
        schemes=("gotify", "gotifys"),
        kept=(*SERVER, "token", "fullpath"),
        fields=("server", "token"),
        fixed={},
        arguments=_of_server,
        has_server=True,
    ),
}
OPTIONAL_FIELDS: Final = {"ntfy": ("server", "token")}
KIND_OF: Final = {scheme: kind for kind, each in KINDS.items() for scheme in each.schemes}
"""Scheme of an address → kind."""
