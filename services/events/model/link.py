"""Tokens of links: a bearer for one object, such as a nomination or a registration; no account."""

import base64
import hmac
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

LinkKind = Literal[
    "nomination",
    "registration",
    "door",
    "calendar",
    "co_sponsorship",
    "group",
    "invitation",
    "upload",
    "submission",
]
PREFIX: Final[dict[LinkKind, str]] = {
    "nomination": "link_n_",
    "registration": "link_r_",
    "door": "link_d_",
    "calendar": "link_f_",
    "co_sponsorship": "link_c_",
    "group": "link_g_",
    "invitation": "link_i_",
    "upload": "link_u_",
    "submission": "link_s_",
}
ID_CHARACTERS: Final = 22


@dataclass(frozen=True)
class Link:
    """What a token says; its secret must equal the object's."""

    kind: LinkKind
    id: UUID
    secret: str

    def opens(self, kind: LinkKind, id: UUID, secret: str) -> bool:  # noqa: A002
        """Whether it is the link of that object."""
        is_same = self.kind == kind and self.id == id
        return is_same and hmac.compare_digest(self.secret.encode(), secret.encode())


def link_token(kind: LinkKind, id: UUID, secret: str) -> str:  # noqa: A002
    """The token of an object."""
    packed = base64.urlsafe_b64encode(id.bytes).decode().rstrip("=")
    return f"{PREFIX[kind]}{packed}{secret}"


def find_link(token: str | None) -> Link | None:
    """What the token says, or None for text that is none."""
    for kind, prefix in PREFIX.items():
        if token and token.startswith(prefix):
            rest = token.removeprefix(prefix)
            try:
                packed = base64.urlsafe_b64decode(rest[:ID_CHARACTERS] + "==")
                return Link(kind, UUID(bytes=packed), rest[ID_CHARACTERS:])
            except ValueError:
                return None
    return None
