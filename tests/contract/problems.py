"""What every refusal must look like (RFC 9457)."""

from typing import Any

import httpx

MEMBERS_OF_ALL = {"type", "title", "status", "detail", "instance", "code"}


def problem(answer: httpx.Response, status: int, *, code: str | None = None) -> dict[str, Any]:
    """The refusal's body, which must be a whole problem of this status (and code)."""
    assert answer.status_code == status, (answer.request.url, answer.text[:500])
    assert answer.headers["Content-Type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    assert found.keys() - {"errors"} == MEMBERS_OF_ALL
    assert found["status"] == status
    assert found["code"].replace("_", "").isalnum()
    assert answer.headers["X-Request-ID"]
    assert found["instance"] == answer.request.url.path
    assert "Traceback" not in answer.text
    assert code in (None, found["code"])
    return found


def pointers(found: dict[str, Any]) -> list[str]:
    """Where the body is wrong."""
    assert all(each["detail"] for each in found["errors"])
    return [each["pointer"] for each in found["errors"]]
