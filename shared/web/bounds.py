"""Bounds of numbers, days and lengths, whose refusals can be said in the page's language."""

import re
from datetime import date
from typing import Any, Final

from marshmallow import validate

from shared.foundation.sentences import said


def _named(template: str) -> str:
    """A template of marshmallow's with the values that our sentences have: `{min}` is `%(min)s`."""
    return re.sub(r"{(\w+)}", r"%(\1)s", template.replace("%", "%%"))


class Range(validate.Range):
    """Bounds whose refusal can be said in the page's language."""

    def _format_error(self, value: Any, message: str) -> str:
        return said(_named(self.error or message), input=value, min=self.min, max=self.max)


CENTURIES: Final = Range(date(1900, 1, 1), date(2200, 12, 31))
"""Days that a form takes: of people who live, and of their terms."""


class Length(validate.Length):
    """A length whose refusal can be said in the page's language."""

    def _format_error(self, value: Any, message: str) -> str:
        of_it = {"min": self.min, "max": self.max, "equal": self.equal}
        return said(_named(self.error or message), input=value, **of_it)
