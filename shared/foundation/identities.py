"""Who asks, as values: people with their grants, bearers of mailed links, guests."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from uuid import UUID

LINK_PREFIX: Final = "link_"
SCOPES: Final = tuple(
    f"{service}:{verb}"
    for service in ("members", "events", "notifications")
    for verb in ("read", "write")
)
"""What a personal token may be for; to write is to read too."""


class Role(StrEnum):
    """What a grant lets a person be."""

    OPERATOR = "operator"
    ORGANIZER = "organizer"
    FOCAL_POINT = "focal_point"
    READER = "reader"


@dataclass(frozen=True)
class Grant:
    """What a person may do at an organisation (None: everywhere) and below it."""

    role: Role
    organisation_id: UUID | None
    subtree: bool


@dataclass(frozen=True)
class Identity:
    """The person who asks, as members vouches for them.

    session_id: of their session or personal token. scopes: of a personal token; None: they are
    signed in themselves, and nothing narrows what they may do. names: language → the name for its
    readers. time_zone: as their account has it.
    """

    person_id: UUID
    session_id: UUID
    name: str
    email: str
    locale: str
    grants: tuple[Grant, ...]
    scopes: frozenset[str] | None = None
    names: Mapping[str, str] = field(default_factory=dict, hash=False)
    time_zone: str = "UTC"

    @property
    def is_in_person(self) -> bool:
        """Whether they are signed in themselves, not by a personal token."""
        return self.scopes is None

    def name_in(self, language: str) -> str:
        """The name for a reader of that language."""
        return self.names.get(language) or self.name

    def may(self, service: str, *, write: bool) -> bool:
        """Whether the token is for this service at all, and for changing things there."""
        if self.scopes is None:
            return True
        return f"{service}:write" in self.scopes or (not write and f"{service}:read" in self.scopes)

    @property
    def is_operator(self) -> bool:
        """Whether every organisation is theirs to run."""
        return any(grant.role is Role.OPERATOR for grant in self.grants)

    def has(self, *roles: Role) -> bool:
        """Whether they have one of the roles anywhere."""
        return any(grant.role in roles for grant in self.grants)

    def places(self, *roles: Role) -> list[Grant]:
        """Their grants of these roles."""
        return [grant for grant in self.grants if grant.role in roles]


@dataclass(frozen=True)
class Asker:
    """Whoever sent the request. link: the token of a mailed link, as it came."""

    identity: Identity | None = None
    link: str | None = None

    @property
    def name(self) -> str:
        """For the history: a person's id, `link` or `guest`."""
        if self.identity is not None:
            return str(self.identity.person_id)
        return "link" if self.link else "guest"

    @property
    def person_id(self) -> UUID | None:
        """The signed-in person's."""
        return self.identity.person_id if self.identity else None

    def has(self, *roles: Role) -> bool:
        """Whether they are signed in with one of the roles anywhere."""
        return self.identity is not None and self.identity.has(*roles)


GUEST: Final = Asker()
