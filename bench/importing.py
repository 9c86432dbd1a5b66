"""P9: the dry run of 60,000 rows, by upload to the service, and what memory it takes."""

import io
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import psycopg

from bench.effort import Effort
from bench.growing import operator_headers
from bench.results import Result, result
from bench.serving import postgres
from services.members.actions.enrolling import enrol
from services.members.actions.imports.sheets import PROGRAM
from services.members.app import MIGRATIONS, create_app
from services.members.settings import MembersSettings
from shared.database import Database
from shared.foundation.clock import utc_now
from shared.migrating import run_migrations
from tests.members.test_import_files import a_csv, a_sheet, tax_numbers

ROWS: Final = 60_000
API: Final = "/members/api/v1/imports"
HEADER: Final = ("統一編號", "公司名稱", "英文名稱", "產業別", "員工數", "電子郵件", "電話", "地址")
LIMIT: Final = "the same rows by csv.reader and COPY"


def _rows(count: int) -> Iterator[tuple[Any, ...]]:
    yield HEADER
    for n, number in enumerate(tax_numbers(count)):
        names = (f"臺灣第{n}號精密機械股份有限公司", f"Taiwan Precision {n} Co., Ltd.")
        contact = (f"info@company{n % 5000}.example", f"+886 3 58{n % 100_000:05d}")
        yield (number, *names, "機械", n % 900, *contact, f"新竹縣竹東鎮中興路四段{n}號")


def _host(database: Database) -> UUID:
    values = {"names": {"en": "The association"}, "kind": "association", "economy": "TW"}
    with database.writing() as session:
        return enrol(session, values, actor="bench", now=utc_now()).id


def _bare(url: str, path: Path) -> float:
    """Seconds to read the file and keep its rows, unjudged."""
    import csv  # noqa: PLC0415

    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS bare_rows (number int, cells jsonb)")
        connection.execute("TRUNCATE bare_rows")
        began = time.perf_counter()
        with (
            path.open(encoding="utf-8", newline="") as file,
            connection.cursor() as cursor,
            cursor.copy("COPY bare_rows FROM STDIN") as copy,
        ):
            for number, cells in enumerate(csv.reader(file)):
                copy.write_row((number, json.dumps(cells, ensure_ascii=False)))
        connection.commit()
        return time.perf_counter() - began


def _ours(url: str, path: Path, host_id: UUID, *, applies: bool = False) -> dict[str, Any]:
    """What a process of its own says of the upload: seconds, megabytes and counts."""
    command = [sys.executable, "-m", "bench.importing", url, str(path), str(host_id)]
    done = subprocess.run(
        [*command, "apply"] if applies else command, capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _sheet_megabytes(path: Path) -> float:
    """What the process takes that reads a sheet; asked by a small parent, whose share it is not."""
    asks = (
        "import resource, subprocess, sys; "
        "subprocess.run([sys.executable, '-I', sys.argv[1]], stdin=open(sys.argv[2], 'rb'),"
        " stdout=subprocess.DEVNULL, check=True); "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)"
    )
    command = [sys.executable, "-c", asks, str(PROGRAM), str(path)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def measure(effort: Effort) -> Iterator[Result]:
    """CSV and XLSX into an empty directory, CSV again beside what is recorded; applying it."""
    count = effort.count(ROWS)
    with tempfile.TemporaryDirectory() as name, postgres() as server:
        url = server.create_database("bench_imports")
        database = Database(url)
        run_migrations(database, MIGRATIONS)
        host_id, folder = _host(database), Path(name)
        files = {"CSV": folder / "companies.csv", "XLSX": folder / "companies.xlsx"}
        files["CSV"].write_bytes(a_csv(_rows(count)))
        files["XLSX"].write_bytes(a_sheet(_rows(count)))
        for what, path in files.items():
            yield from _compare(
                f"dry run of {count:,} rows, {what}", url, path, host_id, files=files, effort=effort
            )
        applied = _ours(url, files["CSV"], host_id, applies=True)
        yield result(f"applying {count:,} rows", [applied["applied_seconds"]], "s")
        again = f"dry run of {count:,} rows that are recorded, CSV"
        yield from _compare(again, url, files["CSV"], host_id, files=files, effort=effort)
        database.dispose()


def _compare(
    what: str, url: str, path: Path, host_id: UUID, *, files: dict[str, Path], effort: Effort
) -> Iterator[Result]:
    ours, bare = [], []
    for _ in range(effort.rounds):
        ours.append(_ours(url, path, host_id))
        bare.append(_bare(url, files["CSV"]))
    yield result(what, [each["seconds"] for each in ours], "s", limit=LIMIT, limits=bare)
    yield result(f"{what}, memory", [each["megabytes"] for each in ours], "MB")
    if path.suffix == ".xlsx":
        # It has ended when the rows are judged: the two do not add up.
        yield result(f"{what}, memory of its reader", [_sheet_megabytes(path)], "MB")


def main(url: str, path: str, host_id: str, *more: str) -> None:
    """Upload the file to an app in this process; apply it too, if asked."""
    database = Database(url)
    settings = MembersSettings(
        database_url=url, secret_key="s" * 32, broker_url="embedded:///nowhere"
    )
    client = create_app(settings, database).test_client()
    headers, content = operator_headers(database), Path(path).read_bytes()
    sent = {"kind": "companies", "organisation_id": host_id}
    file = (io.BytesIO(content), Path(path).name)
    began = time.perf_counter()
    answer = client.post(API, data=sent | {"file": file}, headers=headers)
    found: dict[str, Any] = {"seconds": time.perf_counter() - began}
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.get_json()
    found["megabytes"] = _most_megabytes()
    if more:
        found["applied_seconds"] = _applied(client, f"{API}/{made['id']}", headers)
    print(json.dumps(found))


def _most_megabytes() -> float:
    """What this program has taken at most; a rusage begins with what its parent had taken."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _applied(client: Any, path: str, headers: dict[str, str]) -> float:
    """Seconds until all is written; the worker's part is done here too."""
    from services.members.reactions import go_on_with_imports  # noqa: PLC0415
    from shared.web.context import EXTENSION  # noqa: PLC0415

    began = time.perf_counter()
    client.post(f"{path}/apply", json={}, headers=headers)
    while client.get(path, headers=headers).json["state"] != "applied":
        go_on_with_imports(client.application.extensions[EXTENSION].database, utc_now())
    return time.perf_counter() - began


if __name__ == "__main__":
    main(*sys.argv[1:])
