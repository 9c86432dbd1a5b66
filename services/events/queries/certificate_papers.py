"""A certificate to print and to frame: A4 across, with seals, and a code by which it is checked."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import segno
from babel.dates import format_date
from babel.numbers import format_decimal
from sqlalchemy.orm import Session

from services.events.model import Certificate, CertificateRun, Workshop
from shared.files import FileStore
from shared.foundation.languages import in_language, nearest_language
from shared.foundation.papers import Paper, new_paper
from shared.foundation.sheets import as_is as _

WIDTH: Final = 297.0
HEIGHT: Final = 210.0
LEFT: Final = 32.0
INSIDE: Final = WIDTH - 2 * LEFT
BRAND: Final = (11, 94, 77)
GOLD: Final = (176, 141, 62)
INK: Final = (28, 36, 33)
SOFT: Final = (88, 99, 95)
CODE: Final = 27.0
SEAL: Final = 21.0
MOST_ACROSS: Final = 4
Translate = Callable[[str], str]
WORDS: Final = (
    *(_("This certifies that"), _("has taken part in"), _("Hours of attendance:")),
    *(_("Issued on"), _("Check it at:"), _("Revoked")),
)


@dataclass(frozen=True, kw_only=True)
class Issuer:
    """Who stands for it. seal: a picture as PNG or JPEG, or None."""

    name: str
    seal: bytes | None


@dataclass(frozen=True, kw_only=True)
class Printed:
    """All that a certificate shows, in one language. address: where it is checked."""

    title: str
    name: str
    workshop: str
    text: str
    when: str
    hours: str
    issued_on: str
    address: str
    issuers: Sequence[Issuer]
    language: str
    is_revoked: bool


def printed(
    session: Session,
    certificate: Certificate,
    *,
    language: str,
    address: str,
    store: FileStore,
) -> Printed:
    """What the certificate shows in that language. store: where the seals are."""
    run = session.get_one(CertificateRun, certificate.run_id)
    workshop = session.get_one(Workshop, certificate.workshop_id)
    locale = nearest_language(language).replace("-", "_")
    zone = workshop.local_zone
    days = [each.astimezone(zone).date() for each in (workshop.starts_at, workshop.ends_at)]
    when = " – ".join(dict.fromkeys(format_date(each, "long", locale=locale) for each in days))
    issued_on = certificate.issued_at.astimezone(zone).date()
    return Printed(
        title=in_language(run.titles, language),
        name=certificate.name,
        workshop=in_language(workshop.titles, language),
        text=in_language(run.texts, language),
        when=when,
        hours=format_decimal(certificate.hours, "0.##", locale=locale) if certificate.hours else "",
        issued_on=format_date(issued_on, "long", locale=locale),
        address=address,
        issuers=[
            Issuer(
                name=in_language(each["names"], language),
                seal=_seal(store, each["seal"]),
            )
            for each in run.issuers
        ],
        language=language,
        is_revoked=certificate.state == "revoked",
    )


def _seal(store: FileStore, digest: str | None) -> bytes | None:
    """The picture's content, if there is one and it is still here."""
    path = store.path_of(digest) if digest else None
    return path.read_bytes() if path is not None and path.exists() else None


def certificate_pdf(shown: Printed, *, translate: Translate) -> bytes:
    """One page. translate: the words of WORDS, into the certificate's language."""
    words = {word: translate(word) for word in WORDS}
    texts = [shown.title, shown.name, shown.workshop, shown.text, shown.when, shown.hours]
    texts += [shown.issued_on, shown.address, *words.values()]
    texts += [each.name for each in shown.issuers]
    paper = new_paper(
        "".join(texts) + "0123456789·",
        width=WIDTH,
        height=HEIGHT,
        title=f"{shown.title}: {shown.name}",
        language=shown.language,
    )
    paper.pdf.add_page()
    _frame(paper)
    _middle(paper, shown, words)
    _issuers(paper, shown.issuers[: MOST_ACROSS * 2])
    _check(paper, shown, words)
    if shown.is_revoked:
        _stamp(paper, words["Revoked"])
    return paper.written()


def _frame(paper: Paper) -> None:
    pdf = paper.pdf
    pdf.set_draw_color(*BRAND)
    pdf.set_line_width(1.1)
    pdf.rect(9, 9, WIDTH - 18, HEIGHT - 18)
    pdf.set_draw_color(*GOLD)
    pdf.set_line_width(0.3)
    pdf.rect(12, 12, WIDTH - 24, HEIGHT - 24)
    for x in (12.0, WIDTH - 12):
        for y in (12.0, HEIGHT - 12):
            _diamond(paper, x, y, 2.6)


def _diamond(paper: Paper, x: float, y: float, size: float) -> None:
    paper.pdf.set_fill_color(*GOLD)
    points = [(x, y - size), (x + size, y), (x, y + size), (x - size, y)]
    paper.pdf.polygon(points, style="F")


def _middle(paper: Paper, shown: Printed, words: dict[str, str]) -> None:
    pdf = paper.pdf
    pdf.set_text_color(*SOFT)
    paper.text(LEFT, 22, INSIDE, shown.issuers[0].name, size=12, align="C")
    pdf.set_text_color(*BRAND)
    paper.text(LEFT, 31, INSIDE, shown.title, size=32, style="B", align="C")
    pdf.set_draw_color(*GOLD)
    pdf.set_line_width(0.4)
    pdf.line(WIDTH / 2 - 30, 50, WIDTH / 2 - 4, 50)
    pdf.line(WIDTH / 2 + 4, 50, WIDTH / 2 + 30, 50)
    _diamond(paper, WIDTH / 2, 50, 1.5)
    pdf.set_text_color(*SOFT)
    paper.text(LEFT, 57, INSIDE, words["This certifies that"], size=12, align="C")
    pdf.set_text_color(*INK)
    paper.text(LEFT, 66, INSIDE, shown.name, size=29, style="B", align="C")
    pdf.set_text_color(*SOFT)
    paper.text(LEFT, 84, INSIDE, words["has taken part in"], size=12, align="C")
    pdf.set_text_color(*INK)
    paper.text(LEFT, 92, INSIDE, shown.workshop, size=18, style="B", lines=2, align="C")
    facts = [shown.when]
    if shown.hours:
        facts.append(f"{words['Hours of attendance:']} {shown.hours}")
    pdf.set_text_color(*SOFT)
    paper.text(LEFT, 110, INSIDE, "  ·  ".join(facts), size=12, align="C")
    paper.text(LEFT + 18, 119, INSIDE - 36, shown.text, size=10, lines=4, align="C")


def _issuers(paper: Paper, issuers: Sequence[Issuer]) -> None:
    """In one or two rows beside the code."""
    pdf, room = paper.pdf, INSIDE - CODE - 30
    rows = [issuers[:MOST_ACROSS], issuers[MOST_ACROSS:]] if issuers[MOST_ACROSS:] else [issuers]
    for number, row in enumerate(rows):
        bottom = 176.0 + 0 if len(rows) == 1 else 165.0 + number * 18
        column = room / len(row)
        for place, each in enumerate(row):
            x = LEFT - 6 + place * column
            if each.seal and len(rows) == 1:
                _picture(paper, each.seal, x, bottom - SEAL - 1.5, column - 8)
            pdf.set_draw_color(*SOFT)
            pdf.set_line_width(0.25)
            pdf.line(x, bottom, x + column - 8, bottom)
            pdf.set_text_color(*INK)
            paper.text(x, bottom + 2, column - 8, each.name, size=9.0, lines=2, align="C")


def _picture(paper: Paper, content: bytes, x: float, y: float, width: float) -> None:
    """Within the box, as large as it fits, centred; one that can't be read is left out."""
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415

    try:
        with Image.open(io.BytesIO(content)) as picture:
            wide = picture.width / picture.height
    except (UnidentifiedImageError, OSError, ZeroDivisionError):
        return
    across = min(width, SEAL * wide)
    paper.pdf.image(
        io.BytesIO(content), x + (width - across) / 2, y + SEAL - across / wide, w=across
    )


def _check(paper: Paper, shown: Printed, words: dict[str, str]) -> None:
    pdf, x = paper.pdf, WIDTH - LEFT - CODE - 6
    code = segno.make(shown.address, error="m", boost_error=False)
    paper.squares(x, 150, CODE, [list(row) for row in code.matrix])
    pdf.set_text_color(*SOFT)
    issued = f"{words['Issued on']} {shown.issued_on}"
    paper.text(x - 20, 142.5, CODE + 40, issued, size=9, align="C")
    paper.text(x - 20, 179, CODE + 40, words["Check it at:"], size=7, align="C")
    host, _slash, last = shown.address.partition("://")[2].rpartition("/")
    address = f"{host}/\n{last}"
    paper.text(x - 23, 182.5, CODE + 46, address, size=6, lines=2, align="C")


def _stamp(paper: Paper, word: str) -> None:
    with paper.pdf.rotation(24, WIDTH / 2, HEIGHT / 2):
        paper.pdf.set_text_color(170, 30, 40)
        paper.text(LEFT, HEIGHT / 2 - 12, INSIDE, word.upper(), size=64, style="B", align="C")
