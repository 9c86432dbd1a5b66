"""Every sentence of the pages is there in every language."""

import gettext

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from shared.foundation.languages import CATALOGUES, ENGLISH
from tests.house.tree import ROOT

TRANSLATIONS = ROOT / "shared" / "web" / "translations"
METHODS = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}
OTHERS = [catalogue for language, catalogue in CATALOGUES.items() if language != ENGLISH]


def written() -> set[str]:
    """What the sources mark for translation, in English."""
    found = set()
    for folder in ("services", "shared"):
        extracted = extract_from_dir(ROOT / folder, METHODS, keywords=KEYWORDS)
        for _, _, message, _, _ in extracted:
            found.add(message[0] if isinstance(message, tuple) else message)
    return {message for message in found if message}


def catalogue_of(name: str):
    with (TRANSLATIONS / name / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file)


@pytest.mark.parametrize("name", OTHERS)
def test_no_sentence_is_missing(name):
    known = {message.id: message for message in catalogue_of(name) if message.id}
    ids = {id_[0] if isinstance(id_, tuple) else id_: m for id_, m in known.items()}

    assert {sentence for sentence in written() if sentence not in ids} == set()
    assert [id_ for id_, message in ids.items() if not message.string] == []


@pytest.mark.parametrize("name", OTHERS)
def test_the_compiled_catalogue_is_that_of_the_source(name):
    compiled = gettext.translation("messages", TRANSLATIONS, [name])

    for message in catalogue_of(name):
        if isinstance(message.id, tuple):
            assert compiled.ngettext(*message.id, 1) == message.string[0]
        elif message.id:
            assert compiled.gettext(message.id) == message.string
