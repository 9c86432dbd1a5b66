"""The code speaks the domain's words, and leaves no debris."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.tree import CODE, PYTHON, kept_files, name_of, python_files

# forbidden → what the domain says instead
FORBIDDEN = {
    "tenant": "alliance",
    "tenants": "alliances",
    "country": "economy",
    "countries": "economies",
    "waitlist": "waiting_list",
}
VAGUE_FILES = {"common", "data", "helper", "helpers", "manager", "managers", "util", "utils"}

# Spelled apart, so that this file is not debris itself.
DEBRIS = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def names_given(source: str) -> Iterator[str]:
    """The names that a module gives: what it only reads of others' libraries is theirs."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, Definition):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.alias) and node.asname:
            yield node.asname
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr


def words(name: str) -> set[str]:
    """registeredCountryCode and registered_country_code → registered, country, code."""
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def forbidden_names(source: str) -> set[str]:
    return {name for name in names_given(source) if words(name) & FORBIDDEN.keys()}


def comments(path: Path) -> Iterator[str]:
    with path.open("rb") as source:
        for token in tokenize.tokenize(io.BytesIO(source.read()).readline):
            if token.type == tokenize.COMMENT:
                yield token.string


def test_names_are_words_of_the_domain():
    found = {name_of(path): forbidden_names(path.read_text()) for path in python_files(*CODE)}

    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("class TenantSettings: ...", {"TenantSettings"}),
        ("def find(*, country_code): ...", {"country_code"}),
        ("person.country = 'NZ'", {"country"}),
        ("code = phonenumbers.parse(text).country_code", set()),
        ("economies = pycountry.countries", set()),
    ],
)
def test_a_forbidden_name_is_seen_where_it_is_given_and_not_where_it_is_read(source, names):
    assert forbidden_names(source) == names


def test_no_file_has_a_name_that_says_nothing():
    vague = [name_of(path) for path in python_files(*CODE) if path.stem in VAGUE_FILES]

    assert vague == []


def test_no_comment_puts_work_off():
    put_off = {
        name_of(path): [comment for comment in comments(path) if DEBRIS.search(comment)]
        for path in python_files(*PYTHON)
    }

    assert {path: found for path, found in put_off.items() if found} == {}


def test_no_file_knows_the_machine_it_was_written_on():
    elsewhere = re.compile(rb"/(?:work|root|Users)/[a-z.]|\.\./shared/")

    found = [name_of(path) for path in kept_files() if elsewhere.search(path.read_bytes())]

    assert found == []
