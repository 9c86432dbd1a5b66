"""Which of a workshop's people an organizer wants to see, on the page and in its files."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self, TypeVar

from sqlalchemy import Select

from services.events.model import Nomination, Registration
from services.events.queries.registrations import named

ROSTER_STATES: Final = (
    *("confirmed", "pending", "waiting", "offered"),
    *("attended", "no_show", "cancelled", "rejected"),
)
NOMINATION_STATES: Final = (
    "submitted",
    "registered",
    "declined",
    "withdrawn",
    "substituted",
    "lapsed",
)
LONGEST: Final = 200
Listed = TypeVar("Listed", Registration, Nomination)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Filters; "" is any."""

    state: str = ""
    q: str = ""

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> Self:
        """What an address asks for."""
        state = arguments.get("state", "")
        is_known = state in {*ROSTER_STATES, *NOMINATION_STATES}
        return cls(state=state if is_known else "", q=arguments.get("q", "").strip()[:LONGEST])

    @property
    def filters(self) -> dict[str, str]:
        """The same for an address."""
        return {name: value for name, value in vars(self).items() if value}

    def among(self, query: Select[Listed], row: type[Listed]) -> Select[Listed]:
        """Of the registrations or nominations, those that are wanted."""
        if self.state:
            query = query.where(row.state == self.state)
        return named(query, row, self.q)
