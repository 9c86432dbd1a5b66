"""Words that pages translate by value: states, roles, kinds; here so that catalogues have them."""

from typing import Final

from flask_babel import lazy_gettext as _

WORDS: Final = (
    # states
    *(_("draft"), _("published"), _("closed"), _("running"), _("held"), _("reported")),
    *(_("postponed"), _("cancelled"), _("submitted"), _("confirmed"), _("registered")),
    *(_("declined"), _("substituted"), _("lapsed"), _("withdrawn"), _("pending"), _("waiting")),
    *(_("offered"), _("rejected"), _("attended"), _("no_show"), _("approved"), _("active")),
    *(_("in_grace"), _("returned"), _("suspended"), _("resigned"), _("expelled")),
    *(_("in review"), _("endorsed"), _("completed"), _("invited")),
    *(_("asked"), _("answered")),
    # of needs and referrals
    *(_("met"), _("late"), _("solved"), _("partly"), _("unsolved"), _("technology")),
    *(_("the trainee agrees"), _("the expert agrees")),
    # of erasures, and what was erased
    *(_("finished"), _("overdue"), _("events"), _("notifications")),
    *(_("people"), _("sign ins"), _("audit entries"), _("import rows"), _("messages")),
    *(_("answers"), _("nominations"), _("registrations"), _("inbox items"), _("mails")),
    *(_("trainers"), _("waivers"), _("webhook messages")),
    *(_("attendances"), _("project proposals"), _("co sponsorships"), _("review comments")),
    _("recommendations"),
    *(_("needs"), _("referrals"), _("catalogue entries"), _("submissions")),
    # of invitations
    *(_("accepted"), _("revoked"), _("expired"), _("invitations"), _("reserved")),
    # of what is told
    *(_("mail"), _("inbox"), _("account"), _("membership"), _("news"), _("deadline")),
    *(_("queued"), _("claimed"), _("sent"), _("delivered"), _("opted_out"), _("suppressed")),
    *(_("bounced"), _("failed"), _("sending"), _("complete"), _("partly_failed"), _("paused")),
    *(_("snapshotting"), _("eligible")),
    # kinds of workshop, ways to register, venues, visibility
    *(_("workshop"), _("course run"), _("meeting"), _("ceremony")),
    *(_("open"), _("approval"), _("nomination"), _("invitation")),
    *(_("onsite"), _("online"), _("hybrid")),
    *(_("public"), _("members"), _("hidden")),
    # who is shown a material
    *(_("everyone"), _("attendees"), _("organizers")),
    # roles and capacities
    *(_("head"), _("member"), _("alternate")),
    *(_("delegate"), _("expert"), _("speaker"), _("observer")),
    *(_("operator"), _("organizer"), _("focal_point"), _("focal point"), _("reader"), _("officer")),
    # kinds of organisation
    *(_("alliance"), _("association"), _("company"), _("agency"), _("institute")),
    _("foundation"),
)
OF_FIELDS: Final = (
    # what marshmallow says of a value
    *(_("Missing data for required field."), _("Field may not be null.")),
    *(_("Not a valid string."), _("Not a valid integer."), _("Not a valid number.")),
    *(_("Not a valid boolean."), _("Not a valid datetime."), _("Not a valid date.")),
    *(_("Not a valid UUID."), _("Not a valid email address."), _("Not a valid URL.")),
    # and our own fields
    *(_("Use a whole number."), _("Write it in one language at least.")),
    *(_("This is not a telephone number."), _("A text may not hold a NUL.")),
    _("Write the number with its prefix, as +886 3 582 0100."),
    _("Use a two-letter economy code of ISO 3166-1, such as TW."),
    _("Use an IANA time zone, such as Asia/Taipei."),
    _("Use RFC 3339 with an offset: 2026-09-05T09:00:00+08:00."),
    _("Unknown field."),
    _("Use a currency's code of ISO 4217, such as USD."),
)
OF_PROBLEMS: Final = (
    # their titles, as HTTP has them
    *(_("Bad Request"), _("Forbidden"), _("Not Found"), _("Method Not Allowed")),
    *(_("Conflict"), _("Gone"), _("Precondition Failed"), _("Request Entity Too Large")),
    *(_("Unsupported Media Type"), _("Unprocessable Entity"), _("Too Many Requests")),
    *(_("Internal Server Error"), _("Service Unavailable"), _("Unauthorized")),
    # and what is said with them
    _("The database can't be used right now; nothing was changed."),
    _(
        "The database gave no answer; try again in a moment. "
        "If you changed something, see first whether it was done."
    ),
    _("Something went wrong here; it was logged with this request's id."),
    _("This form has expired. Go back, reload the page and send it again."),
    _("Some fields need another value; see errors."),
)
