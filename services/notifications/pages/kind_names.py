"""What pages call each kind of notification, also those that nobody words anew."""

from typing import Final

from flask_babel import lazy_gettext as _

from services.notifications.pages.words import MAIL_NAMES

KIND_NAMES: Final = MAIL_NAMES | {
    "sign_up_requested": _("An address is to be confirmed"),
    "sign_in_link_requested": _("A link to sign in"),
    "password_reset_requested": _("A new password is wanted"),
    "invitation_sent": _("Somebody is invited to an account"),
    "sign_in_changed": _("Ways to sign in have changed"),
    "data_export_ready": _("Own data can be downloaded"),
    "co_sponsor_invited": _("A co-sponsor is invited"),
    "proposal_returned": _("A project proposal is returned"),
    "proposal_endorsed": _("A project proposal is endorsed"),
    "proposal_approved": _("A project proposal is approved"),
    "proposal_declined": _("A project proposal is not accepted"),
    "certificate_issued": _("A certificate is issued"),
    "certificate_revoked": _("A certificate is revoked"),
    "survey_before": _("A survey before a workshop"),
    "survey_after": _("A survey after a workshop"),
    "demand_asked": _("A company is asked for its demand"),
    "demand_reminder": _("A company is reminded of its demand"),
    "demand_returned": _("An answer on demand is returned"),
    "case_submitted": _("A case is to be reviewed"),
    "case_returned": _("A case is returned"),
    "case_endorsed": _("A case is endorsed"),
    "case_published": _("A case is published"),
    "case_declined": _("A case is not published"),
    "case_withdrawn": _("A case is withdrawn"),
    "referral_stated": _("A trainee asks for help"),
    "referral_offered": _("A referral is offered"),
    "referral_accepted": _("A referral is agreed"),
    "referral_declined": _("A referral is declined"),
    "referral_met": _("Both sides of a referral have met"),
    "referral_closed": _("A referral has its outcome"),
    "referral_late": _("A trainee still waits"),
    "referral_overdue": _("A trainee waits longer than promised"),
    "webhook_disabled": _("A webhook is disabled"),
    "digest": _("Several things in one mail"),
    "announcement": _("An announcement"),
    "recommendation_published": _("A recommendation is published"),
    "recommendation_moved": _("A recommendation moves on"),
    "recommendation_due": _("A recommendation is to be reviewed"),
    "workshop_invitation_sent": _("Somebody is invited to a workshop"),
    "workshop_invitation_due": _("An invitation waits for its answer"),
    "submission_received": _("A contribution is received"),
    "submission_returned": _("A contribution is to be revised"),
    "submission_accepted": _("A contribution is accepted"),
    "submission_reserved": _("A contribution is in reserve"),
    "submission_rejected": _("A contribution is not taken"),
    "submission_withdrawn": _("A contribution is withdrawn"),
    "reviewer_named": _("A reviewer is named"),
    "reviews_due": _("Reviews are still to be written"),
}
"""Kind → what it tells."""
