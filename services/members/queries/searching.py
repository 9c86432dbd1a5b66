"""Finding names that contain a word, in any script.

A word is looked for where it stands: never what merely resembles it.
"""

from typing import Any

from sqlalchemy import Boolean, ColumnElement, String, bindparam, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from services.members.model.name_grams import grams_of


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
