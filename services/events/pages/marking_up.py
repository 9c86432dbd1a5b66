"""Markdown that anybody may have written, as HTML that can do no harm."""

from functools import cache
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from shared.foundation.later import Later

if TYPE_CHECKING:
    import nh3
    from markdown_it import MarkdownIt
else:
    nh3 = Later("nh3")

TAGS: Final = {"p", "br", "em", "strong", "ul", "ol", "li", "blockquote", "code", "pre", "a"}
HEADINGS: Final = {"h1", "h2", "h3", "h4", "h5", "h6"}


def marked_up(text: str) -> Markup:
    """Paragraphs, lists, emphasis and links; no pictures, no HTML of the writer's.

    Headings become strong: where they would stand among the page's, the writer can't know.
    """
    rendered = _renderer().render(text)
    for heading in HEADINGS:
        rendered = rendered.replace(f"<{heading}>", "<p><strong>")
        rendered = rendered.replace(f"</{heading}>", "</strong></p>")
    cleaned = nh3.clean(
        rendered, tags=TAGS, url_schemes={"http", "https", "mailto"}, link_rel="nofollow noopener"
    )
    return Markup(cleaned)  # noqa: S704


@cache
def _renderer() -> "MarkdownIt":
    made: MarkdownIt = Later("markdown_it").MarkdownIt(
        "commonmark", {"html": False, "breaks": True}
    )
    return made.disable("image")
