"""What an address is, as somebody names it: a chat by its kind or its address, a phone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from services.notifications.actions.failures import NotOffered
from services.notifications.actions.hooking import require_good_url
from services.notifications.gateways import chat
from services.notifications.gateways.chat_kinds import KINDS, OPTIONAL_FIELDS
from shared.foundation.failures import Invalid

__all__ = ["KINDS", "OPTIONAL_FIELDS", "Wanted", "Ways", "fields_of", "wanted_of"]
WEBHOOK: Final = ("url",)


def fields_of(kind: str) -> tuple[str, ...]:
    """What an address of the kind is made of: plain fields, or its webhook's address."""
    return KINDS[kind].fields or WEBHOOK


@dataclass(frozen=True)
class Ways:
    """What this installation offers. secret_key: seals addresses. to_loopback: embedded mode."""

    secret_key: str
    has_sms: bool = False
    to_loopback: bool = False


@dataclass(frozen=True)
class Wanted:
    """An address as it was given. text: all of it, secret; label: what is shown."""

    channel: str
    kind: str
    text: str
    label: str


def _chat(found: chat.ChatAddress, ways: Ways) -> Wanted:
    """Raises Invalid where its server is not one to post to."""
    if found.server:
        require_good_url(found.server, to_loopback=ways.to_loopback)
    return Wanted("chat", found.kind, found.text, found.label)


def _phone(phone: str, ways: Ways) -> Wanted:
    """phone: E.164. Raises NotOffered where no SMS are sent."""
    if not ways.has_sms:
        raise NotOffered("No SMS are sent from here.")
    return Wanted("sms", "sms", phone, f"{phone[:4]}…{phone[-3:]}")


def wanted_of(body: Mapping[str, str], ways: Ways) -> Wanted:
    """What was asked for. Raises Invalid, NotOffered."""
    if body["channel"] == "sms":
        return _phone(body["phone"], ways)
    pointer = "/url" if "url" in body else "/kind"
    try:
        found = (
            chat.read_url(body["url"]) if "url" in body else chat.read_fields(body["kind"], body)
        )
    except ValueError as error:
        detail = "No chat has such an address; see what its service says."
        raise Invalid.at(pointer, detail, code="bad_address") from error
    if body.get("kind") not in (None, found.kind):
        raise Invalid.at("/kind", "This is an address of another kind of chat.")
    try:
        return _chat(found, ways)
    except Invalid as refused:
        at = "/server" if "server" in body else "/url"
        raise Invalid.at(at, refused.faults[0].detail, code="bad_url") from refused
