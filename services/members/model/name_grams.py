"""The index that finds names by any part of a word: on PostgreSQL, one entry for each run of
one, two and three letters.

Three letters would do for English; a Chinese name is found by two, or by one. pg_trgm knows
no shorter runs, and in a database of the C locale no Chinese at all (decision 0011).
"""

from typing import Final

from sqlalchemy import DDL, Index, event, text

from services.members.model.base import Base

LONGEST: Final = 3
# Its cost says how much dearer it is than comparing texts: those are compared first. One process
# searches: PostgreSQL would start others for that cost, which takes longer than the search.
_FUNCTION: Final = """
CREATE OR REPLACE FUNCTION name_grams(names text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL RESTRICTED COST 1000 AS $$
    SELECT coalesce(array_agg(DISTINCT substr(word, place, size) COLLATE "C"), '{}')
    FROM unnest(string_to_array(replace(names, E'\\n', ' '), ' ')) word,
        generate_series(1, 3) size,
        generate_series(1, length(word) - size + 1) place
$$
"""

event.listen(
    Base.metadata,
    "before_create",
    DDL(_FUNCTION).execute_if(dialect="postgresql"),  # type: ignore[no-untyped-call]
)


def index_of_names(table: str) -> Index:
    """The index on the table's search_key."""
    made = Index(f"ix_{table}_names", text("name_grams(search_key)"), postgresql_using="gin")
    return made.ddl_if(dialect="postgresql")


def grams_of(word: str) -> list[str]:
    """What a name has in the index if it holds the word."""
    if len(word) <= LONGEST:
        return [word]
    places = range(len(word) - LONGEST + 1)
    return list(dict.fromkeys(word[place : place + LONGEST] for place in places))
