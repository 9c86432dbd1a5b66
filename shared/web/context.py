"""The request's own things: its session (one transaction), its instant, the service's parts."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

from flask import current_app, g, request
from sqlalchemy.orm import Session

from shared.database import Database
from shared.foundation.clock import Clock, local_day
from shared.web.settings import WebSettings
from shared.web.token_uses import TokenUses

EXTENSION = "plenary"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(kw_only=True)
class Service:
    """What an app was made of. readiness: each answers a reason why not yet ready, or None."""

    name: str
    settings: WebSettings
    database: Database
    clock: Clock
    readiness: list[Callable[[], str | None]] = field(default_factory=list)
    token_uses: TokenUses = field(default_factory=TokenUses)

    @property
    def prefix(self) -> str:
        """The path that all of the service's addresses start with."""
        return f"/{self.name}"

    @property
    def time_zone(self) -> str:
        """Whose days it counts by."""
        return self.database.time_zone


def service() -> Service:
    """The service that serves this request."""
    found: Service = current_app.extensions[EXTENSION]
    return found


def now() -> datetime:
    """The request's instant: the same for all of it."""
    if "now" not in g:
        g.now = service().clock()
    instant: datetime = g.now
    return instant


def this_day() -> date:
    """The request's day, where the alliance lives."""
    return local_day(now(), service().time_zone)


def current_session() -> Session:
    """The request's session: one transaction, committed when the view has answered.

    GET reads only. An answer of 4xx or a raised failure rolls back.
    """
    if "session" not in g:
        database = service().database
        is_reading = request.method in SAFE_METHODS
        opened = database.reading() if is_reading else database.writing()
        g.session = g.unit.enter_context(opened)
    session: Session = g.session
    return session


def undo() -> None:
    """Roll the request's session back, whatever the answer."""
    g.is_undone = True


def keep() -> None:
    """Commit what the request's session did, although the answer is a refusal."""
    g.is_kept = True


@contextmanager
def unit_of_work() -> Iterator[None]:
    """Commit what the request's session did, or roll it back on any exception.

    One within another has a session of its own.
    """
    around = {name: g.get(name) for name in ("unit", "session") if name in g}
    with ExitStack() as stack:
        g.unit = stack
        g.pop("session", None)
        try:
            yield
        finally:
            g.pop("session", None)
            for name, value in around.items():
                setattr(g, name, value)
