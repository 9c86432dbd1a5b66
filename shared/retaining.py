"""Retaining: how long each kind of data is kept, in one table, and forgetting what is older.

What nobody can use any more goes at once; the rest stays as many days as the table, or a setting,
says. Erasing a person does not wait for it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from shared.foundation.failures import BadSettings

EVERY: Final = timedelta(days=1)
DAYS_OF_KIND: Final = re.compile(r"[a-z_]+=[0-9]{1,5}")
Forget = Callable[[Session, datetime], int]


@dataclass(frozen=True)
class Kind:
    """One kind of data. days: kept since `since` says, least at least; forget: what is older."""

    name: str
    days: int
    what: str
    since: str
    forget: Forget
    least: int = 0


def deleting(table: type[Any], column: Any, *more: Any, **options: Any) -> Forget:
    """Delete rows whose instant has come, as far as the other conditions hold."""

    def forget(session: Session, before: datetime) -> int:
        statement = delete(table).where(column < before, *more)
        result: Any = session.execute(statement, execution_options=options)
        return int(result.rowcount)

    return forget


class RetentionColumns:
    """Columns of a service's `retention_runs`: the last run of each kind.

    total: forgotten since counting began.
    """

    kind: Mapped[str] = mapped_column(primary_key=True)
    ran_at: Mapped[datetime]
    count: Mapped[int]
    total: Mapped[int]


@dataclass(frozen=True)
class Retention:
    """What a service keeps for a while. runs: its class of `retention_runs`.

    variable: the setting that changes days, such as PLENARY_KEEP_DAYS.
    """

    kinds: Sequence[Kind]
    runs: type[Any]
    variable: str

    def chosen(self, text: str) -> list[Kind]:
        """The table with the days of the setting. Raises BadSettings for what is none."""
        known = {each.name: each for each in self.kinds}
        for name, days in self._read(text).items():
            if name not in known:
                self._refuse(f"{name} is none of {', '.join(known)}")
            if days < known[name].least:
                self._refuse(f"{name} is kept {known[name].least} days at least")
            known[name] = replace(known[name], days=days)
        return list(known.values())

    def _read(self, text: str) -> dict[str, int]:
        if any(not DAYS_OF_KIND.fullmatch(each) for each in text.split()):
            example = " ".join(f"{each.name}={each.days or 7}" for each in self.kinds[:2])
            self._refuse(f"write it as {example}")
        pairs = (each.split("=") for each in text.split())
        return {name: int(days) for name, days in pairs}

    def _refuse(self, why: str) -> None:
        raise BadSettings(f"{self.variable} can't be used: {why}.")

    def done(self, session: Session) -> Mapping[str, Any]:
        """kind → when it was gone over, and what was forgotten."""
        return {each.kind: each for each in session.scalars(select(self.runs))}

    def retain(self, session: Session, kinds: Sequence[Kind], *, now: datetime) -> dict[str, int]:
        """Forget what is too old of each kind whose day has come; kind → how much."""
        runs, forgotten = self.done(session), {}
        for each in kinds:
            run = runs.get(each.name)
            if run is not None and each.days and now - run.ran_at < EVERY:
                continue
            count = each.forget(session, now - timedelta(days=each.days))
            if run is None:
                run = self.runs(kind=each.name, ran_at=now, count=0, total=0)
                session.add(run)
            run.ran_at, run.count, run.total = now, count, run.total + count
            forgotten[each.name] = count
        return forgotten
