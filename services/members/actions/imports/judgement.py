"""What a row is, and why."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.members.actions.imports.reasons import Reason


@dataclass(slots=True)
class Judgement:
    """verdict: new, update, duplicate or error. plan: see ImportRow."""

    verdict: str
    reasons: list[Reason] = field(default_factory=list)
    target_id: UUID | None = None
    plan: dict[str, Any] = field(default_factory=dict)
