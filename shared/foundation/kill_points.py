"""Places where the process may be killed on purpose, to prove that nothing is lost.

They do nothing unless PLENARY_KILL_POINTS is `SEED:PROBABILITY` or
`SEED:PROBABILITY:NAME`, where NAME is the beginning of the names to use.
"""

import os
import random
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from shared.foundation.failures import BadSettings

VARIABLE: Final = "PLENARY_KILL_POINTS"


@dataclass(frozen=True)
class _Plan:
    random: random.Random
    probability: float
    beginning: str


def _read_plan(environ: Mapping[str, str]) -> _Plan | None:
    text = environ.get(VARIABLE, "")
    if not text:
        return None
    seed, _, rest = text.partition(":")
    probability, _, beginning = rest.partition(":")
    try:
        return _Plan(random.Random(seed), float(probability), beginning)
    except ValueError as error:
        raise BadSettings(f"{VARIABLE} must be SEED:PROBABILITY[:NAME], not {text!r}.") from error


_plan = _read_plan(os.environ)


def kill_point(name: str) -> None:
    """End this process by SIGKILL, if the plan's dice say so here."""
    if _plan is None:
        return
    if name.startswith(_plan.beginning) and _plan.random.random() < _plan.probability:
        os.kill(os.getpid(), signal.SIGKILL)
