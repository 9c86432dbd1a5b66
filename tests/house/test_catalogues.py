"""Every sentence of the pages is there in every language."""

import gettext
from importlib import import_module
from pkgutil import walk_packages

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import services
import shared
from shared.foundation.failures import Failure
from shared.foundation.languages import CATALOGUES, ENGLISH
from tests.house.tree import ROOT

TRANSLATIONS = ROOT / "shared" / "web" / "translations"
METHODS = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
KEYWORDS = {"_": None, "gettext": None, "said": None, "ngettext": (1, 2)}
AT_THE_START = {"BadSettings"}
FOR_COMMANDS = ("settings.py", "commands", "__main__.py", "messaging")
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
    keywords = dict.fromkeys(failures() - AT_THE_START, (1,)) | {"at": (2,), "Fault": (2,)}
    return {
        message
        for path, message in extracted(keywords)
        if message and message.endswith(".") and not any(part in path for part in FOR_COMMANDS)
    }


def catalogue_of(name: str):
    with (TRANSLATIONS / name / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file)


@pytest.mark.parametrize("name", OTHERS)
def test_no_sentence_is_missing(name):
    known = {message.id: message for message in catalogue_of(name) if message.id}
    ids = {id_[0] if isinstance(id_, tuple) else id_: m for id_, m in known.items()}

    assert {sentence for sentence in written() | refusals() if sentence not in ids} == set()
    assert [id_ for id_, message in ids.items() if not message.string] == []


@pytest.mark.parametrize("name", OTHERS)
def test_the_compiled_catalogue_is_that_of_the_source(name):
    compiled = gettext.translation("messages", TRANSLATIONS, [name])

    for message in catalogue_of(name):
        if isinstance(message.id, tuple):
            assert compiled.ngettext(*message.id, 1) == message.string[0]
        elif message.id:
            assert compiled.gettext(message.id) == message.string
