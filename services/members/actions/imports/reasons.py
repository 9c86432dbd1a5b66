"""Why a row has its verdict: sentences with places for facts, translated where they are shown."""

from collections.abc import Sequence
from typing import Any, Final

from services.members.actions.customising.values import TEMPLATES

Reason = tuple[str, dict[str, Any]]

NO_NAME: Final = "There is no name."
BAD_NAME: Final = "“%(text)s” can't be a name."
TOO_LONG: Final = "The %(field)s is too long: %(most)s characters are the most."
NOT_A_LINE: Final = "The %(field)s holds control characters."
BAD_TAX_NUMBER: Final = "“%(text)s” is not a tax number: eight digits whose check digit fits."
BAD_ECONOMY: Final = "“%(text)s” is no economy. Use a code such as TW, or its name."
BAD_COUNT: Final = "“%(text)s” is not a number of people."
BAD_EMAIL: Final = "“%(text)s” is not a mail address."
BAD_PHONE: Final = "“%(text)s” is not a telephone number. Write its prefix, as +886 3 582 0100."
BAD_URL: Final = "“%(text)s” is not a web address."
BAD_LANGUAGE: Final = "“%(text)s” is no language. Use a tag such as en or zh-Hant."
BAD_DAY: Final = "“%(text)s” is not a day. Write it as 2026-12-31."
PAST_DAY: Final = "The term is over already: %(text)s."
TOO_MANY_CELLS: Final = "The row has more cells than the header."
SEVERAL: Final = "Several organisations here have this name. Give the tax number."
ITSELF: Final = "This is the organisation itself, or one that it belongs to."
AS_RECORDED: Final = "All of this is recorded already."
SAME_AS: Final = "The same as row %(row)s."
ALSO_SAYS: Final = "Adds to row %(row)s: %(fields)s."
CHANGES: Final = "Changes: %(fields)s."
JOINS: Final = "It is known, and becomes a member."
IS_ASKED: Final = (
    "Known by its tax number, outside this organisation. A draft membership is made for it "
    "to submit; its data stay as they are."
)
COMES_BACK: Final = "It was recorded by an import that was reverted, and comes back."
HAS_MEMBERSHIP: Final = "Its membership is %(state)s, and stays so."
NO_COMPANY: Final = "The row does not say which company it is. Give its tax number or its name."
NOT_ASKED: Final = "The open round of demand has not asked this company."
NOT_ASKED_FOR: Final = "The round does not ask for “%(text)s”. Use the code of a capability."
NOT_IN_ROUND: Final = "The round asks for %(most)s quarters; “%(text)s” is not among them."
BAD_QUARTER: Final = "“%(text)s” is not a quarter. Write 1 for the first one, or such as 2026Q4."
NONE_OF: Final = "“%(text)s” is none of these: %(known)s."
MISSING: Final = "This is missing: %(fields)s."
ACCEPTED: Final = "The answer of this company was accepted already."
CORRECTS: Final = "Says otherwise than row %(row)s; the later row counts."
CHANGED_SINCE: Final = (
    "Something changed since the preview, so this row was left out. Import it again."
)
TAKEN_SINCE: Final = "Another organisation has got this tax number since the preview."
LEFT: Final = "Left as it is, since it was changed after the import: %(fields)s."

ALL: Final[Sequence[str]] = (
    *(each for name, each in list(globals().items()) if name.isupper() and isinstance(each, str)),
    *TEMPLATES,
)


def sentence(reasons: Sequence[Sequence[Any]]) -> str:
    """The reasons in English, as one text."""
    return " ".join(template % facts for template, facts in reasons)
