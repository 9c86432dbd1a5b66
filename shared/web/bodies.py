"""The body of a request as JSON, read once for all who ask."""

import json
from codecs import BOM_UTF8
from typing import Any, Final, NoReturn

from flask import g, request


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


DECODER: Final = json.JSONDecoder(parse_constant=_refuse_constant)


def json_body() -> Any:
    """What the body says, in UTF-8 (RFC 8259). Raises ValueError or, for depth, RecursionError."""
    if "json_body" not in g:
        g.json_body = DECODER.decode(request.get_data(cache=True).removeprefix(BOM_UTF8).decode())
    return g.json_body
