"""Wiring of the web app of members."""

from pathlib import Path
from typing import Final

from flask import Flask

from services.members.actions import giving_tokens
from services.members.api import api_blueprints
from services.members.pages import UNGUARDED_VIEWS, page_blueprints
from services.members.settings import MembersSettings
from shared.database import Database
from shared.foundation.clock import Clock, utc_now
from shared.web.context import EXTENSION
from shared.web.factory import make_app

NAME: Final = "members"
MIGRATIONS: Final = Path(__file__).parent / "migrations"


def create_app(
    settings: MembersSettings, database: Database | None = None, clock: Clock = utc_now
) -> Flask:
    """The web side: API and pages under /members."""
    app = make_app(
        NAME,
        title="Plenary members",
        description="Who belongs to the alliance, who speaks for whom, and who is signed in.",
        settings=settings,
        database=database
        or Database(
            settings.database_url, pool_size=settings.database_pool, time_zone=settings.time_zone
        ),
        migrations=MIGRATIONS,
        api=api_blueprints(),
        page_blueprints=page_blueprints(),
        clock=clock,
    )
    app.extensions[EXTENSION].token_uses.note = giving_tokens.note_use
    for view in UNGUARDED_VIEWS:
        app.extensions["csrf"].exempt(view)
    return app
