"""Words of imports that pages translate by value: fields, verdicts, states, reasons."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from services.members.pages.custom_words import REASONS as OF_VALUES

FIELDS: Final[Mapping[str, Any]] = {
    "name": _("Name"),
    "name.en": _("Name in English"),
    "name.zh-Hant": _("Name in Traditional Chinese"),
    "names": _("Name"),
    "native_name": _("Name in its own script"),
    "romanised_name": _("Name in Latin letters"),
    "family_name": _("Family name"),
    "given_name": _("Given name"),
    "tax_number": _("Tax number"),
    "economy": _("Economy"),
    "sector": _("Sector"),
    "staff_count": _("Staff"),
    "email": _("Mail address"),
    "phone": _("Telephone"),
    "url": _("Web"),
    "address": _("Address"),
    "title": _("Title at work"),
    "locale": _("Language of mails"),
    "gender": _("Gender"),
    "ends_on": _("Until"),
    "affiliation": _("Affiliation"),
    "appointment": _("Appointment"),
    "membership": _("Membership"),
    "organisation": _("Organisation"),
    "capability": _("Capability"),
    "staff_level": _("Staff level"),
    "job_kind": _("Kind of job"),
    "quarter": _("Quarter"),
    "headcount": _("People needed"),
    "demand_answer": _("Answer"),
}
WORDS: Final = (
    *(_("companies"), _("people"), _("delegates"), _("demand")),
    *(_("new"), _("update"), _("duplicate"), _("error")),
    *(_("uploaded"), _("validated"), _("previewed"), _("applied"), _("reverted")),
)
REASONS: Final = (
    _("There is no name."),
    _("“%(text)s” can't be a name."),
    _("The %(field)s is too long: %(most)s characters are the most."),
    _("The %(field)s holds control characters."),
    _("“%(text)s” is not a tax number: eight digits whose check digit fits."),
    _("“%(text)s” is no economy. Use a code such as TW, or its name."),
    _("“%(text)s” is not a number of people."),
    _("“%(text)s” is not a mail address."),
    _("“%(text)s” is not a telephone number. Write its prefix, as +886 3 582 0100."),
    _("“%(text)s” is not a web address."),
    _("“%(text)s” is no language. Use a tag such as en or zh-Hant."),
    _("“%(text)s” is not a day. Write it as 2026-12-31."),
    _("The term is over already: %(text)s."),
    _("The row has more cells than the header."),
    _("Several organisations here have this name. Give the tax number."),
    _("This is the organisation itself, or one that it belongs to."),
    _("All of this is recorded already."),
    _("The same as row %(row)s."),
    _("Adds to row %(row)s: %(fields)s."),
    _("Changes: %(fields)s."),
    _("It is known, and becomes a member."),
    _(
        "Known by its tax number, outside this organisation. A draft membership is made for it "
        "to submit; its data stay as they are."
    ),
    _("It was recorded by an import that was reverted, and comes back."),
    _("Its membership is %(state)s, and stays so."),
    _("The row does not say which company it is. Give its tax number or its name."),
    _("The open round of demand has not asked this company."),
    _("The round does not ask for “%(text)s”. Use the code of a capability."),
    _("The round asks for %(most)s quarters; “%(text)s” is not among them."),
    _("“%(text)s” is not a quarter. Write 1 for the first one, or such as 2026Q4."),
    _("“%(text)s” is none of these: %(known)s."),
    _("This is missing: %(fields)s."),
    _("The answer of this company was accepted already."),
    _("Says otherwise than row %(row)s; the later row counts."),
    _("Something changed since the preview, so this row was left out. Import it again."),
    _("Another organisation has got this tax number since the preview."),
    _("Left as it is, since it was changed after the import: %(fields)s."),
    *OF_VALUES,
)


def reason_of(reasons: Sequence[Sequence[Any]], titles: Mapping[str, Any] | None = None) -> str:
    """The reasons in the page's language, as one text. titles: custom field → its label."""
    known = {**FIELDS, **(titles or {})}
    return " ".join(gettext(template, **_shown(facts, known)) for template, facts in reasons)


def _shown(facts: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    shown = dict(facts)
    for name in ("field", "fields"):
        if name in shown:
            shown[name] = ", ".join(str(known.get(each, each)) for each in shown[name].split(", "))
    if "state" in shown:
        state = str(shown["state"])
        shown["state"] = gettext(state)
    return shown
