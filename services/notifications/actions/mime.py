"""A claimed delivery as an RFC 5322 mail: text, HTML and, where there is a date, a calendar.

Writing a mail with the library costs several milliseconds, four times its sending. So a skeleton
is written once for each shape of mail, and what is personal is put into its bytes.
"""

import base64
import re
from dataclasses import dataclass
from datetime import datetime
from email.charset import Charset
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, parseaddr
from functools import cached_property, lru_cache
from typing import Any, Final

from services.notifications.actions.claiming import Claimed
from services.notifications.actions.inviting import entry_of, method_of
from services.notifications.actions.links import token_of
from services.notifications.actions.wording import Words, words_for
from services.notifications.model.choices import MANDATORY

LONGEST_NAME: Final = 200
LINE: Final = 76
"""Characters of a line: of a header that is not folded (RFC 2047, 2), of base64 (RFC 2045, 6.8)."""
UTF_8: Final = Charset("utf-8")
PREFERENCES: Final = "/notifications/preferences"
UNSUBSCRIBE: Final = "/notifications/api/v1/unsubscribe"


@dataclass(frozen=True)
class Site:
    """Who writes. sender: NAME <ADDRESS>. secret_key: signs the link in every mail."""

    sender: str
    public_url: str
    secret_key: str

    @cached_property
    def address(self) -> str:
        """The sender's, without the name."""
        return parseaddr(self.sender)[1]


def mail_of(claimed: Claimed, *, site: Site, now: datetime) -> bytes:
    """The mail's source, lines ending in CRLF."""
    facts, token = claimed.facts, token_of(site.secret_key, claimed.id)
    preferences = f"{site.public_url}{PREFERENCES}/{token}"
    link = _absolute(facts, site.public_url) or preferences
    words = words_for(
        claimed.kind, facts, locale=claimed.locale, link=link, preferences=preferences
    )
    method = method_of(claimed)
    personal = _headers(claimed, words, site=site, now=now)
    has_list = claimed.category not in MANDATORY
    if has_list:
        personal[b"PUT-UNSUBSCRIBE"] = f"{site.public_url}{UNSUBSCRIBE}/{token}".encode()
        personal[b"PUT-LIST"] = _list_id(claimed, site.address).encode()
    personal |= {
        _encoded(_mark("TEXT")): _encoded(words.text.encode()),
        _encoded(_mark("HTML")): _encoded(words.html.encode()),
    }
    if method is not None:
        entry = entry_of(claimed, words.language, sender=site.address, public_url=site.public_url)
        personal[_encoded(_mark("CALENDAR"))] = _encoded(entry)
    is_thread = claimed.workshop_id is not None
    skeleton = _skeleton(
        words.language,
        method,
        is_thread=is_thread,
        has_list=has_list,
        has_reply=claimed.reply_to is not None,
    )
    return b"".join(personal.get(piece, piece) for piece in skeleton)


def _absolute(facts: dict[str, Any], public_url: str) -> str:
    path = str(facts.get("path", ""))
    return path if not path or path.startswith("http") else public_url + path


def _list_id(claimed: Claimed, address: str) -> str:
    """RFC 2919: one list for each category and organisation."""
    host = address.rpartition("@")[2]
    teller = f"{claimed.host_id}." if claimed.host_id else ""
    return f"<{claimed.category}.{teller}{host}>"


def _mark(name: str) -> bytes:
    return f"PUT-{name}\r\n".encode()


def _encoded(text: bytes) -> bytes:
    """In lines of base64, as `encodebytes` does it four times slower."""
    whole = base64.b64encode(text)
    return b"\r\n".join([whole[at : at + LINE] for at in range(0, len(whole), LINE)])


MARKS: Final = re.compile(
    b"(%b)"
    % b"|".join(
        [
            rb"PUT-(?:FROM|REPLY|DATE|MESSAGE|THREAD|TO|SUBJECT|BOUNDARY|UNSUBSCRIBE|LIST)",
            *(re.escape(_encoded(_mark(name))) for name in ("TEXT", "HTML", "CALENDAR")),
        ]
    )
)


@lru_cache(maxsize=256)
def _skeleton(
    language: str, method: str | None, *, is_thread: bool, has_list: bool, has_reply: bool
) -> tuple[bytes, ...]:
    """A mail of this shape in pieces: what is the same for all, and PUT-… for what is personal."""
    mail = EmailMessage(policy=SMTP)
    mail["X-From"] = "PUT-FROM"
    if has_reply:
        mail["X-Reply-To"] = "PUT-REPLY"
    mail["X-Date"] = "PUT-DATE"
    mail["Message-ID"] = "PUT-MESSAGE"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-To"] = "PUT-TO"
    mail["X-Subject"] = "PUT-SUBJECT"
    if is_thread:
        mail["References"] = "PUT-THREAD"
        mail["In-Reply-To"] = "PUT-THREAD"
    if has_list:
        mail["X-List-Id"] = "PUT-LIST"
        mail["X-List-Unsubscribe"] = "<PUT-UNSUBSCRIBE>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content("PUT-TEXT", cte="base64")
    mail.add_alternative("PUT-HTML", subtype="html", cte="base64")
    if method is not None:
        # Gmail and Outlook act on the part, Apple's Mail opens the file.
        mail.add_alternative(
            _mark("CALENDAR"),
            maintype="text",
            subtype="calendar",
            params={"method": method, "charset": "utf-8"},
        )
    mail.set_boundary("b1-PUT-BOUNDARY")
    if method is not None:
        mail.add_attachment(
            _mark("CALENDAR"), maintype="application", subtype="ics", filename="invite.ics"
        )
        mail.set_boundary("b2-PUT-BOUNDARY")
    mail["Content-Language"] = language
    # The library would read and rewrite these by their real names.
    source = re.sub(
        rb"^X-(From|Reply-To|Date|To|Subject|List-[\w-]+):",
        rb"\1:",
        mail.as_bytes(),
        flags=re.MULTILINE,
    )
    return tuple(MARKS.split(source))


def _headers(claimed: Claimed, words: Words, *, site: Site, now: datetime) -> dict[bytes, bytes]:
    thread = f"<workshop.{claimed.workshop_id}.{claimed.about_id}@plenary>"
    name = " ".join(claimed.name.split())[:LONGEST_NAME]
    texts = {
        "FROM": _sender(words.teller, site.sender, "From"),
        "REPLY": _sender(words.teller, claimed.reply_to or "", "Reply-To"),
        "DATE": _date(now.replace(microsecond=0)),
        "MESSAGE": claimed.message_id,
        "THREAD": thread,
        "TO": f"{_name(name)} <{claimed.address}>" if name else claimed.address,
        "SUBJECT": _header("Subject", words.subject),
        "BOUNDARY": claimed.id.hex,
    }
    return {f"PUT-{mark}".encode(): text.encode("ascii") for mark, text in texts.items()}


@lru_cache(maxsize=4)
def _date(second: datetime) -> str:
    """RFC 5322, 3.3. Many mails are written in one second."""
    return format_datetime(second)


@lru_cache(maxsize=256)
def _sender(teller: str, sender: str, header: str) -> str:
    """The organisation that tells it, by an address: all mails are sent from one."""
    own, address = parseaddr(sender)
    name = teller[:LONGEST_NAME] or own
    return f"{_name(name, header)} <{address}>" if name else address


def _name(name: str, header: str = "To") -> str:
    """The name as a header has it: quoted where needed, encoded where it is not ASCII."""
    if name.isascii():
        return formataddr((name, "x")).removesuffix(" <x>")
    return _header(header, name)


def _header(name: str, text: str) -> str:
    """What stands after `Name: `, encoded where it is not ASCII (RFC 2047).

    Header folds what is long, and takes ten times as long for what is not.
    """
    is_ascii, room = text.isascii(), LINE - len(name) - 2
    short = text if is_ascii or len(text) > room else UTF_8.header_encode(text)
    if len(short) <= room and short.isprintable():
        return short
    charset = "us-ascii" if is_ascii else "utf-8"
    return Header(text, charset, header_name=name).encode(linesep="\r\n")
