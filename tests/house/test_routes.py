"""Every route of every service says who may enter; a change of that is made knowingly.

`python -m tests.house.test_routes` writes routes.txt anew.
"""

import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from flask import Flask

from services.together import PARTS
from shared.web.identity import Entry

SNAPSHOT = Path(__file__).with_name("routes.txt")
HIDDEN_METHODS = {"HEAD", "OPTIONS"}


@cache
def apps() -> dict[str, Flask]:
    """Apps that know their routes, over databases that are never opened."""
    nowhere = Path(tempfile.gettempdir()) / "plenary-nowhere"
    return {
        name: part.create_app(
            kind(
                database_url=f"sqlite:///{nowhere}.sqlite",
                secret_key="s" * 32,
                broker_url="embedded:///nowhere",
            )
        )
        for name, (part, kind) in PARTS.items()
    }


def routes() -> Iterator[tuple[str, str, Entry | None]]:
    """(path, method, who may enter) of all but files."""
    for app in apps().values():
        for rule in app.url_map.iter_rules():
            if not rule.endpoint.endswith("static"):
                entry = getattr(app.view_functions[rule.endpoint], "entry", None)
                for method in sorted((rule.methods or set()) - HIDDEN_METHODS):
                    yield rule.rule, method, entry


def written() -> str:
    lines = [
        f"{path}  {method}  {entry.meaning if entry else 'nobody'}"
        for path, method, entry in sorted(routes(), key=lambda route: route[:2])
    ]
    return "\n".join(lines) + "\n"


def test_every_route_says_who_may_enter():
    silent = [f"{method} {path}" for path, method, entry in routes() if entry is None]

    assert silent == []


def test_who_may_enter_is_as_it_was_last_looked_at():
    assert written() == SNAPSHOT.read_text()


def test_a_route_that_says_nothing_is_closed_to_all():
    app = apps()["events"]
    app.add_url_rule("/events/forgotten", "forgotten", lambda: "open")

    answer = app.test_client().get("/events/forgotten")
    apps.cache_clear()

    assert answer.status_code == 404


def test_a_file_is_all_that_is_served_without_an_entry():
    static = [
        rule.rule
        for app in apps().values()
        for rule in app.url_map.iter_rules()
        if rule.endpoint.endswith("static")
    ]

    assert sorted(static) == [f"/{name}/static/<path:filename>" for name in sorted(PARTS)]


if __name__ == "__main__":
    SNAPSHOT.write_text(written())
