"""Where what is being done comes from: who asked, from which address, by which request.

Doors say it once; what keeps a record of changes reads it. Workers and commands come from nowhere.
"""

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

from shared.foundation.identities import Identity


@dataclass(frozen=True, kw_only=True)
class Origin:
    """place: the client's network address. identity: the person who is signed in."""

    identity: Identity | None = None
    place: str = ""
    request_id: str = ""


NOWHERE: Final = Origin()
_origin: ContextVar[Origin] = ContextVar("origin", default=NOWHERE)


def come_from(origin: Origin) -> None:
    """All that this context does from now on comes from there."""
    _origin.set(origin)


def current_origin() -> Origin:
    """Where this context's doings come from."""
    return _origin.get()
