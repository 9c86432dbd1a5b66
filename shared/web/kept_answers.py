"""Forgetting the answers that are kept for Idempotency-Keys; `idempotency` keeps and gives them."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from shared.web.tables import idempotency_keys

KEPT_FOR: Final = timedelta(hours=24)


def forget_answers_with(session: Session, texts: Iterable[str]) -> int:
    """Delete the answers that hold one of the texts; how many they were."""
    body = func.lower(idempotency_keys.c.body)
    forms = {form.lower() for text in texts for form in (text, json.dumps(text)[1:-1])}
    if not forms:
        return 0
    held = or_(*(body.contains(form, autoescape=True) for form in forms))
    ids = session.scalars(select(idempotency_keys.c.key_hash).where(held)).all()
    session.execute(delete(idempotency_keys).where(idempotency_keys.c.key_hash.in_(ids)))
    return len(ids)


def forget_old_answers(session: Session, *, now: datetime) -> None:
    """Delete the answers that are older than a day."""
    oldest = now - KEPT_FOR
    session.execute(delete(idempotency_keys).where(idempotency_keys.c.kept_at < oldest))
