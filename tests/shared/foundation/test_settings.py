"""Settings: typed, from the environment, and a sentence when they can't be used."""

from dataclasses import dataclass

import pytest

from shared.foundation.failures import BadSettings
from shared.foundation.settings import describe_settings, load_settings, setting


@dataclass(frozen=True)
class Example:
    """A few settings."""

    database_url: str = setting("Where the rows are", name="EXAMPLE_DATABASE_URL", secret=True)
    port: int = setting("Port to listen on", default=8000)
    demo: bool = setting("Whether to load the demo", default=True)


def test_variables_become_values_of_their_type():
    found = load_settings(
        Example,
        {"PLENARY_EXAMPLE_DATABASE_URL": "x", "PLENARY_PORT": "81", "PLENARY_DEMO": "0"},
    )

    assert (found.database_url, found.port, found.demo) == ("x", 81, False)


def test_a_missing_variable_is_named():
    with pytest.raises(BadSettings, match="PLENARY_EXAMPLE_DATABASE_URL can't be used: it is not"):
        load_settings(Example, {})


def test_a_bad_value_is_named_with_its_meaning():
    with pytest.raises(BadSettings, match=r"PLENARY_PORT.*Port to listen on"):
        load_settings(Example, {"PLENARY_EXAMPLE_DATABASE_URL": "x", "PLENARY_PORT": "eighty"})


def test_secrets_are_masked_where_settings_are_shown():
    shown = list(describe_settings(Example, {"PLENARY_EXAMPLE_DATABASE_URL": "a secret"}))

    assert shown[0].variable == "PLENARY_EXAMPLE_DATABASE_URL"
    assert "a secret" not in str(shown)
