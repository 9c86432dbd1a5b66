"""Wiring of the web app of notifications."""

from pathlib import Path
from typing import Final

from flask import Flask

from services.notifications.actions.noting import note_use
from services.notifications.api import api_blueprints
from services.notifications.pages import page_blueprints
from services.notifications.settings import NotificationsSettings
from shared.database import Database
from shared.foundation.clock import Clock, utc_now
from shared.web.context import EXTENSION
from shared.web.factory import make_app

NAME: Final = "notifications"
MIGRATIONS: Final = Path(__file__).parent / "migrations"


def create_app(
    settings: NotificationsSettings, database: Database | None = None, clock: Clock = utc_now
) -> Flask:
    """The web side: API and pages under /notifications, and /mailbox in embedded mode."""
    app = make_app(
        NAME,
        title="Plenary notifications",
        description="Who was told what, by which channel, and what became of it.",
        settings=settings,
        database=database
        or Database(
            settings.database_url, pool_size=settings.database_pool, time_zone=settings.time_zone
        ),
        migrations=MIGRATIONS,
        api=api_blueprints(),
        page_blueprints=page_blueprints(has_mailbox=settings.is_embedded),
        clock=clock,
    )
    app.extensions[EXTENSION].token_uses.note = note_use
    return app
