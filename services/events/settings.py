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
    keep_days: str = setting(
        "How many days kinds of data are kept that should not be kept as long as they are by "
        "themselves: `form_answers=365 refused_scans=30`; `plenary events retention` lists all",
        name="EVENTS_KEEP_DAYS",
        default="",
    )
