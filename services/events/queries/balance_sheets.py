"""The balance of a workshop as rows for a spreadsheet: totals alone, small cells hidden."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy.orm import Session

from services.events.model import Workshop
from services.events.model.form import counted, label_of
from services.events.queries.reports import Share, by_answer, by_body, by_economy
from shared.foundation.languages import in_language
from shared.foundation.sheets import Cell
from shared.foundation.sheets import as_is as _

NAME: Final = _("balance")
HEADINGS: Final = (_("Counted by"), _("Value"), _("People"))
WORDS: Final = (_("By economy"), _("By organisation"), _("hidden"))


def balance_rows(
    session: Session,
    workshop: Workshop,
    asked: Iterable[Mapping[str, Any]],
    *,
    language: str,
    words: Mapping[str, str],
) -> Iterator[Sequence[Cell]]:
    """By what, value, how many. asked: questions, of which those of the balance count.

    words: each of WORDS in that language. A hidden count says so: it is no zero.
    """
    parts: list[tuple[str, Sequence[Share]]] = [
        (words[WORDS[0]], by_economy(session, workshop)),
        (words[WORDS[1]], by_body(session, workshop)),
    ]
    parts += [
        (label_of(each, language), by_answer(session, workshop, each)) for each in counted(asked)
    ]
    for heading, shares in parts:
        for share in shares:
            count = words[WORDS[2]] if share.count is None else share.count
            yield [heading, in_language(share.names, language), count]
