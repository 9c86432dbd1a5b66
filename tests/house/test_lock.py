"""requirements.lock: every package by hash, nothing by address, nothing forgotten."""

import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.tree import ROOT

LOCK = ROOT / "requirements.lock"


@dataclass(frozen=True)
class Entry:
    """One package of the lock."""

    requirement: Requirement
    hashes: tuple[str, ...]

    @property
    def name(self) -> str:
        return canonicalize_name(self.requirement.name)

    @property
    def version(self) -> str:
        [pin] = self.requirement.specifier
        return pin.version


def entries(text: str) -> list[Entry]:
    joined = re.sub(r"\\\n\s*", " ", text)
    lines = [line for line in joined.splitlines() if line.strip() and line[0] != "#"]
    return [
        Entry(
            Requirement(line.partition(" --hash")[0].strip()),
            tuple(re.findall(r"--hash=(sha256:[0-9a-f]{64})(?= |$)", line)),
        )
        for line in lines
    ]


def wanted() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    return [Requirement(line) for line in project["dependencies"] + extras]


def test_every_entry_is_one_version_with_hashes():
    locked = entries(LOCK.read_text())

    loose = [
        str(entry.requirement)
        for entry in locked
        if not entry.hashes or [pin.operator for pin in entry.requirement.specifier] != ["=="]
    ]

    assert len(locked) > 50
    assert loose == []


def test_the_lock_names_no_address_and_no_index():
    addresses = re.findall(r"(?m)^.*(?:://|^-|\s@\s|index-url|find-links).*$", LOCK.read_text())

    assert [line for line in addresses if not line.strip().startswith("--hash=")] == []


def test_the_lock_satisfies_every_requirement_of_the_project():
    locked = {entry.name: entry for entry in entries(LOCK.read_text())}

    unmet = [
        str(requirement)
        for requirement in wanted()
        if (entry := locked.get(canonicalize_name(requirement.name))) is None
        or not requirement.specifier.contains(entry.version, prereleases=True)
    ]

    assert unmet == []


def test_what_is_installed_is_what_is_locked():
    """So that a test run speaks of the locked versions."""
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "freeze", "--all", "--exclude-editable"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    installed = dict(line.split("==", 1) for line in listed.splitlines() if "==" in line)
    versions = {canonicalize_name(name): version for name, version in installed.items()}

    locked = {entry.name: entry.version for entry in entries(LOCK.read_text())}

    differing = {
        name: (version, locked[name])
        for name, version in versions.items()
        if name in locked and locked[name] != version
    }
    assert differing == {}


def test_an_entry_without_a_hash_would_be_seen():
    [bare, full] = entries(f"flask==3.1.3\nclick==8.5.1 \\\n    --hash=sha256:{'0' * 64}\n")

    assert (bare.hashes, len(full.hashes)) == ((), 1)
