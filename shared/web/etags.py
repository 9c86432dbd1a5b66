"""ETags from versions, and If-Match (RFC 9110, section 13.1.1)."""

from flask import g, request

from shared.foundation.failures import Stale


def tag_of(version: int | str) -> str:
    """The strong tag of a version; 0 is what is not there yet."""
    return f'"{version}"'


def set_etag(version: int | str) -> None:
    """Answer this version's tag with the response."""
    g.etag = tag_of(version)


def require_match(version: int | str) -> None:
    """Raise Stale when If-Match names another version; absent means unconditional."""
    wanted = request.headers.get("If-Match")
    if wanted is None or wanted.strip() == "*":
        return
    if tag_of(version) not in [each.strip() for each in wanted.split(",")]:
        raise Stale("It was changed since you read it. Read it again and repeat your change.")
