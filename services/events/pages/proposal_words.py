"""What pages call the parts and steps of project proposals."""

from typing import Final

from flask_babel import lazy_gettext as _

SECTION_NAMES: Final = {
    "summary": _("Summary"),
    "relevance": _("Relevance"),
    "objectives": _("Objectives"),
    "outputs": _("Outputs"),
    "outcomes": _("Outcomes"),
    "beneficiaries": _("Beneficiaries"),
    "methodology": _("Methodology"),
    "gender": _("Gender"),
    "sustainability": _("Sustainability"),
    "evaluation": _("Evaluation"),
    "budget": _("Budget"),
}
STATE_NAMES: Final = {
    "submitted": _("submitted for review"),
    "declined": _("not accepted"),
}
"""Of proposals, where nominations and co-sponsorships use the word otherwise."""
VERB_NAMES: Final = {
    "submit": _("Submit it"),
    "begin-review": _("Begin the review"),
    "return": _("Return it to be mended"),
    "endorse": _("Endorse it"),
    "approve": _("Approve it for funding"),
    "decline": _("Decline it"),
    "complete": _("Complete it with a report"),
    "withdraw": _("Withdraw it"),
}
OF_PROPOSER: Final = {
    "draft": ("submit", "withdraw"),
    "returned": ("submit", "withdraw"),
    "submitted": ("withdraw",),
    "in_review": ("withdraw",),
    "endorsed": ("withdraw",),
    "approved": ("complete",),
}
OF_REVIEWER: Final = {
    "submitted": ("begin-review", "return", "decline"),
    "in_review": ("endorse", "return", "decline"),
    "endorsed": ("approve", "return", "decline"),
}
"""State → what can be done next, likeliest first."""
REFUSALS: Final = (
    _("Write which fund pays for it."),
    _("Say what came of the project."),
    _("An amount needs its currency, and a currency its amount."),
    _("Choose an organisation or an economy, one of them."),
)
