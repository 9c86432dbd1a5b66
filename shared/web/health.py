"""Alive, ready, and measured: PREFIX/healthz, PREFIX/readyz, PREFIX/metrics."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from flask import Blueprint, Flask, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from shared.migrating import migration_state
from shared.web.context import now, service
from shared.web.identity import ANYONE, enter

BROKER_IS_LATE_AFTER: Final = timedelta(seconds=30)
OLDEST: Final = text("SELECT told_at FROM outbox ORDER BY number LIMIT 1")


def _schema_trouble(migrations: Path) -> str | None:
    applied, newest = migration_state(service().database, migrations)
    if applied == newest:
        return None
    return f"the schema is at {applied}, this release needs {newest}: run the migrations"


def _is_broker_late() -> bool:
    with service().database.reading() as session:
        told_at = session.scalar(OLDEST)
    if told_at is None:
        return False
    instant = datetime.fromisoformat(told_at) if isinstance(told_at, str) else told_at
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=now().tzinfo)
    return now() - instant > BROKER_IS_LATE_AFTER


def _readiness(check_schema: Callable[[], str | None]) -> tuple[dict[str, Any], int]:
    try:
        service().database.check()
        reason = check_schema()
        reasons = [reason] if reason else []
        reasons += [found for check in service().readiness if (found := check())]
        if reasons:
            return {"status": "not ready", "reason": "; ".join(reasons)}, 503
        is_late = _is_broker_late()
    except SQLAlchemyError as error:
        line = str(error).splitlines()[0]
        return {"status": "not ready", "reason": f"the database does not answer: {line}"}, 503
    if is_late:
        reason = "messages wait longer than 30 s for the broker"
        return {"status": "degraded", "reason": reason}, 200
    return {"status": "ready"}, 200


def register_health(app: Flask, name: str, migrations: Path) -> None:
    """Add the three routes. A schema once seen up to date is not looked up again."""
    blueprint = Blueprint("health", __name__, url_prefix=f"/{name}")
    seen: list[bool] = []

    def check_schema() -> str | None:
        if seen:
            return None
        trouble = _schema_trouble(migrations)
        if trouble is None:
            seen.append(True)
        return trouble

    @blueprint.get("/healthz")
    @enter(ANYONE)
    def healthz() -> Response:
        return jsonify(status="alive")

    @blueprint.get("/readyz")
    @enter(ANYONE)
    def readyz() -> tuple[Response, int]:
        found, status = _readiness(check_schema)
        return jsonify(found), status

    @blueprint.get("/metrics")
    @enter(ANYONE)
    def metrics() -> Response:
        return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)

    app.register_blueprint(blueprint)
