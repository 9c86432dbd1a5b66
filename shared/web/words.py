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
    # of erasures, and what was erased
    *(_("finished"), _("overdue"), _("events"), _("notifications")),
    *(_("people"), _("sign ins"), _("audit entries"), _("import rows"), _("messages")),
    *(_("answers"), _("nominations"), _("registrations"), _("inbox items"), _("mails")),
    _("attendances"),
    # of invitations
    *(_("accepted"), _("revoked"), _("expired")),
    # kinds of workshop, ways to register, venues, visibility
    *(_("workshop"), _("course run"), _("meeting"), _("ceremony")),
    *(_("open"), _("approval"), _("nomination")),
    *(_("onsite"), _("online"), _("hybrid")),
    *(_("public"), _("members"), _("hidden")),
    # roles and capacities
    *(_("head"), _("member"), _("alternate")),
    *(_("delegate"), _("expert"), _("speaker"), _("observer")),
    *(_("operator"), _("organizer"), _("focal_point"), _("reader"), _("officer")),
    # kinds of organisation
    *(_("alliance"), _("association"), _("company"), _("agency"), _("institute")),
    _("foundation"),
)
