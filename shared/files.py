"""Uploaded files: what they really are, and a folder that keeps each content once.

A file is named by the SHA-256 of its content, so nothing that was uploaded decides a path.
"""

import contextlib
import hashlib
import io
import os
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import puremagic

from shared.foundation.failures import Invalid
from shared.foundation.sheets import as_is as _

LARGEST_BYTES: Final = 20 * 1024 * 1024
"""Of a file, where nothing smaller is asked for."""
OOXML: Final = "application/vnd.openxmlformats-officedocument"
OPEN_DOCUMENT: Final = "application/vnd.oasis.opendocument"
ZIP: Final = "application/zip"
TYPES: Final = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "docx": f"{OOXML}.wordprocessingml.document",
    "pptx": f"{OOXML}.presentationml.presentation",
    "xlsx": f"{OOXML}.spreadsheetml.sheet",
    "odt": f"{OPEN_DOCUMENT}.text",
    "odp": f"{OPEN_DOCUMENT}.presentation",
    "ods": f"{OPEN_DOCUMENT}.spreadsheet",
    "zip": ZIP,
    "mp4": "video/mp4",
    "txt": "text/plain",
    "csv": "text/csv",
}
"""Ending → what is kept and served as."""
IN_ZIP: Final = ("docx", "pptx", "xlsx", "odt", "odp", "ods", "zip")
PLAIN: Final = ("txt", "csv")
STARTS: Final = {"zip": b"PK\x03\x04", "pdf": b"%PDF-"}
MARKUP: Final = (b"<html", b"<script", b"<!doctype", b"<svg", b"<?xml", b"<iframe", b"<body")
LOOKED_AT: Final = 4096
MUST_HAVE: Final = {
    "docx": "word/document.xml",
    "pptx": "ppt/presentation.xml",
    "xlsx": "xl/workbook.xml",
    "odt": "content.xml",
    "odp": "content.xml",
    "ods": "content.xml",
}
"""Ending → a part without which it is no such document."""
PROGRAMS: Final = ("vbaproject.bin", "vbadata.xml")
"""Parts that hold macros, which documents of these endings don't have."""


def type_of(
    filename: str,
    content: bytes,
    *,
    endings: Iterable[str] = tuple(TYPES),
    most_bytes: int = LARGEST_BYTES,
) -> str:
    """The media type that the file is kept as. endings: of the kinds that are taken.

    The content has to be what the ending says; no page (HTML, SVG) is taken under any name.
    Raises Invalid, at /file, for what is not taken: too large, of another kind, or nothing.
    """
    if len(content) > most_bytes:
        raise Invalid.at("/file", _("This file is larger than what is taken here."))
    ending = filename.rpartition(".")[2].lower()
    if TYPES.get(ending) not in {TYPES[each] for each in endings}:
        raise Invalid.at("/file", _("Files of this kind are not taken here."))
    if not content or not _is_what_it_says(ending, content):
        said = _("This file is empty, or its content is not what its name says.")
        raise Invalid.at("/file", said)
    return TYPES[ending]


def _is_what_it_says(ending: str, content: bytes) -> bool:
    return _is_plain(content) if ending in PLAIN else _is_of(ending, content)


def _is_plain(content: bytes) -> bool:
    start = content[:LOOKED_AT].lower()
    return b"\x00" not in content and not any(mark in start for mark in MARKUP)


def _is_of(ending: str, content: bytes) -> bool:
    if ending in IN_ZIP:
        return content.startswith(STARTS["zip"]) and _is_archive_of(ending, content)
    if ending in STARTS:
        return content.startswith(STARTS[ending])
    try:
        seen = puremagic.from_string(content[: LOOKED_AT * 16], mime=True)
    except (puremagic.PureError, ValueError):
        return False
    return seen == TYPES[ending]


def _is_archive_of(ending: str, content: bytes) -> bool:
    """Read from its list of contents alone; nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return False
    if ending not in MUST_HAVE:
        return True
    has_program = any(name.lower().endswith(PROGRAMS) for name in names)
    return MUST_HAVE[ending] in names and not has_program


class FileStore:
    """The folder. Contents are written once, whole or not at all."""

    def __init__(self, folder: Path):
        self._folder = folder

    def path_of(self, digest: str) -> Path:
        """Where the content with this SHA-256 (64 hexadecimal digits) is."""
        return self._folder / digest[:2] / digest

    def keep(self, content: bytes) -> str:
        """Keep the content, on the disk for good when this returns; its SHA-256."""
        digest = hashlib.sha256(content).hexdigest()
        path = self.path_of(digest)
        if path.exists():
            # As new: what sweeps by age leaves it alone until the database knows of it.
            os.utime(path)
            return digest
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            try:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
                Path(file.name).replace(path)
            except BaseException:
                with contextlib.suppress(OSError):
                    Path(file.name).unlink()
                raise
        return digest

    def digests(self, *, before: float) -> Iterator[str]:
        """Of all contents that were written before that POSIX time."""
        for path in self._folder.glob("??/" + "?" * 64):
            if path.stat().st_mtime < before:
                yield path.name

    def drop(self, digest: str) -> None:
        """Remove a content that nothing refers to any more."""
        self.path_of(digest).unlink(missing_ok=True)
