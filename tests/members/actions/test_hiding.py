"""No company is read out of what is published, however views and snapshots are put together."""

from itertools import combinations, count
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.members.actions.inventorying.hiding import is_safe
from services.members.actions.inventorying.publishing import Cells, blocks_of, publish
from services.members.actions.inventorying.releasing import Released
from services.members.model.gap import VIEWS

PRIME = 2**31 - 1
BODIES = ("teema", "tami", "tami|teema")
FRESH = count(1)


PLACES = [
    ("", capability, level, "hybrid", quarter)
    for capability in ("x", "y")
    for level in ("manager", "specialist")
    for quarter in ("2026Q1", "2026Q2")
]


@st.composite
def histories(draw):
    """company → its bodies, and a few tables, in each of which some companies change a little."""
    chance = Random(draw(st.integers(0, 2**32)))
    companies = [f"c{number}" for number in range(draw(st.integers(3, 22)))]
    bodies = {each: chance.choice(BODIES) for each in companies}
    tables, last = [], {}
    for turn in range(draw(st.integers(1, 3))):
        last = dict(last)
        changing = (
            companies if not turn else chance.sample(companies, chance.randint(1, len(companies)))
        )
        for company in changing:
            for place in chance.sample(PLACES, chance.randint(1, 2 if turn else 8)):
                pair = (company, (bodies[company], *place))
                if chance.random() < 0.7:
                    last[pair] = (chance.choice((1, 2, 3, 3, 4, 5, 30)), next(FRESH))
                else:
                    last.pop(pair, None)
        tables.append(last)
    return bodies, tables


def published(bodies, tables):
    """All figures that were ever published: each the set of single figures that it adds up."""
    knowers = {each: frozenset(names.split("|")) for each, names in bodies.items()}
    cells, last, shown, versions = Cells(), Released(), [set() for _ in VIEWS], {}
    for table in tables:
        before, known = dict(last.figures), versions
        heads = {pair: (number,) for pair, (number, _) in table.items()}
        layer = publish(last, heads, blocks_of(shown, cells), knowers, cells)
        last, shown = layer.released, layer.shown
        versions = {
            pair: known[pair] if before.get(pair) == figures else table[pair][1]
            for pair, figures in last.figures.items()
        }
        for view, keys in enumerate(shown):
            for key in keys:
                lying = (pair for pair in last.figures if key in cells.at(view, pair[1]))
                yield {(*pair, versions[pair]) for pair in lying}


def rank(rows):
    """Of rows of 0 and 1, modulo a large prime."""
    rows, done = [dict.fromkeys(row, 1) for row in rows], 0
    while rows:
        row = rows.pop()
        if not row:
            continue
        done += 1
        at, pivot = next(iter(row.items()))
        inverse = pow(pivot, -1, PRIME)
        for other in rows:
            if at in other:
                times = other[at] * inverse
                for name, value in row.items():
                    left = (other.get(name, 0) - times * value) % PRIME
                    other.pop(name, None)
                    if left:
                        other[name] = left
    return done


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(histories())
def test_no_sum_or_difference_of_published_figures_speaks_of_one_or_two_companies(history):
    bodies, tables = history
    rows = list({frozenset(each) for each in published(bodies, tables)})

    whole = rank(rows)

    for few in [*combinations(bodies, 1), *combinations(bodies, 2)]:
        others = [{each for each in row if each[0] not in few} for row in rows]
        assert rank(others) == whole, few


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(histories())
def test_an_association_that_knows_its_own_companies_reads_no_other(history):
    bodies, tables = history
    rows = list({frozenset(each) for each in published(bodies, tables[:1])})

    for body in ("teema", "tami"):
        unknown = [{each for each in row if body not in bodies[each[0]].split("|")} for row in rows]
        whole = rank(unknown)
        for company in bodies:
            others = [{each for each in row if each[0] != company} for row in unknown]
            assert rank(others) == whole


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 99)),
    st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 99)),
)
def test_two_sums_that_are_safe_are_safe_together(one, other):
    together = {each: one.get(each, 0) + other.get(each, 0) for each in {*one, *other}}

    if is_safe(one, {}) and is_safe(other, {}):
        assert is_safe(together, {})
