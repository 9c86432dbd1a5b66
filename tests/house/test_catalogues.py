"""Every sentence of the pages is there in every language."""

import ast
import gettext
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from marshmallow import ValidationError

import services
import shared
from services.events.actions.registering import REASONS
from shared.foundation.failures import Failure
from shared.foundation.languages import CATALOGUES, ENGLISH
from shared.foundation.sentences import Sentence
from shared.web.bounds import Length, Range
from shared.web.errors import faults_in
from tests.house.tree import ROOT

TRANSLATIONS = ROOT / "shared" / "web" / "translations"
METHODS = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
KEYWORDS = {"_": None, "gettext": None, "said": None, "ngettext": (1, 2)}
AT_THE_START = {"BadSettings"}
OF_FILES = {"bad_file", "_refusal"}
"""What makes the refusals of imported files."""
FOR_COMMANDS = ("settings.py", "commands", "__main__.py", "messaging")
FOR_PROGRAMS = ("/api/", "migrations", "contracts", "knowing.py", "mailbox.py")
OTHERS = [catalogue for language, catalogue in CATALOGUES.items() if language != ENGLISH]


def extracted(keywords):
    for folder in ("services", "shared"):
        for path, _, message, _, _ in extract_from_dir(ROOT / folder, METHODS, keywords=keywords):
            yield path, message[0] if isinstance(message, tuple) else message


def failures(kind=Failure):
    """The names of all kinds of failure."""
    return {kind.__name__}.union(*map(failures, kind.__subclasses__()))


def written() -> set[str]:
    """What the sources mark for translation, in English."""
    return {message for _, message in extracted(KEYWORDS) if message}


def refusals() -> set[str]:
    """The sentences that failures refuse with, as far as they are always the same."""
    for root in (services, shared):
        for module in walk_packages(root.__path__, f"{root.__name__}."):
            if "migrations" not in module.name and "__main__" not in module.name:
                import_module(module.name)
    made = failures() - AT_THE_START | OF_FILES
    keywords = dict.fromkeys(made, (1,)) | {"at": (2,), "Fault": (2,)}
    return {
        message
        for path, message in extracted(keywords)
        if message and message.endswith(".") and not any(part in path for part in FOR_COMMANDS)
    }


def name_of(called: ast.expr) -> str:
    """What is called, without what it is called on."""
    return called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")


def is_put_together(sentence: ast.expr) -> bool:
    """Whether no catalogue can know it: with values written into it, where `said` names them."""
    if isinstance(sentence, ast.JoinedStr | ast.BinOp):
        words = [each.value for each in ast.walk(sentence) if isinstance(each, ast.Constant)]
        return any(" " in str(each) for each in words)
    return isinstance(sentence, ast.Call) and name_of(sentence.func) in {"format", "join"}


def refused_with(path: Path, kinds: set[str]) -> Iterator[tuple[int, ast.expr]]:
    """(line, sentence) of all that the file's failures and faults are made with."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and name_of(node.func) in kinds:
            keywords = [each.value for each in node.keywords if each.arg == "detail"]
            yield from ((each.lineno, each) for each in (*node.args, *keywords))


def test_no_refusal_on_a_page_has_its_values_written_into_it():
    kinds = failures() - AT_THE_START | OF_FILES | {"at", "Fault"}
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for folder in ("services", "shared")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if not any(part in str(path) for part in (*FOR_COMMANDS, *FOR_PROGRAMS))
        for line, sentence in refused_with(path, kinds)
        if is_put_together(sentence)
    ]

    assert found == []


@pytest.mark.parametrize(
    "sentence",
    ['f"There is a {key} already."', '"There is a " + key', '"A {}.".format(key)', '"".join(all)'],
)
def test_a_sentence_that_is_put_together_is_noticed(tmp_path, sentence):
    source = tmp_path / "wrong.py"
    source.write_text(f"raise Conflict({sentence})")

    assert [is_put_together(each) for _, each in refused_with(source, {"Conflict"})] == [True]


def test_forms_refuse_with_bounds_that_can_be_translated():
    pages = [*ROOT.glob("services/*/pages/*.py"), ROOT / "shared" / "web" / "fields.py"]
    plain = re.compile(r"(?<!\()validate\.(Range|Length|Equal|NoneOf|ContainsOnly)\(")

    assert [each.name for each in pages if plain.search(each.read_text())] == []


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize(
    "refused",
    [
        lambda: Range(0, 5)(6),
        lambda: Range(1)(0),
        lambda: Range(None, 5)(6),
        lambda: Range(0, 5, min_inclusive=False)(0),
        lambda: Length(1, 5)(""),
        lambda: Length(1)(""),
        lambda: Length(None, 5)("longer"),
    ],
)
def test_what_is_out_of_bounds_is_said_in_every_language(name, refused):
    with pytest.raises(ValidationError) as failed:
        refused()
    (fault,) = faults_in(failed.value.messages)

    assert isinstance(fault.detail, Sentence)
    assert fault.detail == str(fault.detail)
    assert catalogue_of(name).get(fault.detail.template).string


def field_refusals() -> Iterator[str]:
    """What fields of forms refuse with in words of their own."""
    pages = [*ROOT.glob("services/*/pages/*.py"), *ROOT.glob("shared/web/*.py")]
    for path in pages:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                for keyword in node.keywords:
                    if keyword.arg == "error" and isinstance(keyword.value, ast.Constant):
                        yield str(keyword.value.value)


def catalogue_of(name: str):
    with (TRANSLATIONS / name / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file)


@pytest.mark.parametrize("name", OTHERS)
def test_no_sentence_is_missing(name):
    known = {message.id: message for message in catalogue_of(name) if message.id}
    ids = {id_[0] if isinstance(id_, tuple) else id_: m for id_, m in known.items()}

    sentences = written() | refusals() | {*field_refusals(), *REASONS.values()}
    assert {sentence for sentence in sentences if sentence not in ids} == set()
    assert [id_ for id_, message in ids.items() if not message.string] == []


@pytest.mark.parametrize("name", OTHERS)
def test_the_compiled_catalogue_is_that_of_the_source(name):
    compiled = gettext.translation("messages", TRANSLATIONS, [name])

    for message in catalogue_of(name):
        if isinstance(message.id, tuple):
            assert compiled.ngettext(*message.id, 1) == message.string[0]
        elif message.id:
            assert compiled.gettext(message.id) == message.string
