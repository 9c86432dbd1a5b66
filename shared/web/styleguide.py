"""The page that shows every part that pages are made of; closed unless a setting opens it."""

from datetime import date, timedelta

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from shared.foundation.failures import NotFound
from shared.web.context import now, service, this_day
from shared.web.forms import Form
from shared.web.identity import ANYONE, enter
from shared.web.pictures import Mark, line_chart, month, strip

TONES = ("good", "warn", "bad", "calm")
COLOURS = (
    *("ink", "ink-soft", "paper", "card", "sunk", "line"),
    *("brand", "brand-soft", "brand-deep", "link", "focus"),
    *("good", "good-soft", "warn", "warn-soft", "bad", "bad-soft", "calm", "calm-soft"),
)


def styleguide_page(name: str) -> Blueprint:
    """The page of the service of that name."""
    blueprint = Blueprint("styleguide", __name__, url_prefix=f"/{name}")

    @blueprint.get("/styleguide")
    @enter(ANYONE)
    def show() -> ResponseReturnValue:
        if not service().settings.styleguide:
            raise NotFound("There is no such page.")
        today = this_day()
        marks = _marks(today)
        return render_template(
            "styleguide.html",
            tones=TONES,
            colours=COLOURS,
            form=Form(
                typed={"name": "So-Young Lee", "email": "so-young"},
                faults={"email": "Not a valid email address."},
            ),
            days=strip(today, marks),
            weeks=month(today.year, today.month, marks, today=today),
            chart=line_chart([(today + timedelta(days=n), n * n) for n in range(9)], ceiling=80),
            instant=now(),
        )

    return blueprint


def _marks(today: date) -> dict[date, list[Mark]]:
    return {
        today + timedelta(days=2): [Mark(title="Carbon inventory", path="#calendar")],
        today + timedelta(days=5): [
            Mark(title="Last day to nominate", path="#calendar", is_due=True)
        ],
    }
