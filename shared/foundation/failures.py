"""One tree of failures. Each carries a sentence for the reader and a stable code for clients."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Fault:
    """One bad place in a body. pointer: RFC 6901, such as `/attendees/3/email`."""

    pointer: str
    detail: str


class Failure(Exception):
    """What a request or command could not do, and why, in words for the person who asked."""

    default_code: ClassVar[str] = "failure"

    def __init__(self, detail: str, *, code: str | None = None, faults: Sequence[Fault] = ()):
        super().__init__(detail)
        self.detail = detail
        self.code = code or self.default_code
        self.faults = tuple(faults)


class Invalid(Failure):
    """The request is understood but breaks a rule of its own form."""

    default_code = "invalid"

    @classmethod
    def at(cls, pointer: str, detail: str, *, code: str | None = None) -> "Invalid":
        """One fault at one place of the body."""
        return cls(detail, code=code, faults=[Fault(pointer, detail)])


class NotFound(Failure):
    """No such thing, or none that the asker may know of."""

    default_code = "not_found"


class Conflict(Failure):
    """The request does not fit the present state."""

    default_code = "conflict"


class Stale(Failure):
    """The caller's copy is older than the resource (If-Match)."""

    default_code = "stale"


class Unauthenticated(Failure):
    """Nobody is signed in, or the token is not good."""

    default_code = "unauthenticated"


class Forbidden(Failure):
    """Known, but not allowed."""

    default_code = "forbidden"


class TooMany(Failure):
    """Asked too often. retry_after_seconds: when to ask again."""

    default_code = "too_many_requests"

    def __init__(self, detail: str, *, retry_after_seconds: int):
        super().__init__(detail)
        self.retry_after_seconds = retry_after_seconds


class Unavailable(Failure):
    """A part that is needed does not answer now; nothing was changed."""

    default_code = "unavailable"


class BadSettings(Failure):
    """The environment can't be used; the sentence names the variable."""

    default_code = "bad_settings"
