"""Files and functions stay small enough to be read in one sitting."""

import ast
from pathlib import Path

from tests.house.tree import CODE, PYTHON, is_migration, name_of, python_files

FILE_LINES = 300
TEST_FILE_LINES = 400
FUNCTION_LINES = 50

Function = ast.FunctionDef | ast.AsyncFunctionDef


def long_functions(source: str) -> dict[str, int]:
    """Name → lines, decorators and docstring included, of each function over the limit."""
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, Function)]
    return {
        function.name: lines
        for function in functions
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > FUNCTION_LINES
    }


def line_count(path: Path) -> int:
    return len(path.read_text().splitlines())


def test_no_file_is_longer_than_300_lines():
    files = [
        path
        for path in python_files(*PYTHON)
        if not name_of(path).startswith("tests/") and not is_migration(path)
    ]

    too_long = {name_of(path): line_count(path) for path in files}

    assert {name: lines for name, lines in too_long.items() if lines > FILE_LINES} == {}


def test_no_test_file_is_longer_than_400_lines():
    too_long = {name_of(path): line_count(path) for path in python_files("tests")}

    assert {name: lines for name, lines in too_long.items() if lines > TEST_FILE_LINES} == {}


def test_no_function_is_longer_than_50_lines():
    files = [path for path in python_files(*PYTHON) if not is_migration(path)]

    too_long = {name_of(path): long_functions(path.read_text()) for path in files}

    assert {name: found for name, found in too_long.items() if found} == {}


def test_a_long_function_would_be_seen():
    body = "\n".join("    seat = 1" for _ in range(FUNCTION_LINES))

    assert long_functions(f"def give_seats():\n{body}\n") == {"give_seats": FUNCTION_LINES + 1}


def test_every_module_says_what_lives_in_it():
    files = [path for path in python_files(*CODE, "bench", "tests") if not is_migration(path)]

    silent = [
        name_of(path)
        for path in files
        if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))
    ]

    assert silent == []
