"""The documents that are made from the contracts say what the contracts say now."""

import json
from collections.abc import Mapping
from typing import Any

import jsonschema_rs
import pytest
from click.testing import CliRunner

from services.__main__ import plenary
from shared.contracts.message import MESSAGES, SERVICES
from shared.messaging.asyncapi import example_path
from tests.house.tree import ROOT

PAGE = ROOT / "docs" / "messages.md"


def printed(form: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """What `plenary messages --format FORM` prints."""
    monkeypatch.setenv("PLENARY_BROKER_URL", "embedded:///nowhere")
    done = CliRunner().invoke(plenary, ["messages", "--format", form])
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture
def document(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(printed("asyncapi", monkeypatch))
    return found


def at(document: Any, pointer: str) -> Any:
    for step in pointer.removeprefix("#/").split("/"):
        document = document[step]
    return document


def test_the_page_of_messages_is_the_one_that_the_command_writes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert printed("markdown", monkeypatch) == PAGE.read_text(), (
        "Write it anew: plenary messages --format markdown > docs/messages.md"
    )


def test_the_page_names_every_message_and_all_of_its_hearers() -> None:
    sections = PAGE.read_text().split("### ")

    for kind in MESSAGES.values():
        [section] = [each for each in sections if each.startswith(f"`{kind.type}`")]
        assert all(hearer in section for hearer in kind.hearers)


def test_the_asyncapi_document_has_what_asyncapi_3_requires(document: dict[str, Any]) -> None:
    assert document["asyncapi"] == "3.0.0"
    assert document["info"].keys() >= {"title", "version"}
    assert set(document["channels"]) == set(SERVICES)
    for name, message in document["components"]["messages"].items():
        assert message["name"] == name
        assert isinstance(message["payload"], Mapping)


def test_each_operation_sends_or_receives_messages_of_its_own_channel(
    document: dict[str, Any],
) -> None:
    for operation in document["operations"].values():
        channel = operation["channel"]["$ref"]
        assert operation["action"] in ("send", "receive")
        for each in operation["messages"]:
            assert each["$ref"].startswith(f"{channel}/messages/")
            assert "payload" in at(document, at(document, each["$ref"])["$ref"])


@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_the_golden_example_is_what_the_document_describes(
    document: dict[str, Any], name: str
) -> None:
    payload = document["components"]["messages"][name]["payload"]
    whole = payload | {"components": document["components"]}

    checked = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)

    checked.validate(json.loads(example_path(MESSAGES[name]).read_text()))
