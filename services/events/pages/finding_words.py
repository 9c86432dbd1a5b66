"""What pages call kinds, states and steps of findings and recommendations."""

from typing import Final

from flask_babel import lazy_gettext as _

KIND_NAMES: Final = {"finding": _("Finding"), "recommendation": _("Recommendation")}
STATE_NAMES: Final = {
    "draft": _("draft"),
    "published": _("published"),
    "accepted": _("accepted"),
    "declined": _("declined"),
    "under_way": _("under way"),
    "done": _("done"),
}
BADGES: Final = {
    "draft": "pending",
    "published": "calm",
    "accepted": "good",
    "declined": "bad",
    "under_way": "pending",
    "done": "good",
}
VERB_NAMES: Final = {
    "accept": _("Accept it"),
    "decline": _("Decline it, and say why"),
    "begin": _("It is under way"),
    "complete": _("It is done"),
    "note": _("Note how it goes"),
}
VERBS: Final = {
    "published": ("accept", "decline", "note"),
    "accepted": ("begin", "complete", "note", "decline"),
    "declined": ("accept", "note"),
    "under_way": ("note", "complete"),
    "done": ("note",),
}
"""State → what can be done next, likeliest first."""
