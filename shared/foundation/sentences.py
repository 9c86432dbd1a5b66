"""Sentences with values in them, which whoever shows them can still say in another language."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from shared.foundation.languages import ENGLISH, in_language


class Sentence(str):
    """In English; its template and values are kept beside."""

    __slots__ = ("template", "values")
    template: str
    values: Mapping[str, Any]

    def __new__(cls, template: str, values: Mapping[str, Any]) -> Self:
        plain = {name: _plain(value) for name, value in values.items()}
        made = super().__new__(cls, template % plain)
        made.template, made.values = template, values
        return made


def said(template: str, **values: Any) -> Sentence:
    """A sentence of the catalogues: `said("%(seats)s seats are left.", seats=4)`.

    values: an instant, another sentence, a text in several languages, or a tuple of words of ours
    (states, kinds), which are translated too; all else stays as it is.
    """
    return Sentence(template, values)


def wrong_state(state: str, wanted: tuple[str, ...], *, to: str) -> Sentence:
    """Why something can't be done in its state. to: the verb, `be published`.

    The verb stands in English alone; who pressed a button knows it.
    """
    return said(
        "It is %(state)s and can't %(to)s; only when %(wanted)s.",
        state=(state,),
        to=to,
        wanted=wanted,
    )


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return in_language(value, ENGLISH)
    return " or ".join(value) if isinstance(value, tuple) else value
