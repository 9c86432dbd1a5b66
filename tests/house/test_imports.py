"""The import contracts hold; and each is seen to fail on a deliberate breach."""

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.house.tree import CODE, ROOMS, ROOT, SERVICES

LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")
SHARED_ROOMS = ("web", "messaging", "database", "contracts", "foundation")

# (contract, file → line): the lines, added to the files, break the contract
BREACHES: list[tuple[str, dict[str, str]]] = [
    ("independence", {"services/events/actions.py": "import services.members.model"}),
    ("independence", {"services/members/pages.py": "import services.notifications.queries"}),
    ("rooms", {"services/events/model.py": "import services.events.actions"}),
    ("rooms", {"services/members/settings.py": "import services.members.model"}),
    ("rooms", {"services/members/pages.py": "import services.members.api"}),
    ("rooms", {"services/notifications/queries.py": "import services.notifications.gateways"}),
    ("rooms", {"services/events/reactions.py": "import services.events.app"}),
    ("rooms", {"services/events/helpers.py": ""}),
    ("composition", {"services/members/app.py": "import services.together"}),
    ("composition", {"services/demo.py": "import services.together"}),
    ("composition", {"services/tools.py": ""}),
    ("mechanism", {"shared/web.py": "import services.members.settings"}),
    ("shared-rooms", {"shared/foundation.py": "import shared.database"}),
    ("shared-rooms", {"shared/contracts.py": "import shared.database"}),
    ("shared-rooms", {"shared/web.py": "import shared.messaging"}),
    ("shared-rooms", {"shared/common.py": ""}),
    ("pure-rules", {"services/events/actions.py": "import flask"}),
    ("pure-rules", {"services/events/queries.py": "import marshmallow"}),
    ("pure-rules", {"services/members/model.py": "from kombu import Connection"}),
    ("plain-contracts", {"shared/contracts.py": "from flask import request"}),
    ("plain-contracts", {"shared/contracts.py": "import sqlalchemy.orm"}),
    ("logs-alone", {"services/events/actions.py": "import structlog"}),
    (
        "circles",
        {
            "shared/database.py": "import shared.foundation",
            "shared/foundation.py": "import shared.database",
        },
    ),
    (
        "circles",
        {
            "services/members/actions.py": "import services.members.model",
            "services/members/model.py": "import services.members.actions",
        },
    ),
]


def contracts() -> dict[str, str]:
    """Id → name of each contract of the project."""
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    return {contract["id"]: contract["name"] for contract in tools["importlinter"]["contracts"]}


def broken(folder: Path) -> set[str]:
    """Ids of the contracts that the tree in this folder breaks."""
    done = subprocess.run(
        [LINT_IMPORTS, "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "", "COLUMNS": "200", "NO_COLOR": "1"},
    )
    lines = re.findall(r"(?m)^(.+?) (KEPT|BROKEN)\b", done.stdout)
    verdicts = {name.strip(): verdict for name, verdict in lines}
    assert verdicts.keys() >= set(contracts().values()), done.stdout + done.stderr
    return {id_ for id_, name in contracts().items() if verdicts[name] == "BROKEN"}


def room(folder: Path, file: str) -> Path:
    """The module itself, or its __init__ where the room is a folder."""
    path = folder / file
    return path.with_suffix("") / "__init__.py" if path.with_suffix("").is_dir() else path


@contextmanager
def breached(folder: Path, edits: dict[str, str]) -> Iterator[None]:
    """The tree with these lines (file → line) added; as before afterwards."""
    lines = {room(folder, file): line for file, line in edits.items()}
    before = {path: path.read_text() for path in lines if path.exists()}
    for path, line in lines.items():
        path.write_text(f"{before.get(path, '')}\n{line}\n")
    try:
        yield
    finally:
        for path in lines:
            path.unlink()
        for path, text in before.items():
            path.write_text(text)


@pytest.fixture(scope="module")
def copied_tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole tree, with an empty room wherever a service has none of that name."""
    folder = tmp_path_factory.mktemp("tree")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for package in CODE:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / package, folder / package, ignore=ignored)
    wanted = [f"services/{service}/{name}.py" for service in SERVICES for name in ROOMS]
    wanted += [f"shared/{name}.py" for name in SHARED_ROOMS]
    wanted += [f"services/{name}.py" for name in ("__main__", "together", "demo")]
    for file in wanted:
        room(folder, file).touch()
    for service in SERVICES:
        (folder / "services" / service / "__init__.py").touch()
    return folder


def test_the_contracts_hold():
    assert broken(ROOT) == set()


def test_the_copied_tree_keeps_the_contracts_until_it_is_breached(copied_tree):
    assert broken(copied_tree) == set()


@pytest.mark.parametrize(("contract", "edits"), BREACHES)
def test_a_breach_is_seen(copied_tree, contract, edits):
    with breached(copied_tree, edits):
        found = broken(copied_tree)

    assert contract in found


def test_every_contract_has_a_breach():
    assert {contract for contract, _ in BREACHES} == contracts().keys()
