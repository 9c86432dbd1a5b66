"""Keeping the rows of a file: many at once, as fast as the database takes them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import insert
from sqlalchemy.orm import Session

from services.members.model import ImportRow

PLAIN: Final = ("import_id", "number", "verdict", "target_id")
AS_JSON: Final = ("cells", "reasons", "values", "plan", "effect")
COPY: Final = f"COPY import_rows ({', '.join((*PLAIN, *AS_JSON))}) FROM STDIN".replace(
    "values", '"values"'
)


def keep_rows(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows of imports; each names all columns."""
    if session.get_bind().dialect.name != "postgresql":
        session.execute(insert(ImportRow), rows)
        return
    dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    connection: Any = session.connection().connection.driver_connection
    with connection.cursor() as cursor, cursor.copy(COPY) as copy:
        for row in rows:
            plain = [row[name] for name in PLAIN]
            copy.write_row([*plain, *(dump(row[name]) for name in AS_JSON)])
