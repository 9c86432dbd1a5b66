"""The project's own files, as the house tests read them."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]

CODE = ("services", "shared")
PYTHON = (*CODE, "bench", "deploy", "docs", "tests")
ROOMS = (
    "app",
    "pages",
    "api",
    "reactions",
    "commands",
    "actions",
    "queries",
    "gateways",
    "model",
    "settings",
)
SERVICES = ("events", "members", "notifications")


def python_files(*folders: str) -> list[Path]:
    """Every Python file below these folders, in a fixed order."""
    return sorted(
        path
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
        if "__pycache__" not in path.parts
    )


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def is_migration(path: Path) -> bool:
    return "migrations" in path.parts


def kept_files() -> list[Path]:
    """What git keeps or would keep; every file outside .venv and var where git is absent."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        paths = [ROOT / name.decode() for name in listed.stdout.split(b"\0") if name]
    else:
        paths = [
            path
            for path in ROOT.rglob("*")
            if not {".venv", ".git", "var", "__pycache__"} & set(path.relative_to(ROOT).parts)
        ]
    return sorted(path for path in paths if path.is_file())
