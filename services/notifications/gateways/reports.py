"""Reports that mail servers send back: undelivered (RFC 3464) and complained of (RFC 5965).

They arrive in a Maildir: a mail in `new` is read, and moved to `cur` once its effect is committed.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from pathlib import Path
from typing import Final, Literal

Kind = Literal["bounced", "delayed", "delivered", "complaint"]
KINDS: Final[dict[str, Kind]] = {
    "failed": "bounced",
    "delayed": "delayed",
    "delivered": "delivered",
    "abuse": "complaint",
    "fraud": "complaint",
    "virus": "complaint",
}
REPORTS: Final = ("message/delivery-status", "message/feedback-report")
LARGEST: Final = 1 << 20
"""What stands behind this many bytes of a report is not looked at."""
LONGEST_DETAIL: Final = 500
STATUS: Final = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
READ: Final = ":2,S"


@dataclass(frozen=True)
class Report:
    """What became of one of our mails. status: RFC 3463's, where there is one."""

    kind: Kind
    message_id: str
    status: str
    detail: str


def read_report(source: bytes) -> Report | None:
    """The report in a mail; None where it is none, or says nothing of a mail that can be told."""
    mail = message_from_bytes(source[:LARGEST], _class=EmailMessage, policy=policy.compat32)
    if mail.get_content_type() != "multipart/report":
        return None
    parts = [part for part in mail.walk() if part is not mail]
    fields = _fields(parts)
    message_id = _message_id(parts)
    kind = KINDS.get(fields.get("action", fields.get("feedback-type", "")).strip().lower())
    if kind is None or not message_id:
        return None
    status = STATUS.search(fields.get("status", ""))
    detail = fields.get("diagnostic-code") or fields.get("status") or fields.get("feedback-type")
    return Report(
        kind,
        message_id,
        status[0] if status else "",
        " ".join((detail or "").split())[:LONGEST_DETAIL],
    )


def _fields(parts: list[Message]) -> dict[str, str]:
    """Those that say what became of it, names in lower case; of its first recipient."""
    found: dict[str, str] = {}
    for part in parts:
        payload = part.get_payload()
        if part.get_content_type() not in REPORTS or not isinstance(payload, list):
            continue
        blocks = [each for each in payload if isinstance(each, Message)]
        for block in blocks:
            for name, value in block.items():
                found.setdefault(name.lower(), str(value))
    return found


def _message_id(parts: list[Message]) -> str:
    """Of the mail that the report is about, as it came back: whole, or its headers."""
    for part in parts:
        kind = part.get_content_type()
        if kind == "message/rfc822":
            payload = part.get_payload()
            returned = payload[0] if isinstance(payload, list) and payload else None
        elif kind in ("text/rfc822-headers", "message/rfc822-headers"):
            text = part.get_payload(decode=True)
            returned = message_from_bytes(text if isinstance(text, bytes) else b"")
        else:
            continue
        if isinstance(returned, Message) and returned["Message-ID"]:
            return str(returned["Message-ID"]).strip()
    return ""


def waiting_reports(folder: Path) -> Iterator[tuple[Path, Report | None]]:
    """What has arrived in the Maildir, oldest first. Raises OSError."""
    found = [each for each in (folder / "new").iterdir() if each.is_file()]
    for path in sorted(found, key=lambda each: (each.stat().st_mtime, each.name)):
        with path.open("rb") as file:
            yield path, read_report(file.read(LARGEST))


def mark_read(path: Path) -> None:
    """Out of the way; a second reader may have been quicker."""
    kept = path.parent.parent / "cur"
    kept.mkdir(exist_ok=True)
    with suppress(FileNotFoundError):
        path.rename(kept / (path.name + READ))
