"""Who gets which answer from which route, asked about the things of association A.

`python -m tests.contract.matrix` writes matrix.txt anew, for a change that is meant.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.contract.documents import Operation, operations
from tests.contract.place import Place, make_place
from tests.support.apps import Apps
from tests.support.databases import Templates

WHO = (
    "guest",
    "attendee",
    "focal point of A",
    "focal point of B",
    "organizer",
    "other organizer",
    "operator",
)
SNAPSHOT = Path(__file__).with_name("matrix.txt")
# These end the asker's own session.
LAST = ("/sign-out",)


@dataclass(frozen=True)
class Asked:
    """One cell: what somebody was answered."""

    operation: Operation
    who: str
    status: int
    text: str

    @property
    def is_success(self) -> bool:
        return self.status < 300


def ask_everything(place: Place) -> list[Asked]:
    """Every operation by everyone, each time of the same place."""
    place.apps.keep()
    return [_ask(place, operation, who) for operation in operations() for who in WHO]


def _ask(place: Place, operation: Operation, who: str) -> Asked:
    body = place.good_body(operation) if operation.takes_body else None
    answer: httpx.Response = place.call(operation, by=place.people[who], json=body)
    place.apps.put_back()
    return Asked(operation, who, answer.status_code, answer.text)


def written(asked: list[Asked]) -> str:
    """A line an operation, a column a person."""
    rows: dict[str, list[str]] = {}
    for each in asked:
        rows.setdefault(str(each.operation), []).append(str(each.status))
    widths = [len(name) for name in WHO]
    longest = max(map(len, rows))
    head = f"{'':<{longest}}  " + "  ".join(WHO)
    lines = [
        f"{operation:<{longest}}  "
        + "  ".join(f"{status:<{width}}" for status, width in zip(cells, widths, strict=True))
        for operation, cells in rows.items()
    ]
    return "\n".join(line.rstrip() for line in [head, *lines]) + "\n"


def main() -> None:
    """Write the snapshot."""
    with tempfile.TemporaryDirectory() as folder:
        apps = Apps(Templates(Path(folder)))
        apps.start()
        SNAPSHOT.write_text(written(ask_everything(make_place(apps))))
        apps.close()


if __name__ == "__main__":
    main()
