"""Every timer of every service takes a turn: a wrong call shows in no other test."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.together import PARTS, WORKERS
from shared.foundation.settings import load_settings
from tests.support.databases import Templates

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


class Recorder:
    """Stands for the worker, and keeps its timers."""

    def __init__(self, _name: str, *, timers: Any, **_: Any):
        self.timers = timers


@pytest.mark.parametrize("service", PARTS)
def test_every_timer_takes_its_turn(service, tmp_path, monkeypatch):
    part, settings_class = PARTS[service]
    monkeypatch.setattr(WORKERS[service], "Worker", Recorder)
    with Templates(tmp_path).on_sqlite(service, part.MIGRATIONS) as database:
        environment = {
            "PLENARY_SECRET_KEY": "s" * 32,
            "PLENARY_BROKER_URL": f"embedded:///{tmp_path}/broker.sqlite",
            f"PLENARY_{service.upper()}_DATABASE_URL": database.url,
            "PLENARY_FILES_FOLDER": str(tmp_path / "files"),
        }
        worker = WORKERS[service].create_worker(
            load_settings(settings_class, environment), database
        )

        names = [timer.name for timer in worker.timers]
        for timer in worker.timers:
            timer.run(NOW)

    assert len(set(names)) == len(names) > 3
