"""Where the programs that tests start are installed, and what happens when one is not."""

import os
import pwd
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn, TypedDict

import pytest

SKIPS_ARE_FAILURES = os.environ.get("NO_TEST_SKIP") == "1"


class ProgramMissing(Exception):
    """A program that these tests need is not installed."""


class ProgramFailed(Exception):
    """A program that these tests need did not start, or did not do what it was asked."""


def find_program(name: str, *folders: Path) -> Path:
    """Look in the folders, newest name first, then in PATH."""
    for folder in folders:
        if (folder / name).is_file():
            return folder / name
    if found := shutil.which(name):
        return Path(found)
    raise ProgramMissing(f"{name} is not installed.")


def find_chromium() -> Path:
    """Raises ProgramMissing."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return Path(found)
    raise ProgramMissing("Chromium is not installed.")


def skip_or_fail(sentence: str) -> NoReturn:
    """Skip what needs a missing program; fail it where NO_TEST_SKIP=1."""
    if SKIPS_ARE_FAILURES:
        pytest.fail(f"{sentence} (NO_TEST_SKIP=1 allows no skip.)", pytrace=False)
    pytest.skip(sentence)


def unprivileged_user(wanted: str) -> str | None:
    """Name the user to run a server as: None is the present one.

    Root runs it as `wanted`, or as nobody where there is no such user: initdb refuses root.
    """
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(wanted)
    except KeyError:
        return "nobody"
    return wanted


def give_to(user: str | None, *paths: Path) -> None:
    if user is not None:
        entry = pwd.getpwnam(user)
        for path in paths:
            os.chown(path, entry.pw_uid, entry.pw_gid)


class Identity(TypedDict, total=False):
    """Arguments of subprocess."""

    user: int
    group: int
    extra_groups: list[int]


def identity(user: str | None) -> Identity:
    """The arguments of subprocess that make a child run as this user."""
    if user is None:
        return {}
    entry = pwd.getpwnam(user)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def plain_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """PATH, a fixed language and the extra: nothing else of ours reaches a server."""
    path = os.environ.get("PATH", "/usr/bin:/bin")
    return {"PATH": f"{path}:/usr/sbin:/sbin", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", **extra}
