"""Every template of the pages can be read: one that can't is a broken page."""

import jinja2
import pytest

from tests.house.tree import ROOT

TEMPLATES = sorted(
    path
    for folder in ("services", "shared")
    for path in (ROOT / folder).rglob("templates/**/*.html")
)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_it_can_be_read(path):
    jinja2.Environment(autoescape=True).parse(path.read_text(encoding="utf-8"))
