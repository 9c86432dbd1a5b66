"""Pages that are the same for every guest, kept as long as nothing has been written.

PostgreSQL's snapshot says so exactly: it is another one as soon as any transaction has written.
A page is kept under the snapshot from before its making, so it is never older than its key.
What a page says of the present moment may be `LONGEST_SECONDS` old.
"""

from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any, Final

from cachetools import LRUCache
from flask import Flask, current_app, g, make_response, request, session
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from sqlalchemy import text

from shared.foundation.identities import GUEST
from shared.web.context import current_session, now, service
from shared.web.identity import asker
from shared.web.pages import page_language

LONGEST_SECONDS: Final = 5
MOST_PAGES: Final = 500
LARGEST_CHARACTERS: Final = 100_000
PUT_HERE: Final = "\x00token\x00"
SNAPSHOT: Final = text("SELECT CAST(pg_current_snapshot() AS text)")
EXTENSION: Final = "plenary_kept_pages"
View = Callable[..., ResponseReturnValue]


class _KeptPages:
    """Rendered pages by key. Threads may share it."""

    def __init__(self) -> None:
        self._pages: LRUCache[tuple[str, ...], str] = LRUCache(MOST_PAGES)
        self._lock = Lock()

    def get(self, key: tuple[str, ...]) -> str | None:
        with self._lock:
            return self._pages.get(key)

    def put(self, key: tuple[str, ...], page: str) -> None:
        with self._lock:
            self._pages[key] = page


def register_kept_pages(app: Flask) -> None:
    """Give the app its own kept pages."""
    app.extensions[EXTENSION] = _KeptPages()


def same_for_guests(view: View) -> View:
    """A page's view whose answer depends on the address, the language and the database alone."""

    @wraps(view)
    def answer(**values: Any) -> ResponseReturnValue:
        if not _is_kept_for_this_visitor():
            return view(**values)
        kept: _KeptPages = current_app.extensions[EXTENSION]
        snapshot = str(current_session().scalar(SNAPSHOT))
        moment = str(now().timestamp() // LONGEST_SECONDS)
        key = (request.full_path, page_language(), snapshot, moment)
        page = kept.get(key)
        if page is not None:
            return page.replace(PUT_HERE, generate_csrf()) if PUT_HERE in page else page
        response = make_response(view(**values))
        page = response.get_data(as_text=True)
        if response.status_code == 200 and len(page) <= LARGEST_CHARACTERS:
            token = g.get("csrf_token")
            kept.put(key, page.replace(token, PUT_HERE) if token else page)
        return response

    return answer


def _is_kept_for_this_visitor() -> bool:
    """Guests to whom nothing is to be said; SQLite can't tell whether something was written."""
    is_guest = asker() == GUEST and "said" not in session
    return is_guest and not service().database.is_sqlite
