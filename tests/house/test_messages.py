"""Every kind of message has a name of its own, a golden example that keeps, and a hearer.

`python -m tests.house.test_messages` writes the examples that are missing; it never changes one.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest

from shared.contracts.message import (
    MESSAGES,
    SERVICES,
    Message,
    Told,
    from_envelope,
    to_envelope,
)
from shared.messaging.asyncapi import EXAMPLES, asyncapi, example_path

TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
KINDS = [MESSAGES[name] for name in sorted(MESSAGES)]

# Nobody here hears these: they are for integrators and webhooks.
PUBLIC = {
    "plenary.notifications.webhook_tested.v1",
}
TEXTS = {
    "email": "so-young.lee@iges.example",
    "name": "So-Young Lee",
    "instead_of": "Ratchaphak Tantisanghirun",
    "inviter": "Rosanna A. Urdaneta",
    "given": "So-Young",
    "family": "Lee",
    "phone": "+81468260001",
    "economy": "KR",
    "locale": "en",
    "time_zone": "Asia/Taipei",
    "link": "https://plenary.example/members/sign-up/confirm/u9vZ",
    "link_token": "k7nQ2b8sT0mXw5yRj1cVfA",
    "issuer": "https://login.example.org",
    "url": "https://meet.example/ropes",
    "mode": "online",
    "address": "No. 195, Sec. 4, Zhongxing Rd., Zhudong, Hsinchu",
    "kind": "workshop",
    "type": "full",
    "role": "member",
    "capacity": "delegate",
    "title": "Researcher",
    "reason": "The venue is closed by a typhoon.",
    "cause": "cancelled",
    "notice": "approved",
    "category": "workshop",
    "changed": "starts_at",
    "fund": "APEC",
    "currency": "USD",
    "public_x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
}
STATES = {
    "membership_recorded": "active",
    "workshop_postponed": "postponed",
    "workshop_cancelled": "cancelled",
    "workshop_closed": "closed",
    "registration_pending": "pending",
    "registration_queued": "waiting",
    "registration_cancelled": "cancelled",
    "registration_rejected": "rejected",
    "seat_offered": "offered",
    "offer_expired": "waiting",
    "offer_declined": "cancelled",
    "nomination_submitted": "submitted",
    "nomination_declined": "declined",
    "nomination_withdrawn": "withdrawn",
    "nomination_substituted": "substituted",
    "nomination_lapsed": "lapsed",
    "alternate_called_up": "registered",
    "co_sponsor_invited": "invited",
    "co_sponsor_declined": "declined",
    "project_proposal_submitted": "submitted",
    "project_proposal_returned": "returned",
    "project_proposal_endorsed": "endorsed",
    "project_proposal_approved": "approved",
    "project_proposal_declined": "declined",
    "project_proposal_withdrawn": "withdrawn",
    "project_proposal_completed": "completed",
    "certificate_issued": "issued",
    "certificate_revoked": "revoked",
}


def example_of(hint: Any, name: str) -> Any:
    """A plain value of that type, the same every time."""
    inner = get_args(hint)
    if NoneType in inner:
        return example_of(next(each for each in inner if each is not NoneType), name)
    if is_dataclass(hint):
        return {
            key: example_of(each, key)
            for key, each in get_type_hints(hint).items()
            if key in {item.name for item in fields(hint)}
        }
    if get_origin(hint) is Literal:
        return inner[0]
    if get_origin(hint) in (tuple, list):
        return [example_of(inner[0], name)]
    if "Mapping" in str(hint):
        return {"en": "The ROPES: Cultivating Green Tech Talent", "zh-Hant": "培育綠色科技人才"}
    return plain_example(hint, name)


def plain_example(hint: Any, name: str) -> Any:
    return {
        str: TEXTS.get(name, name),
        int: 3,
        bool: True,
        UUID: str(uuid5(NAMESPACE_URL, f"urn:plenary:{name}")),
        date: "2026-09-05",
        datetime: "2026-09-05T01:30:00Z",
    }[hint]


def new_example(kind: type[Message]) -> dict[str, Any]:
    envelope = {"type": kind.type, "source": f"/{kind.teller}", "time": "2026-09-05T01:30:00Z"}
    envelope |= {"id": str(uuid5(NAMESPACE_URL, kind.type)), "traceparent": TRACEPARENT}
    short = kind.type.split(".")[2]
    state = "published" if short.startswith("workshop") else "confirmed"
    data = with_state(example_of(kind, kind.__name__), STATES.get(short, state))
    return to_envelope(from_envelope(envelope | {"data": data}))


def with_state(part: Any, state: str) -> Any:
    if not isinstance(part, dict):
        return part
    return {key: state if key == "state" else with_state(part[key], state) for key in part}


def read_example(kind: type[Message]) -> dict[str, Any]:
    example: dict[str, Any] = json.loads(example_path(kind).read_text())
    return example


def lost(golden: Any, dumped: Any, pointer: str = "") -> list[str]:
    """Where a value of the golden example is gone or another; added fields are no loss."""
    if isinstance(golden, dict) and isinstance(dumped, dict):
        return [
            place
            for key, value in golden.items()
            for place in lost(value, dumped.get(key, MISSING), f"{pointer}/{key}")
        ]
    return [] if golden == dumped else [pointer]


def by_name(kind: type[Message]) -> str:
    return kind.type


@pytest.mark.parametrize("kind", KINDS, ids=by_name)
def test_the_golden_example_loads_and_dumps_back(kind):
    golden = read_example(kind)

    dumped = to_envelope(from_envelope(golden))

    assert lost(golden, dumped) == []


@pytest.mark.parametrize("kind", KINDS, ids=by_name)
def test_the_name_is_the_tellers_and_carries_a_version(kind):
    assert re.fullmatch(rf"plenary\.{kind.teller}\.[a-z_]+\.v[1-9]", kind.type)
    assert kind.teller in SERVICES


@pytest.mark.parametrize("kind", KINDS, ids=by_name)
def test_a_message_has_a_hearer_or_is_listed_as_public(kind):
    assert set(kind.hearers) <= set(SERVICES)
    assert bool(kind.hearers) != (kind.type in PUBLIC)


@pytest.mark.parametrize("kind", KINDS, ids=by_name)
def test_a_message_says_what_it_means(kind):
    assert (kind.__doc__ or "").strip()


@pytest.mark.parametrize("kind", KINDS, ids=by_name)
def test_no_field_hides_what_every_message_has(kind):
    hidden = {item.name for item in fields(kind)} & {"type", "teller", "hearers", "subject"}

    assert hidden == set()


def test_no_class_name_is_told_by_two_services():
    names = [(kind.__name__, kind.type.rpartition(".")[2]) for kind in KINDS]

    assert len(set(names)) == len(names)


def test_every_example_is_of_a_known_message():
    known = {example_path(kind) for kind in KINDS}

    assert set(EXAMPLES.glob("*")) == known


def test_a_field_that_was_taken_away_would_be_seen():
    assert lost({"data": {"email": "a@b.example"}}, {"data": {}}) == ["/data/email"]


def test_a_field_that_a_newer_teller_added_is_passed_over():
    envelope = new_example(MESSAGES["plenary.members.session_revoked.v1"])
    envelope["data"]["added_later"] = 1

    assert isinstance(from_envelope(envelope), Told)


def test_the_asyncapi_document_holds_every_message_and_every_reference_leads_somewhere():
    document = json.loads(json.dumps(asyncapi("1.0.0")))

    assert document["components"]["messages"].keys() == MESSAGES.keys()
    for pointer in references(document):
        assert target(document, pointer) is not None


def references(part: Any) -> list[str]:
    if isinstance(part, Mapping):
        own = [part["$ref"]] if "$ref" in part else []
        return own + [each for value in part.values() for each in references(value)]
    return [each for value in part for each in references(value)] if isinstance(part, list) else []


def target(document: Any, pointer: str) -> Any:
    for step in pointer.removeprefix("#/").split("/"):
        document = document[step]
    return document


if __name__ == "__main__":
    for each in KINDS:
        if not example_path(each).exists():
            text = json.dumps(new_example(each), ensure_ascii=False, indent=2)
            example_path(each).write_text(f"{text}\n")
