"""Finding names that contain a word, in any script.

A word is looked for where it stands: never what merely resembles it.
"""

from typing import Any, Final

from sqlalchemy import Boolean, ColumnElement, Label, String, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.functions import FunctionElement

from services.members.model.name_grams import grams_of

FIRST: Final = 500
"""Of all names in order: how many are looked at for how a word is spread."""
SPREAD: Final = 3
"""Who has so many of those is found by going on in the order."""
SortColumn = InstrumentedAttribute[Any] | Label[Any]


class _Holds(FunctionElement[bool]):
    """Whether names hold a word: by comparing on SQLite, by the index too on PostgreSQL.

    The word stands in the statement's text: a plan that is made for any word would read the
    whole table for each.
    """

    inherit_cache = True
    name = "holds"
    type = Boolean()

    def __init__(self, names: Any, word: str):
        escaped = "".join(f"\\{each}" if each in "%_\\" else each for each in word)
        pattern = bindparam(None, f"%{escaped}%", type_=String(), literal_execute=True)
        grams = bindparam(None, grams_of(word), type_=ARRAY(String()), literal_execute=True)
        super().__init__(names.like(pattern, escape="\\"), func.name_grams(names).op("@>")(grams))


@compiles(_Holds)
def _by_comparing(element: _Holds, compiler: Any, **options: Any) -> str:
    compares, _ = element.clauses
    return str(compiler.process(compares, **options))


@compiles(_Holds, "postgresql")
def _by_index(element: _Holds, compiler: Any, **options: Any) -> str:
    compares, is_indexed = (compiler.process(each, **options) for each in element.clauses)
    return f"({compares} AND {is_indexed})"


def holds_word(names: Any, word: str, *, by_index: bool = True) -> ColumnElement[bool]:
    """Whether the column's folded names contain the word, itself folded.

    by_index: False where few rows are left to compare anyway.
    """
    if not by_index:
        found: ColumnElement[bool] = names.contains(word, autoescape=True)
        return found
    return _Holds(names, word)


def order_of(
    session: Session, model: type[Any], words: list[str], *, is_descending: bool = False
) -> SortColumn:
    """The names that a search for the words is sorted by: all of the model's are searched.

    For a common word PostgreSQL walks the index of names until a page is full. People of one
    surname stand together in it, perhaps at its end, and all before them would be read. Where
    the first names hold the words too seldom, the order is an expression, which no index has.
    """
    plain: InstrumentedAttribute[Any] = model.sort_key
    if not words or session.get_bind().dialect.name != "postgresql":
        return plain
    order = [each.desc() if is_descending else each for each in (plain, model.id)]
    first = select(model.search_key).order_by(*order).limit(FIRST).subquery()
    held = (holds_word(first.c.search_key, each, by_index=False) for each in words)
    found = session.scalar(select(func.count()).select_from(first).where(*held)) or 0
    return plain if found >= SPREAD else plain.op("||")("").label(plain.key)
