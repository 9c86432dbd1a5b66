"""The zone that a machine keeps, for an installation that names none."""

import pytest

from shared.foundation.clock import machine_zone


@pytest.mark.parametrize(
    ("named", "zone"),
    [
        ("Asia/Taipei", "Asia/Taipei"),
        (":Asia/Seoul", "Asia/Seoul"),
        ("/usr/share/zoneinfo/America/Lima", "America/Lima"),
        ("CST-8", "UTC"),
    ],
)
def test_the_variable_tz_names_it(monkeypatch, named, zone):
    monkeypatch.setenv("TZ", named)

    assert machine_zone() == zone


def test_else_the_machine_s_link_does(monkeypatch, tmp_path):
    monkeypatch.delenv("TZ", raising=False)
    kept = tmp_path / "zoneinfo" / "Asia" / "Taipei"
    kept.parent.mkdir(parents=True)
    kept.touch()
    (tmp_path / "localtime").symlink_to(kept)

    assert machine_zone(tmp_path / "localtime") == "Asia/Taipei"


def test_a_machine_that_says_nothing_keeps_utc(monkeypatch, tmp_path):
    monkeypatch.delenv("TZ", raising=False)

    assert machine_zone(tmp_path / "none") == "UTC"
