"""What pages call categories and digests."""

from typing import Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _

CATEGORY_NAMES: Final = {
    "workshop": _("Workshops that you take part in: tickets, offers, changes"),
    "account": _("Your account: signing in, passwords"),
    "membership": _("Memberships that you look after"),
    "news": _("News of your associations"),
    "deadline": _("Deadlines and reminders"),
}
DIGEST_NAMES: Final = {
    "off": _("each by itself"),
    "daily": _("one mail a day, at 8:00"),
    "weekly": _("one mail a week, on Monday at 8:00"),
}
SCOPE_NAMES: Final = {
    "all": _("all mails but those of the account"),
    "optional": _("what can be chosen; tickets and offers are sent still"),
}
MAIL_NAMES: Final = {
    "nomination_submitted": _("A nominee is asked to confirm"),
    "nomination_declined": _("A nominee has declined"),
    "nomination_withdrawn": _("A nomination has ended"),
    "nomination_lapsed": _("A nomination has lapsed"),
    "registration_confirmed": _("An attendee has a seat"),
    "registration_pending": _("A registration was received"),
    "registration_waiting": _("An attendee is on the waiting list"),
    "registration_rejected": _("A registration was not accepted"),
    "registration_cancelled": _("A registration was cancelled"),
    "seat_offered": _("A seat is offered"),
    "offer_expired": _("An offered seat has gone on"),
    "reminder_start": _("A workshop begins soon"),
    "reminder_confirm": _("A nominee has not confirmed yet"),
    "seats_unused": _("Seats of a body are not used"),
    "group_registered": _("A group is registered"),
    "group_seats_offered": _("Seats are offered to a group"),
    "alternate_called_up": _("An alternate is called up"),
    "head_left": _("A delegation has no head any more"),
    "head_named": _("A nominee heads the delegation"),
    "head_replaced": _("Somebody else heads the delegation"),
    "undeliverable": _("A mail reached nobody"),
    "workshop_changed": _("A workshop has changed"),
    "workshop_postponed": _("A workshop is postponed"),
    "workshop_rescheduled": _("A workshop has its new time"),
    "workshop_cancelled": _("A workshop is cancelled"),
    "membership_submitted": _("Somebody applies for membership"),
    "membership_returned": _("An application is returned"),
    "membership_approved": _("A membership is approved"),
    "membership_rejected": _("An application is rejected"),
    "membership_suspended": _("A membership is suspended"),
    "membership_reinstated": _("A membership is active again"),
    "membership_resigned": _("A member resigns"),
    "membership_expelled": _("A member is expelled"),
    "membership_renewed": _("A membership is renewed"),
    "membership_ending": _("A membership ends soon"),
    "membership_in_grace": _("A membership is over and in grace"),
    "membership_lapsed": _("A membership has lapsed"),
    "stand_in_named": _("Somebody is to stand in"),
    "provider_approved": _("An organisation's own sign-in is approved"),
    "provider_removed": _("An organisation's own sign-in is removed"),
}
"""Kind of mail → what it tells."""
MESSAGE_GROUPS: Final = {
    "plenary.members.*": _("All of organisations, memberships and people"),
    "plenary.events.*": _("All of workshops, nominations and registrations"),
    "plenary.notifications.*": _("All of mails that failed"),
}
"""Pattern of a webhook's messages → what it means."""
APPROVE: Final = ("approve", _("Approve and send"), "")
TEST: Final = ("test", _("Send a test to me"), "quiet")
PAUSE: Final = ("pause", _("Pause"), "quiet")
RESUME: Final = ("resume", _("Resume"), "")
CANCEL: Final = ("cancel", _("Cancel it"), "bad")
RESEND: Final = ("resend-failed", _("Send again to those it failed for"), "")
ACTIONS: Final = {
    "draft": (APPROVE, TEST, CANCEL),
    "approved": (PAUSE, CANCEL),
    "snapshotting": (PAUSE, CANCEL),
    "sending": (PAUSE, CANCEL),
    "paused": (RESUME, CANCEL),
    "partly_failed": (RESEND,),
    "complete": (RESEND,),
}
"""State of an announcement → what can be done: verb, its button, the button's kind."""
REFUSALS: Final = (
    _("Use a time of 24 hours, such as 22:00."),
    _("Choose another time than the one it begins at."),
    _("There is none of this id that you may address."),
    _("Only the list of a workshop has parts."),
    _("A variable can't be part of a link; write the address out."),
    _("A variable is written {{ person.name }}: two braces on each side."),
    _("Use https."),
    _("Use http or https."),
    _("This is not an address."),
    _("This address is not on the open internet."),
    _("Use an address of a server, without a user name or a fragment."),
    _("Your grant does not reach the organisations below this one."),
)
"""Of the forms here, as their fields say them."""
REASONS: Final = (
    _("They chose not to be told of this."),
    _("The organisation does not tell of this unless somebody asks for it."),
    _("No address is known."),
    _("They have no account to read it in."),
    _("The announcement was cancelled."),
    *(_("digest"), _("quiet hours"), _("night"), _("not_told")),
    _("They take no part any more."),
    _("There is no address for it any more."),
    _("They removed it."),
    _("Another one took its place."),
    _("Its service says that it is gone."),
    *(_("unconfirmed"), _("This comes by mail alone.")),
    _("Everybody turns this on for themselves; set mail and inbox."),
)
"""Why somebody was not told, as deliveries keep it."""
WEBHOOK_REASONS: Final = (
    _("Every post for five days failed."),
    _("It answered that it is gone (410)."),
    _("It was disabled by hand."),
    *(_("it took too long"), _("its name is not found"), _("it is not on the open internet")),
    _("Its secret can't be read any more; give it a new one."),
    *(_("disabled"), _("active"), _("missed"), _("secret_rotated"), _("removed")),
)
"""Why a webhook is disabled, and its states."""


def delivery_state(state: str) -> str:
    """What a delivery's state is called; a workshop that is held took place."""
    return gettext("held back") if state == "held" else gettext(state).replace("_", " ")
