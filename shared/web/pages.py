"""What all pages share: language, dates, the signed-in person, the site's frame."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import Blueprint, Flask, Response, g, request, session
from flask_babel import Babel, format_date, format_datetime, format_decimal, get_locale, gettext
from markupsafe import Markup

from shared.foundation.clock import local_day
from shared.foundation.economies import economy_names
from shared.foundation.failures import Failure
from shared.foundation.identities import Role
from shared.foundation.languages import LANGUAGES, in_language, language_used, nearest_language
from shared.foundation.names import language_of
from shared.foundation.sentences import Sentence
from shared.web.context import service, undo
from shared.web.identity import ANYONE, enter, find_identity
from shared.web.settings import templates_folder

LANGUAGE_COOKIE: Final = "plenary_language"
ITEM: Final = re.compile(r"\s*(?:[-*]\s+|[•‧・●]\s*)")
MISSING: Final = "Missing data for required field."
"""What marshmallow says to programs."""
LANGUAGE_NAMES: Final = {"en": "English", "zh-Hant": "繁體中文"}


def page_language() -> str:
    """The page's language: the reader's choice, their account's, their browser's."""
    if "language" not in g:
        g.language = _chosen_language()
    language: str = g.language
    return language


def _chosen_language() -> str:
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in LANGUAGES:
        return chosen
    identity = find_identity()
    if identity is not None:
        return nearest_language(identity.locale)
    for tag in request.accept_languages.values():
        if tag.lower().split("-")[0] in ("en", "zh"):
            return nearest_language(tag)
    return LANGUAGES[0]


def _catalogue() -> str:
    return page_language().replace("-", "_")


def local(text: Mapping[str, str] | None) -> Markup:
    """The text in the page's language; marked with its own `lang` where that differs."""
    wanted = page_language()
    shown, used = Markup.escape(in_language(text, wanted)), language_used(text, wanted)
    if used == wanted:
        return shown
    return Markup('<span lang="{}">{}</span>').format(used, shown)


def prose(text: Mapping[str, str] | None, *, first: str = "") -> Markup:
    """The text in the page's language by paragraphs, each marked with its `lang` as by `local`;
    lines that begin with a dash or a bullet are a list.

    first: the first one's class.
    """
    wanted = page_language()
    used = language_used(text, wanted)
    of_language = "" if used == wanted else Markup(' lang="{}"').format(used)
    kind = Markup(' class="{}"').format(first) if first else ""
    lines = [each for each in in_language(text, wanted).split("\n") if each.strip()]
    shown, before = Markup(""), False
    for place, line in enumerate(lines):
        item = ITEM.match(line)
        if bool(item) != before:
            shown += Markup("<ul{}>").format(of_language) if item else Markup("</ul>")
            before = bool(item)
        if item:
            shown += Markup("<li>{}</li>").format(line[item.end() :])
        else:
            shown += Markup("<p{}{}>{}</p>").format(kind if place == 0 else "", of_language, line)
    return shown + Markup("</ul>") if before else shown


def name_of_reader() -> Markup:
    """The signed-in person's name for this page, with its own `lang` where its letters tell."""
    identity, language = find_identity(), page_language()
    name = identity.name_in(language) if identity is not None else ""
    used = language_of(name)
    if used == language or (not used and language == "en"):
        return Markup.escape(name)
    return Markup('<span lang="{}">{}</span>').format(used, name)


def mail_address(text: str | None) -> Markup:
    """The address, which breaks behind its @ where the line is short."""
    return Markup.escape(text or "").replace("@", Markup("@<wbr>"))


def reader_zone() -> str:
    """The time zone of the signed-in person's account; UTC for a guest."""
    identity = find_identity()
    return identity.time_zone if identity is not None else "UTC"


def moment(instant: datetime, time_zone: str, *, seconds: bool = False) -> Markup:
    """A date and time in that zone, with the zone's name, as a <time> element."""
    there = instant.astimezone(ZoneInfo(time_zone))
    wanted = _day_and_time() + (":ss" if seconds else "")
    shown = format_datetime(there, wanted, rebase=False)
    return Markup('<time datetime="{}">{}</time> <span class="zone">{}</span>').format(
        instant.isoformat(), shown, time_zone.replace("_", " ")
    )


def span(starts_at: datetime, ends_at: datetime, time_zone: str) -> Markup:
    """From when until when: the day once, where both are of one day."""
    zone = ZoneInfo(time_zone)
    if starts_at.astimezone(zone).date() != ends_at.astimezone(zone).date():
        return moment(starts_at, time_zone) + " – " + moment(ends_at, time_zone)
    begins = starts_at.astimezone(zone)
    shown = format_datetime(begins, _day_and_time(), rebase=False)
    until = format_datetime(ends_at.astimezone(zone), "HH:mm", rebase=False)
    return Markup(
        '<time datetime="{}">{}</time>–<time datetime="{}">{}</time> <span class="zone">{}</span>'
    ).format(starts_at.isoformat(), shown, ends_at.isoformat(), until, time_zone.replace("_", " "))


def clock(instant: datetime, time_zone: str) -> Markup:
    """The time of day in that zone, as a <time> element."""
    shown = format_datetime(instant.astimezone(ZoneInfo(time_zone)), "HH:mm", rebase=False)
    return Markup('<time datetime="{}">{}</time>').format(instant.isoformat(), shown)


def _day_and_time() -> str:
    if str(get_locale()).startswith("zh"):
        return "y年M月d日 EEEE HH:mm"
    return "EEE d MMM y, HH:mm"


def day(value: date) -> str:
    """A date in the page's language; of an instant, the day that it was where the reader lives."""
    if isinstance(value, datetime):
        value = local_day(value, reader_zone())
    return format_date(value, "long" if str(get_locale()).startswith("zh") else "d MMMM y")


def month_name(value: date, form: str = "MMM") -> str:
    """The month's name in the page's language, short unless another form is asked for."""
    return format_date(value, form)


def weekday_name(value: date) -> str:
    """The weekday's short name in the page's language."""
    return format_date(value, "EEE" if page_language() == "en" else "EEEEE")


def economy(code: str | None) -> str:
    """An economy's name in the page's language."""
    return in_language(economy_names(code), page_language()) if code else ""


def sentence(text: str) -> str:
    """A failure's sentence in the page's language, where the catalogue has it."""
    if text == MISSING:
        return str(gettext("This must be filled in."))
    if isinstance(text, Sentence):
        shown = {name: _shown(value) for name, value in text.values.items()}
        return str(gettext(text.template)) % shown
    return str(gettext(text)) if text else ""


def _shown(value: Any) -> Any:
    if isinstance(value, datetime):
        there = value.astimezone(ZoneInfo(reader_zone()))
        return f"{format_datetime(there, _day_and_time(), rebase=False)} {reader_zone()}"
    if isinstance(value, date):
        return format_date(value)
    if isinstance(value, Sentence):
        return sentence(value)
    if isinstance(value, Mapping):
        return in_language(value, page_language())
    if isinstance(value, tuple):
        return gettext(" or ").join(gettext(word).replace("_", " ") for word in value)
    return value


def say(message: str, *, kind: str = "good") -> None:
    """Show a sentence on the next page. kind: good or bad."""
    session["said"] = [*session.get("said", []), [kind, message]]


def say_failure(failure: Failure) -> None:
    """Show why it could not be done on the next page; nothing of this request is kept."""
    say(sentence(failure.detail), kind="bad")
    undo()


def safe_next(wanted: str | None, *, otherwise: str = "/events/start") -> str:
    """The path to go on to: only within this site."""
    path = wanted or ""
    is_ours = path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if is_ours and path.isprintable() else otherwise


def _take_said() -> list[list[str]]:
    said: list[list[str]] = session.pop("said", [])
    return said


def _frame() -> dict[str, Any]:
    return {
        "identity": find_identity(),
        "Role": Role,
        "language": page_language(),
        "languages": LANGUAGE_NAMES,
        "service_name": service().name,
        "take_said": _take_said,
        "reader_zone": reader_zone(),
        "here": request.full_path.rstrip("?"),
    }


def _language_page(name: str) -> Blueprint:
    blueprint = Blueprint("language", __name__, url_prefix=f"/{name}")

    @blueprint.get("/language/<tag>")
    @enter(ANYONE)
    def choose(tag: str) -> Response:
        response = Response(status=303)
        response.headers["Location"] = safe_next(request.args.get("next"))
        if tag in LANGUAGES:
            response.set_cookie(LANGUAGE_COOKIE, tag, max_age=365 * 86400, samesite="Lax")
        return response

    return blueprint


def register_pages(app: Flask, name: str) -> None:
    """Languages and template words for the app's pages."""
    app.register_blueprint(_language_page(name))
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(templates_folder().parent / "translations")
    Babel(app, default_locale="en", locale_selector=_catalogue)
    app.context_processor(_frame)
    app.jinja_env.globals.update(
        local=local,
        prose=prose,
        name_of_reader=name_of_reader,
        moment=moment,
        mail_address=mail_address,
        number=format_decimal,
        span=span,
        clock=clock,
        day=day,
        local_day=local_day,
        month_name=month_name,
        weekday_name=weekday_name,
        economy=economy,
        sentence=sentence,
    )
