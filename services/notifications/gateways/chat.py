"""Chat and SMS through Apprise, by connections that are looked at (gateways/pinning.py).

Apprise's services post with the `requests` library, which follows redirects and goes wherever a
name leads. They are given a stand-in for it, which posts as webhooks are posted.
"""

import json
import logging
import math
import re
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from services.notifications.gateways.chat_kinds import (
    KIND_OF,
    KINDS,
    OPTIONAL_FIELDS,
    Arguments,
    Kind,
)
from services.notifications.gateways.mailer import Result
from services.notifications.gateways.posting import Posted, Poster, result_of, seconds_of
from shared.foundation.later import Later

if TYPE_CHECKING:
    import apprise
    import requests
else:
    apprise, requests = Later("apprise"), Later("requests")

GONE: Final = (401, 403, 404, 410)
"""The address is no longer good: a token that was taken back, a room that is not there."""
PHONE: Final = "{phone}"
UNWRITTEN: Final = "The service could not be asked."
NOTHING_ELSE: Final = "nothing but a notice is sent from here"
LONGEST_VALUE: Final = 500
LONGEST_ANSWER: Final = 1024
TOO_MANY: Final = 429
ASKED_IN_BODY: Final = re.compile(r'"retry_after":\s*(\d{1,6}(?:\.\d{1,6})?)')
TAKEN: Final = ("headers", "data", "json", "params", "auth")


@dataclass(frozen=True)
class ChatAddress:
    """What Apprise needs for one person's chat. label: it, without secrets."""

    kind: str
    arguments: Arguments
    label: str

    @property
    def text(self) -> str:
        """For sealing: the same for the same address."""
        plain = {"kind": self.kind, "arguments": self.arguments}
        return json.dumps(plain, sort_keys=True, ensure_ascii=False)

    @property
    def server(self) -> str:
        """The address of a server of somebody's own; "" for a service that everybody knows."""
        host = self.arguments.get("host")
        if not KINDS[self.kind].has_server or not host:
            return ""
        scheme = "https" if self.arguments.get("secure", True) else "http"
        port = f":{self.arguments['port']}" if self.arguments.get("port") else ""
        name = f"[{host}]" if ":" in host else host
        return f"{scheme}://{name}{port}/"


def read_fields(kind: str, given: Mapping[str, str]) -> ChatAddress:
    """An address by plain fields. Raises ValueError for one that can't be."""
    found = KINDS[kind]
    if found.arguments is None:
        raise ValueError("it is named by its webhook's address")
    needed = set(found.fields) - set(OPTIONAL_FIELDS.get(kind, ()))
    if any(not given.get(name) for name in needed):
        raise ValueError("a field is missing")
    return _made(kind, found.arguments(given))


def read_url(url: str) -> ChatAddress:
    """An Apprise address, or a webhook's own. Raises ValueError for one that is not allowed."""
    scheme = url.partition("://")[0].casefold()
    if scheme in KIND_OF:
        kind = KIND_OF[scheme]
        return _made(kind, _kept(KINDS[kind], _plugin(KINDS[kind]).parse_url(url)))
    for kind, each in KINDS.items():
        native = getattr(_plugin(each), "parse_native_url", None) if scheme == "https" else None
        if native is not None and (parsed := native(url)):
            return _made(kind, _kept(each, parsed))
    raise ValueError("no service that is known here has such an address")


def _kept(kind: Kind, parsed: Mapping[str, Any] | None) -> Arguments:
    if not parsed:
        raise ValueError("the address can't be read")
    kept = {name: parsed[name] for name in kind.kept if parsed.get(name) not in (None, "", [])}
    if "targets" in kept:
        kept["targets"] = [each for each in kept["targets"] if each.strip("/ ")][:1]
    return kept


def _made(kind: str, arguments: Arguments) -> ChatAddress:
    """Looked at by the service itself: an Apprise service refuses what it can't be."""
    if "targets" in KINDS[kind].kept and not arguments.get("targets"):
        raise ValueError("it names nobody")
    values = [each for each in arguments.values() if isinstance(each, str)]
    if any(len(each) > LONGEST_VALUE or not each.isprintable() for each in values):
        raise ValueError("a field can't be so")
    try:
        made = _service(kind, arguments)
    except (TypeError, ValueError) as error:
        raise ValueError("the service has no such address") from error
    shown = made.url(privacy=True).partition("?")[0].partition("://")[2].strip("/")
    for each in arguments.get("targets", ()):
        # Whoever knows a topic's name can read it.
        shown = shown.replace(each, f"{each[:2]}…")
    return ChatAddress(kind, arguments, shown[:100])


def _plugin(kind: Kind) -> Any:
    """One service's module alone: reading them all would take a second and much memory."""
    module: Any = import_module(f"apprise.plugins.{kind.module}")
    logging.getLogger("apprise").disabled = True
    module.requests = STAND_IN
    return getattr(module, kind.plugin)


def _service(kind: str, arguments: Arguments) -> Any:
    found = KINDS[kind]
    asset = apprise.AppriseAsset(app_id="Plenary", app_desc="Plenary", app_url="")
    always = {"verify": True, "secure": True, "asset": asset}
    made = _plugin(found)(**{**always, **arguments, **found.fixed})
    made.request_rate_per_sec = 0
    return made


@dataclass
class _Call:
    """What a service does while it sends one notice. poster: None for the operator's own."""

    poster: Poster | None
    last: Posted | None = None


CALL: ContextVar[_Call | None] = ContextVar("call", default=None)


class _StandIn:
    """The `requests` of Apprise's services: the library's, but for what reaches out."""

    def __getattr__(self, name: str) -> Any:
        return getattr(requests, name)

    def post(self, url: str, **more: Any) -> Any:
        return self.request("POST", url, **more)

    def get(self, url: str, **more: Any) -> Any:
        return self.request("GET", url, **more)

    def put(self, url: str, **more: Any) -> Any:
        return self.request("PUT", url, **more)

    def request(self, method: str, url: str, **more: Any) -> Any:
        """Posted as a webhook is; the operator's own service goes where it was told to."""
        call = CALL.get()
        if call is None:
            raise requests.ConnectionError(NOTHING_ELSE)
        if call.poster is None:
            return _by_operator(call, method, url, **more)
        if method.upper() != "POST":
            raise requests.ConnectionError(NOTHING_ELSE)
        taken = {name: value for name, value in more.items() if name in TAKEN}
        ready: Any = requests.Request(method, url, **taken).prepare()
        body = ready.body.encode() if isinstance(ready.body, str) else ready.body or b""
        call.last = call.poster.post(str(ready.url), body, dict(ready.headers))
        if call.last.status is None:
            raise requests.ConnectionError("it could not be reached")
        return _answer(call.last)


def _by_operator(call: _Call, method: str, url: str, **more: Any) -> Any:
    try:
        answer: Any = requests.request(method, url, **more)
    except requests.RequestException as error:
        call.last = Posted(status=None, duration_ms=0, detail=type(error).__name__)
        raise
    asked = seconds_of(answer.headers.get("Retry-After") or "")
    call.last = Posted(
        status=answer.status_code,
        duration_ms=0,
        answer=answer.text[:LONGEST_ANSWER],
        retry_after_seconds=asked,
    )
    return answer


def _answer(posted: Posted) -> Any:
    made: Any = requests.Response()
    made.status_code, made._content, made.encoding = posted.status, posted.answer.encode(), "utf-8"
    return made


STAND_IN: Final = _StandIn()


@dataclass(frozen=True)
class Chat:
    """Sends notices to people's chats, and by the operator's provider to phones."""

    poster: Poster
    sms_url: str = ""

    def send_chat(self, sealed_text: str, title: str, text: str) -> Result:
        """One notice to one address, as `ChatAddress.text` has it."""
        plain = json.loads(sealed_text)
        return _sent(_Call(self.poster), _service(plain["kind"], plain["arguments"]), title, text)

    def send_sms(self, phone: str, text: str) -> Result:
        """One SMS. phone: E.164."""
        logging.getLogger("apprise").disabled = True
        service: Any = _operators(self.sms_url.replace(PHONE, quote(phone)))
        if service is None:
            return Result("failed", "The SMS provider's address can't be used.")
        module: Any = import_module(type(service).__module__)
        module.requests = STAND_IN
        service.request_rate_per_sec = 0
        return _sent(_Call(None), service, "", text)


def _operators(url: str) -> Any:
    """The service of any address. Most have a module of their scheme's name, which is read alone;
    for others Apprise reads its hundred services."""
    name = url.partition("://")[0].casefold()
    try:
        module = import_module(f"apprise.plugins.{name}")
    except (ImportError, ValueError):
        return apprise.Apprise.instantiate(url)
    for found in vars(module).values():
        if isinstance(found, type) and name in _schemes(found):
            parsed = found.parse_url(url)  # type: ignore[attr-defined]
            return found(**parsed) if parsed else None
    return apprise.Apprise.instantiate(url)


def _schemes(service: Any) -> tuple[str, ...]:
    """Those that an Apprise service goes by: each is a text, or several."""
    both = (getattr(service, name, None) for name in ("protocol", "secure_protocol"))
    return tuple(
        name for each in both for name in ((each,) if isinstance(each, str) else each or ())
    )


def _with_asked(posted: Posted) -> Posted:
    """Telegram says how long to wait in its answer's body alone."""
    found = ASKED_IN_BODY.search(posted.answer)
    if posted.status != TOO_MANY or posted.retry_after_seconds or found is None:
        return posted
    return replace(posted, retry_after_seconds=math.ceil(float(found[1])))


def _sent(call: _Call, service: Any, title: str, text: str) -> Result:
    before = CALL.set(call)
    try:
        is_taken = service.notify(body=text, title=title, body_format="text")
    except (TypeError, ValueError, OSError) as error:
        return Result("failed", f"{UNWRITTEN} {type(error).__name__}")
    finally:
        CALL.reset(before)
    if call.last is None:
        return Result("failed", UNWRITTEN)
    result = result_of(_with_asked(call.last), gone=GONE)
    if result.outcome == "sent" and not is_taken:
        return Result("failed", result.detail)
    return result
