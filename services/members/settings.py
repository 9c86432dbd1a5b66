"""The environment of members."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from shared.foundation.failures import BadSettings
from shared.foundation.settings import setting
from shared.web.settings import WebSettings

LONGEST_TOKEN_SECONDS: Final = 600


@dataclass(frozen=True, kw_only=True)
class MembersSettings(WebSettings):
    """Settings of the members service."""

    database_url: str = setting(
        "Database of members: postgresql+psycopg://… or sqlite:///PATH",
        name="MEMBERS_DATABASE_URL",
        secret=True,
    )
    token_seconds: int = setting(
        "How long an access token is good, 600 at most; a taken grant is gone by then",
        default=600,
    )
    session_days: int = setting("How long somebody stays signed in without a password", default=30)
    link_minutes: int = setting("How long a mailed link can be used", default=60)

    private_providers: bool = setting(
        "Let organisations' identity providers be inside (private addresses, http); for tests "
        "and closed networks",
        default=False,
    )
    invitation_days: int = setting("How long an invitation can be accepted", default=14)

    keep_days: str = setting(
        "How many days kinds of data are kept that should not be kept as long as they are by "
        "themselves: `audit_addresses=180 import_rows=14`; `plenary members retention` lists all",
        default="",
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 < self.token_seconds <= LONGEST_TOKEN_SECONDS:
            raise BadSettings(
                f"PLENARY_TOKEN_SECONDS can't be used: {self.token_seconds} is not "
                f"from 1 to {LONGEST_TOKEN_SECONDS}."
            )

    @property
    def token_lifetime(self) -> timedelta:
        """Of an access token."""
        return timedelta(seconds=self.token_seconds)

    @property
    def session_lifetime(self) -> timedelta:
        """Of a session."""
        return timedelta(days=self.session_days)

    @property
    def invitation_lifetime(self) -> timedelta:
        """Of an invitation."""
        return timedelta(days=self.invitation_days)

    @property
    def link_lifetime(self) -> timedelta:
        """Of a mailed token."""
        return timedelta(minutes=self.link_minutes)
