"""The AsyncAPI 3 document of every message, made from the contracts and their examples."""

import json
from pathlib import Path
from typing import Any, Final

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

import shared.contracts
from shared.contracts.message import MESSAGES, SERVICES, Message
from shared.contracts.schemas import schema_of
from shared.messaging.outgoing import CONTENT_TYPE
from shared.messaging.topology import exchange_of

EXAMPLES: Final = Path(shared.contracts.__file__).parent / "examples"
_ENVELOPE: Final = ("specversion", "id", "type", "source", "subject", "time", "data")


def example_path(kind: type[Message]) -> Path:
    """The golden example: `examples/events.seat_offered.v1.json`."""
    return EXAMPLES / f"{kind.type.removeprefix('plenary.')}.json"


def asyncapi(version: str) -> dict[str, Any]:
    """The document (AsyncAPI 3.0.0). version: of Plenary."""
    kinds = [MESSAGES[name] for name in sorted(MESSAGES)]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Plenary messages",
            "version": version,
            "description": "CloudEvents 1.0 in structured JSON, over AMQP topic exchanges.",
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {teller: _channel(teller, kinds) for teller in SERVICES},
        "operations": _operations(kinds),
        "components": {
            "messages": {_name(kind): _message(kind) for kind in kinds},
            "schemas": _schemas(kinds),
        },
    }


def _name(kind: type[Message]) -> str:
    return kind.type


def _told_by(teller: str, kinds: list[type[Message]]) -> list[type[Message]]:
    return [kind for kind in kinds if kind.teller == teller]


def _channel(teller: str, kinds: list[type[Message]]) -> dict[str, Any]:
    return {
        "address": exchange_of(teller),
        "description": f"What {teller} tells. The routing key is the message's type.",
        "messages": {
            _name(kind): {"$ref": f"#/components/messages/{_name(kind)}"}
            for kind in _told_by(teller, kinds)
        },
        "bindings": {
            "amqp": {
                "is": "routingKey",
                "exchange": {"name": exchange_of(teller), "type": "topic", "durable": True},
            }
        },
    }


def _operations(kinds: list[type[Message]]) -> dict[str, Any]:
    operations: dict[str, Any] = {}
    for teller in SERVICES:
        told = _told_by(teller, kinds)
        operations[f"{teller}.tells"] = _operation("send", teller, told)
        for hearer in SERVICES:
            heard = [kind for kind in told if hearer in kind.hearers]
            if heard:
                operations[f"{hearer}.hears.{teller}"] = _operation("receive", teller, heard)
    return operations


def _operation(action: str, teller: str, kinds: list[type[Message]]) -> dict[str, Any]:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{teller}"},
        "messages": [{"$ref": f"#/channels/{teller}/messages/{_name(kind)}"} for kind in kinds],
    }


def _message(kind: type[Message]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "name": kind.type,
        "title": kind.__name__,
        "summary": (kind.__doc__ or "").strip(),
        "contentType": CONTENT_TYPE,
        "payload": _envelope_of(kind),
        "x-hearers": list(kind.hearers) or ["public"],
    }
    if example_path(kind).exists():
        made["examples"] = [{"payload": json.loads(example_path(kind).read_text())}]
    return made


def _envelope_of(kind: type[Message]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(_ENVELOPE),
        "properties": {
            "specversion": {"const": "1.0"},
            "id": {"type": "string", "format": "uuid"},
            "type": {"const": kind.type},
            "source": {"const": f"/{kind.teller}"},
            "subject": {"type": "string", "format": "uuid"},
            "time": {"type": "string", "format": "date-time"},
            "datacontenttype": {"const": "application/json"},
            "dataschema": {"type": "string", "format": "uri"},
            "traceparent": {"type": "string"},
            "data": {"$ref": f"#/components/schemas/{kind.__name__}"},
        },
    }


def _schemas(kinds: list[type[Message]]) -> dict[str, Any]:
    plugin = MarshmallowPlugin(schema_name_resolver=lambda schema: type(schema).__name__)
    spec = APISpec("Plenary", "1", "3.1.0", plugins=[plugin])
    for kind in kinds:
        if kind.__name__ not in spec.components.schemas:
            spec.components.schema(kind.__name__, schema=schema_of(kind))
    schemas: dict[str, Any] = spec.to_dict()["components"]["schemas"]
    return schemas
