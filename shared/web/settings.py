"""The settings that every service's web side and worker share."""

from dataclasses import dataclass
from pathlib import Path

from shared.foundation.clock import machine_zone, require_time_zone
from shared.foundation.failures import BadSettings, Invalid
from shared.foundation.settings import setting


@dataclass(frozen=True, kw_only=True)
class WebSettings:
    """Read by each service's own settings class, which adds its database."""

    public_url: str = setting(
        "The address that people see, without a slash at its end; https: secure cookies",
        default="http://127.0.0.1:8000",
    )
    secret_key: str = setting(
        "Signs form tokens and short-lived cookies; 32 characters or more", secret=True
    )
    broker_url: str = setting("AMQP address of RabbitMQ, or embedded:///PATH", secret=True)
    time_zone: str = setting(
        "Whose days terms, memberships and lists go by: the alliance's, as an IANA name; "
        "unless set, this machine's",
        default=machine_zone(),
    )
    log_level: str = setting("DEBUG, INFO, WARNING or ERROR", default="INFO")
    trusted_proxies: int = setting(
        "Proxies in front whose X-Forwarded-For is believed; 0: none", default=0
    )
    files_folder: str = setting(
        "Where uploaded files are kept; every web process of a service sees the same folder",
        default="var/files",
    )
    styleguide: bool = setting("Show the parts of pages at /events/styleguide", default=False)
    database_pool: int = setting("Database connections a process keeps", default=8)

    def __post_init__(self) -> None:
        try:
            require_time_zone(self.time_zone)
        except Invalid as error:
            raise BadSettings(f"PLENARY_TIME_ZONE can't be used: {error}") from error

    @property
    def is_secure(self) -> bool:
        """Whether people reach the site by https."""
        return self.public_url.startswith("https://")


def static_folder() -> Path:
    """Where the stylesheet and the programs of pages live."""
    return Path(__file__).parent / "static"


def templates_folder() -> Path:
    """Where base.html and the parts that pages share live."""
    return Path(__file__).parent / "templates"
