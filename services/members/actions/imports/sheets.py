"""XLSX: what its ZIP says is checked first; then a limited process of its own reads it."""

import io
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final

from services.members.actions.failures import BadFile
from shared.foundation.failures import Fault
from shared.foundation.sentences import said

MOST_ENTRIES: Final = 1_000
LARGEST_UNPACKED_BYTES: Final = 200 * 1024 * 1024
LARGEST_RATIO: Final = 100
RATIO_FROM_BYTES: Final = 4 * 1024 * 1024
"""Below this size it does not matter how well it packs."""
SECONDS: Final = 30
PROGRAM: Final = Path(__file__).with_name("sheet_process.py")
NOT_WHOLE: Final = said("The file is not a whole XLSX file. Save it again and send it.")
TOO_LARGE: Final = said("Unpacked, the file is too large to be read. Split it, or send CSV.")
REFUSALS: Final = {
    3: (NOT_WHOLE, None),
    4: (said("The sheet has too many columns or rows."), None),
    5: (said("The sheet holds formulas. Copy it and paste the values only."), "formula"),
    6: (said("The workbook has no sheet with cells."), None),
    7: (said("The workbook is locked by a password."), None),
}
"""Exit status of the process → sentence and code."""


def _refusal(detail: str, code: str | None = None) -> BadFile:
    return BadFile(detail, code=code, faults=[Fault("/file", detail)])


def read_sheet(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Number and cells of each row of the first sheet. Raises BadFile."""
    _require_sane_zip(content)
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as found:
        given.write(content)
        given.seek(0)
        _run(given, found)
        found.seek(0)
        for line in found:
            number, cells = json.loads(line)
            yield number, cells


def _require_sane_zip(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise _refusal(NOT_WHOLE) from error
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    is_bomb = unpacked > RATIO_FROM_BYTES and unpacked > LARGEST_RATIO * min(packed, len(content))
    if len(entries) > MOST_ENTRIES or unpacked > LARGEST_UNPACKED_BYTES or is_bomb:
        raise _refusal(TOO_LARGE, "too_large_unpacked")
    if "xl/workbook.xml" not in {entry.filename for entry in entries}:
        raise _refusal("The file is a ZIP archive, but no XLSX file.")


def _run(given: IO[bytes], found: IO[bytes]) -> None:
    environment: dict[str, Any] = {"PATH": os.defpath, "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(  # noqa: S603 our own program, without a shell
            [sys.executable, "-I", str(PROGRAM)],
            stdin=given,
            stdout=found,
            stderr=subprocess.DEVNULL,
            env=environment,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _refusal(TOO_LARGE, "too_large_unpacked") from error
    if done.returncode in REFUSALS:
        raise _refusal(*REFUSALS[done.returncode])
    if done.returncode != 0:
        # Out of memory or time: the limits of the process ended it.
        raise _refusal(TOO_LARGE, "too_large_unpacked")
