"""Choices as rows of fields, such as a call's topics: the words of each language, and a key.

The key is hidden and stays, whatever becomes of the words; a new row gets one of its own.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from flask_babel import gettext as _
from marshmallow import RAISE, Schema, fields

from shared.foundation.failures import Invalid
from shared.foundation.ids import new_secret
from shared.foundation.languages import LANGUAGES
from shared.web.fields import Texts, Whole
from shared.web.forms import filled

EMPTY_ROWS: Final = 2
FEWEST_ROWS: Final = 4
LONGEST_KEY: Final = 40


class ChoiceRow(Schema):
    """One row; one without words is none."""

    class Meta:
        unknown = RAISE

    key = fields.String(
        load_default="",
        validate=Whole(r"[\w-]{1,60}", error="Use letters, digits, - and _ for a key."),
    )
    labels = Texts(load_default=dict)


def choices_in(
    name: str,
    rows: Mapping[int, Mapping[str, Any]],
    known: Iterable[Mapping[str, Any]],
    *,
    most: int,
) -> list[dict[str, Any]]:
    """What the rows of that name say, in their order; one whose words were taken out is gone.

    known: as they were. A new one gets none of their keys, which submissions may have; languages
    that the form doesn't show stay. Raises Invalid for a length without words, and for too many.
    """
    before = {each["key"]: each["labels"] for each in known}
    taken = {*before, *(row["key"] for row in rows.values())}
    found = []
    for number, row in sorted(rows.items()):
        if row["labels"]:
            key = row["key"] or new_key(row["labels"], taken)
            taken.add(key)
            hidden = {t: words for t, words in before.get(key, {}).items() if t not in LANGUAGES}
            found.append({**row, "key": key, "labels": hidden | row["labels"]})
        elif row.get("minutes") and not row["key"]:
            said = _("Say what it is called, in one language at least.")
            raise Invalid.at(f"/{name}/{number}/labels/en", said)
    if len(found) > most:
        raise Invalid.at(f"/{name}", _("At most %(most)s of them.", most=most))
    return found


def typed_rows(name: str, choices: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The texts to show in the rows of that name."""
    return filled({name: {str(number): each for number, each in enumerate(choices)}})


def rows_to_show(name: str, typed: Mapping[str, str], *, fewest: int = FEWEST_ROWS) -> int:
    """How many rows the form has: those that say something, and some to add more."""
    numbers = [
        int(path.split(".")[1])
        for path, text in typed.items()
        if path.startswith(f"{name}.") and path.split(".")[1].isdecimal() and text.strip()
    ]
    return max(max(numbers, default=-1) + 1 + EMPTY_ROWS, fewest)


def new_key(labels: Mapping[str, str], taken: set[str]) -> str:
    """A key of the English words, or a random one where there are none."""
    words = re.sub(r"[^a-z0-9]+", "_", labels.get("en", "").lower()).strip("_")[:LONGEST_KEY]
    key = words or f"q_{new_secret()[:6].lower()}"
    while key in taken:
        key = f"{key[: LONGEST_KEY - 5]}_{new_secret()[:4].lower()}"
    return key
