"""Words of states and acts that mean something else here than they do at a workshop."""

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _

# A registration that is submitted awaits its nominee, and a workshop that is open takes people.
WORDS: Final[Mapping[str, Any]] = {
    "submitted": _("submitted for review"),
    "open": _("taking answers"),
}
OF_SUBJECTS: Final[Mapping[tuple[str, str], Any]] = {
    ("invitations", "open"): _("sent, not answered yet"),
    ("talent_needs", "open"): _("looking for help"),
    ("membership_types", "offered"): _("offered to members"),
}


def state_of(state: str, subject: str = "") -> str:
    """The state's name in the page's language. subject: the audit's name of what is in it."""
    known = OF_SUBJECTS.get((subject, state)) or WORDS.get(state)
    return str(known) if known else gettext(state.replace("_", " "))
