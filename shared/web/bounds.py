"""Bounds of numbers, days and lengths, whose refusals can be said in the page's language."""

import re
from typing import Any

from marshmallow import validate

from shared.foundation.sentences import said


def _named(template: str) -> str:
    """A template of marshmallow's with the values that our sentences have: `{min}` is `%(min)s`."""
    return re.sub(r"{(\w+)}", r"%(\1)s", template.replace("%", "%%"))


class Range(validate.Range):
    """Bounds whose refusal can be said in the page's language."""

    def _format_error(self, value: Any, message: str) -> str:
        return said(_named(self.error or message), input=value, min=self.min, max=self.max)


class Length(validate.Length):
    """A length whose refusal can be said in the page's language."""

    def _format_error(self, value: Any, message: str) -> str:
        of_it = {"min": self.min, "max": self.max, "equal": self.equal}
        return said(_named(self.error or message), input=value, **of_it)
