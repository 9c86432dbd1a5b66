"""The environment of events."""

from dataclasses import dataclass

from shared.foundation.settings import setting
from shared.web.settings import WebSettings


@dataclass(frozen=True, kw_only=True)
class EventsSettings(WebSettings):
    """Settings of the events service."""

    database_url: str = setting(
        "Database of events: postgresql+psycopg://… or sqlite:///PATH",
        name="EVENTS_DATABASE_URL",
        secret=True,
    )
