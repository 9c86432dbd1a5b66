"""Browsers that an account has signed in from before (OWASP: device cookies).

What others try from the same network never uses up what such a browser may try.
"""

from datetime import timedelta
from typing import Any, Final

from flask import request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from services.members.actions.hashing import hash_address
from services.members.pages.cookies import cookie_options, settings
from shared.foundation.ids import new_secret

DEVICE: Final = "plenary_device"
KEPT_FOR: Final = timedelta(days=365)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().secret_key, salt="plenary members device")


def _name() -> str:
    return f"__Host-{DEVICE}" if settings().is_secure else DEVICE


def _kept() -> dict[str, Any]:
    try:
        found = _signer().loads(request.cookies.get(_name(), ""))
    except BadSignature:
        return {}
    return found if isinstance(found, dict) else {}


def device_of(email: str) -> str:
    """Which of the account's browsers this is; empty: none that is known."""
    kept = _kept()
    return str(kept.get("device", "")) if kept.get("account") == hash_address(email) else ""


def know_device(response: Response, email: str) -> None:
    """Know this browser as one of the account's from now on."""
    device = device_of(email) or new_secret()
    text = _signer().dumps({"account": hash_address(email), "device": device})
    seconds = int(KEPT_FOR.total_seconds())
    response.set_cookie(_name(), text, max_age=seconds, **cookie_options())
