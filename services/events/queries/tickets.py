"""Tickets and badges to show and to print: a QR code as a picture, cards as PDF."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

import segno
from babel.dates import format_datetime
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.events.model import Nomination, Registration, TicketKey, Workshop
from services.events.model.ticket import Signer, Ticket, short_code
from services.events.queries.copies import names_of, organisation_names
from shared.foundation.languages import in_language
from shared.foundation.papers import Paper, new_paper
from shared.foundation.sheets import as_is as _

A4: Final = (210.0, 297.0)
CARD: Final = (148.0, 105.0)
BADGE: Final = (90.0, 54.0)
BADGES_ACROSS: Final = 2
BADGES_DOWN: Final = 5
Translate = Callable[[str], str]


@dataclass(frozen=True, kw_only=True)
class Card:
    """What is printed of one person. code: signed, for the QR code; short: to be typed."""

    name: str
    body: str
    role: str
    code: str
    short: str


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """What is printed of a workshop, in one language."""

    title: str
    host: str
    when: str
    where: str
    language: str


def find_signer(session: Session) -> Signer:
    """Of the newest key."""
    query = select(TicketKey).order_by(TicketKey.created_at.desc(), TicketKey.id.desc())
    return Signer(session.scalars(query.limit(1)).one())


def code_of(registration: Registration, signer: Signer) -> str:
    """The registration's signed code."""
    return signer.sign(Ticket(registration.id, registration.workshop_id))


def occasion_of(session: Session, workshop: Workshop, *, language: str) -> Occasion:
    """The workshop's words in that language, its time at its place."""
    begins = workshop.starts_at.astimezone(ZoneInfo(workshop.time_zone))
    pattern = "y年M月d日 EEEE HH:mm" if language.startswith("zh") else "EEEE d MMMM y, HH:mm"
    venue = workshop.venue
    return Occasion(
        title=in_language(workshop.titles, language),
        host=in_language(organisation_names(session, workshop.host_id), language),
        when=f"{format_datetime(begins, pattern, locale=language.replace('-', '_'))}"
        f" ({workshop.time_zone.replace('_', ' ')})",
        where=", ".join(filter(None, (venue.get("name"), venue.get("address")))),
        language=language,
    )


def cards_of(
    session: Session, registrations: Sequence[Registration], *, language: str
) -> list[Card]:
    """In the order of the registrations."""
    signer = find_signer(session)
    bodies = names_of(
        session, {each.organisation_id for each in registrations if each.organisation_id}
    )
    named = {each.nomination_id for each in registrations if each.nomination_id}
    roles = {
        each.id: each.capacity
        for each in session.scalars(select(Nomination).where(Nomination.id.in_(named)))
    }
    return [
        Card(
            name=each.name,
            body=in_language(bodies.get(each.organisation_id), language)
            if each.organisation_id
            else "",
            role=roles.get(each.nomination_id, "") if each.nomination_id else "",
            code=code_of(each, signer),
            short=short_code(each.id),
        )
        for each in registrations
    ]


def qr_svg(code: str) -> str:
    """The code as SVG; the smallest QR code that survives a scratch (error correction M)."""
    picture = io.BytesIO()
    qr = segno.make(code, error="m", boost_error=False)
    qr.save(
        picture,
        kind="svg",
        scale=4,
        border=4,
        xmldecl=False,
        omitsize=True,
        light="#fff",
        svgclass=None,
    )
    return picture.getvalue().decode()


def ticket_pdf(occasion: Occasion, card: Card, *, translate: Translate) -> bytes:
    """One ticket on a card of 148 x 105 mm."""
    labels = {text: translate(text) for text in (_("Ticket"), _("To type:"))}
    texts = "".join((*vars(occasion).values(), *vars(card).values(), *labels.values()))
    paper = new_paper(
        texts,
        width=CARD[0],
        height=CARD[1],
        title=f"{labels['Ticket']}: {occasion.title}",
        language=occasion.language,
    )
    paper.pdf.add_page()
    paper.text(8, 8, 132, occasion.host, size=9)
    paper.text(8, 14, 132, occasion.title, size=15, style="B", lines=2)
    paper.text(8, 34, 76, occasion.when, size=11, lines=2)
    paper.text(8, 47, 76, occasion.where, size=10, lines=2)
    paper.text(8, 64, 76, card.name, size=16, style="B", lines=2)
    paper.text(8, 80, 76, card.body, size=10, lines=2)
    _qr(paper, 88, 34, 52, card.code)
    paper.text(88, 88, 52, f"{labels['To type:']} {card.short}", size=10, align="C")
    return paper.written()


def badges_pdf(occasion: Occasion, cards: Sequence[Card], *, translate: Translate) -> bytes:
    """Badges of 90 x 54 mm, ten to a page of A4, with marks to cut along."""
    roles = {card.role: translate(card.role) if card.role else "" for card in cards}
    texts = [occasion.title, occasion.host, *roles.values()]
    texts += [card.name + card.body for card in cards]
    paper = new_paper(
        "".join(texts), width=A4[0], height=A4[1], title=occasion.title, language=occasion.language
    )
    a_page = BADGES_ACROSS * BADGES_DOWN
    left = (A4[0] - BADGES_ACROSS * BADGE[0]) / 2
    top = (A4[1] - BADGES_DOWN * BADGE[1]) / 2
    for number, card in enumerate(cards):
        place = number % a_page
        if place == 0:
            paper.pdf.add_page()
        x = left + (place % BADGES_ACROSS) * BADGE[0]
        y = top + (place // BADGES_ACROSS) * BADGE[1]
        _badge(paper, (x, y), occasion, card, role=roles[card.role])
    return paper.written()


def _badge(
    paper: Paper, at: tuple[float, float], occasion: Occasion, card: Card, *, role: str
) -> None:
    x, y = at
    paper.pdf.set_draw_color(190)
    paper.pdf.rect(x, y, *BADGE)
    paper.text(x + 4, y + 4, 82, occasion.title, size=8, lines=2)
    paper.text(x + 4, y + 14, 54, card.name, size=17, style="B", lines=2)
    paper.text(x + 4, y + 33, 54, card.body, size=9, lines=2)
    paper.text(x + 4, y + 45, 54, role, size=9, style="B")
    _qr(paper, x + 59, y + 18, 28, card.code)


def _qr(paper: Paper, x: float, y: float, width: float, code: str) -> None:
    paper.squares(x, y, width, segno.make(code, error="m", boost_error=False).matrix)
