"""Lists to print as PDF."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from services.events.queries.reports import Participant
from services.events.queries.tickets import A4, Occasion, Translate
from shared.foundation.economies import economy_names
from shared.foundation.languages import Text, in_language
from shared.foundation.papers import new_paper

MARGIN: Final = 18.0
LINE: Final = 6.0
NAME_WIDTH: Final = 62.0
BODY_WIDTH: Final = 78.0


def participants_pdf(
    occasion: Occasion,
    participants: Sequence[Participant],
    names: Mapping[UUID, Text],
    *,
    title: str,
    translate: Translate,
) -> bytes:
    """Everyone with a seat, by economy: name, body, and as what."""
    language = occasion.language
    rows = [_row(each, names, language, translate) for each in participants]
    texts = [title, occasion.title, occasion.host, occasion.when, occasion.where, "0123456789/–"]
    texts += ["".join(row) for row in rows]
    made = new_paper("".join(texts), width=A4[0], height=A4[1], title=title, language=language)
    paper = made.pdf
    paper.set_margins(MARGIN, MARGIN, MARGIN)
    paper.set_auto_page_break(auto=True, margin=MARGIN)
    paper.add_page()
    for text, size, style in (
        (title, 18, "B"),
        (occasion.title, 12, "B"),
        (f"{occasion.host} – {occasion.when}", 9, ""),
        (occasion.where, 9, ""),
    ):
        if text:
            paper.set_font("body", "B" if style else "", size)
            paper.multi_cell(0, size * 0.55, text, new_x="LMARGIN", new_y="NEXT")
    last = None
    for economy, name, body, role in rows:
        if economy != last:
            paper.ln(3)
            paper.set_font("body", "B", 11)
            paper.cell(0, LINE + 1, economy or "–", new_x="LMARGIN", new_y="NEXT")
            last = economy
        paper.set_font("body", "", 9)
        with paper.table(
            col_widths=(NAME_WIDTH, BODY_WIDTH, A4[0] - 2 * MARGIN - NAME_WIDTH - BODY_WIDTH),
            borders_layout="NONE",
            first_row_as_headings=False,
            line_height=LINE - 1,
            width=A4[0] - 2 * MARGIN,
            align="LEFT",
        ) as table:
            table.row((name, body, role))
    return made.written()


def _row(
    each: Participant, names: Mapping[UUID, Text], language: str, translate: Translate
) -> tuple[str, str, str, str]:
    economy = in_language(economy_names(each.economy), language) if each.economy else ""
    body = in_language(names.get(each.body_id), language) if each.body_id else ""
    words = [translate(word) for word in (each.role, each.capacity) if word]
    return economy, each.registration.name, body, ", ".join(words)
