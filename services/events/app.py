"""Wiring of the web app of events."""

from pathlib import Path
from typing import Final

from flask import Flask

from services.events.actions.noting import note_use
from services.events.api import api_blueprints
from services.events.pages import page_blueprints
from services.events.settings import EventsSettings
from shared.database import Database
from shared.foundation.clock import Clock, utc_now
from shared.web.context import EXTENSION
from shared.web.factory import make_app

NAME: Final = "events"
MIGRATIONS: Final = Path(__file__).parent / "migrations"


def create_app(
    settings: EventsSettings, database: Database | None = None, clock: Clock = utc_now
) -> Flask:
    """The web side: API and pages under /events."""
    app = make_app(
        NAME,
        title="Plenary events",
        description="Workshops, their programme, and who has a seat.",
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
    app.extensions[EXTENSION].token_uses.note = note_use
    return app
