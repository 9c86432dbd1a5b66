"""Tables of plain values as a ZIP: each as JSON for programs and as CSV for people."""

import csv
import io
import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any, Final

from flask import Response

from shared.foundation.sheets import harmless

CHUNK_BYTES: Final = 64 * 1024
IN_MEMORY_BYTES: Final = 1024 * 1024


def send_archive(filename: str, tables: Iterable[tuple[str, list[dict[str, Any]]]]) -> Response:
    """Answer the tables as a ZIP. tables: (path without ending, rows)."""
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, rows in tables:
            archive.writestr(f"{path}.json", json.dumps(rows, ensure_ascii=False, indent=1))
            archive.writestr(f"{path}.csv", _csv(rows))
    response = Response(_chunks(file), content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _chunks(file: Any) -> Iterator[bytes]:
    file.seek(0)
    with file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def _csv(rows: list[dict[str, Any]]) -> bytes:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([harmless(name) for name in columns])
    for row in rows:
        writer.writerow([harmless(_cell(row.get(name))) for name in columns])
    return text.getvalue().encode("utf-8-sig")


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
