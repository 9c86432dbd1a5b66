"""What a notice says where there is little room: in a chat, an SMS, or on a locked screen."""

from dataclasses import dataclass
from typing import Final

from services.notifications.actions.claiming import Claimed
from services.notifications.actions.fixed_words import FIXED
from services.notifications.actions.wording import words_for
from shared.foundation.languages import nearest_language

ADDRESS_CODE: Final = "address_code"
"""Kind of what confirms an address: a code, and nothing else."""
LONGEST_CHAT: Final = 800
LONGEST_TITLE: Final = 120
LONGEST_PUSH: Final = 240
GSM: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""What takes one septet (3GPP TS 23.038); with any other letter an SMS is in UCS-2."""
LONGEST_SMS: Final = 2 * 153
LONGEST_SMS_UCS2: Final = 2 * 67
"""Of two parts, each with a header that joins them."""
INBOX: Final = "/notifications/inbox"
MORE: Final = "…"


@dataclass(frozen=True)
class Short:
    """title, text: in the reader's language. link: absolute."""

    language: str
    title: str
    text: str
    link: str

    @property
    def chat(self) -> str:
        """Below the title."""
        return "\n\n".join(filter(None, (cut(self.text, LONGEST_CHAT), self.link)))

    @property
    def push(self) -> dict[str, str]:
        """What the service worker shows. Small: a push service takes 4,096 bytes."""
        text = cut(" ".join(self.text.split()), LONGEST_PUSH)
        return {"title": self.title, "text": text, "link": self.link, "lang": self.language}

    @property
    def sms(self) -> str:
        """In at most two parts, the link whole."""
        tail = f" {self.link}" if self.link else ""
        whole = self.title + tail
        if set(whole) <= GSM and len(whole) <= LONGEST_SMS:
            return whole
        longest = LONGEST_SMS if set(whole) <= GSM else LONGEST_SMS_UCS2
        # What is cut ends in a letter that GSM has not.
        more = MORE if longest == LONGEST_SMS_UCS2 else "..."
        return cut(self.title, longest - _units(tail), more=more) + tail


def _units(text: str) -> int:
    """Length as UCS-2 counts it."""
    return len(text.encode("utf-16-le")) // 2


def cut(text: str, longest: int, *, more: str = MORE) -> str:
    """The text, or its beginning with a mark that it goes on. longest: in UTF-16 units."""
    if _units(text) <= longest:
        return text
    kept = text
    while _units(kept) > longest - len(more):
        kept = kept[: len(kept) - max(1, (_units(kept) - longest) // 2)]
    return kept.rstrip() + more


def short_of(claimed: Claimed, public_url: str, *, code: str = "") -> Short:
    """The notice in few words. It leads to the inbox: a link that acts for its reader would be
    read by whoever runs the chat.

    code: of an address that is being confirmed.
    """
    language = nearest_language(claimed.locale)
    if claimed.kind == ADDRESS_CODE:
        return Short(language, FIXED[language]["address_code"].format(code=code), "", "")
    link = public_url + INBOX
    words = words_for(claimed.kind, claimed.facts, locale=claimed.locale, link=link)
    text = "\n\n".join(part for part in words.paragraphs[1:] if part)
    return Short(words.language, cut(words.subject, LONGEST_TITLE), text, link)
