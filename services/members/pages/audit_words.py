"""Words of the audit that its page translates by value: things, acts, actors, fields."""

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from services.members.actions.customising.filling import PREFIX
from services.members.pages.import_words import FIELDS as OF_IMPORTS
from services.members.pages.state_words import state_of

SUBJECTS: Final[Mapping[str, Any]] = {
    "organisations": _("Organisation"),
    "memberships": _("Membership"),
    "membership_types": _("Membership type"),
    "bodies": _("Committee or working group"),
    "seats": _("Seat"),
    "people": _("Person"),
    "affiliations": _("Affiliation"),
    "appointments": _("Appointment"),
    "grants": _("Grant"),
    "accounts": _("Account"),
    "imports": _("Import"),
    "invitations": _("Invitation"),
    "identity_providers": _("Organisation's own sign-in"),
    "personal_tokens": _("Personal token"),
    "passkeys": _("Passkey"),
    "code_secrets": _("The second step"),
    "segments": _("Segment"),
    "custom_fields": _("Custom field"),
    "consents": _("Consent"),
    "consent_purposes": _("Purpose of a consent"),
    "capability_frameworks": _("Capability framework"),
    "capabilities": _("Capability"),
    "demand_rounds": _("Round of demand"),
    "demand_answers": _("Answer of a company"),
    "cases": _("Case"),
    "catalogue_entries": _("Expert or technology of a catalogue"),
    "talent_needs": _("Need of a trainee"),
    "referrals": _("Referral"),
    "organisation_profiles": _("Public page"),
    "gap_snapshots": _("Inventory of the talent gap"),
}
ACTORS: Final[Mapping[str, Any]] = {
    "guest": _("a guest"),
    "link": _("somebody with a mailed link"),
    "timer": _("the timer"),
    "command": _("an operator's command"),
    "system": _("the system"),
}
ACTS: Final = (
    *(_("recorded"), _("changed"), _("removed"), _("erased"), _("account opened")),
    *(_("affiliated"), _("appointed"), _("ended"), _("granted"), _("revoked")),
    *(_("provider proposed"), _("provider approved"), _("provider removed")),
    *(_("second step on"), _("second step off"), _("password changed")),
    *(_("retired"), _("its day has come"), _("given"), _("added"), _("offered")),
    *(_("merged"), _("another record taken in"), _("merge undone"), _("superseded")),
    *(_("defined"), _("archived"), _("restored")),
    *(_("given"), _("withdrawn"), _("asked for")),
    *(_("committee"), _("working group"), _("seat"), _("head of delegation")),
    *(_("chair"), _("vice chair"), _("secretary")),
)
REASONS: Final[Mapping[str, Any]] = {
    "substituted": _("substituted"),
    "import reverted": _("import reverted"),
    "merged": _("merged"),
    "merge undone": _("merge undone"),
    "erased": _("erased"),
    "newer text": _("newer text"),
    "its day has come": _("its day has come"),
}
"""What is done for no reason that somebody gave; changes are for the fields that changed."""
FIELDS: Final[Mapping[str, Any]] = {
    **OF_IMPORTS,
    "names": _("Names"),
    "kind": _("Kind"),
    "identifiers": _("Identifiers"),
    "time_zone": _("Time zone"),
    "accessibility_needs": _("Accessibility needs"),
    "has_account": _("Has an account"),
    "is_bouncing": _("Mail comes back"),
    "registered_by": _("Recorded by"),
    "erased_at": _("Erased"),
    "withdrawn_at": _("Withdrawn"),
    "password_hash": _("Password"),
    "state": _("State"),
    "type": _("Type"),
    "role": _("Role"),
    "subtree": _("With what is below it"),
    "starts_on": _("From"),
    "starts_at": _("From"),
    "expires_at": _("Until"),
    "ended_at": _("Ended"),
    "revoked_at": _("Taken away"),
    "granted_by": _("Given by"),
    "member_id": _("Member"),
    "host_id": _("Host"),
    "organisation_id": _("Organisation"),
    "person_id": _("Person"),
    "substituted_by": _("Substituted by"),
    "grant_id": _("Grant"),
    "filename": _("File"),
    "substitutes_for": _("Stands in for"),
    "seat_id": _("Seat"),
    "body_id": _("Committee or working group"),
    "dissolved_at": _("Ended"),
    "removed_at": _("Taken away"),
    "lapses_on": _("Grace until"),
    "key": _("Short name"),
    "term": _("Term"),
    "months": _("Months"),
    "year_starts_month": _("Month in which the year begins"),
    "grace_days": _("Days of grace after it"),
    "notice_days": _("Days of notice before its end"),
    "kinds": _("For"),
    "filters": _("Filters"),
    "picked": _("Picked"),
    "merged_into": _("Merged into"),
    "titles": _("Title"),
    "sort_as": _("Sort under"),
    "retired_at": _("Retired"),
    "scopes": _("What it is for"),
    "issuer": _("Issuer"),
    "client_id": _("Client ID"),
    "sealed_secret": _("Client secret"),
    "sealed": _("Secret"),
    "mail_domains": _("Mail domains"),
    "approved_at": _("Approved"),
    "confirmed_at": _("Confirmed"),
    "accepted_at": _("Accepted"),
    "accepted_by": _("Accepted by"),
    "invited_by": _("Invited by"),
    "grant_expires_at": _("Grant until"),
    "is_synced": _("On several devices"),
    "made_at": _("Made at"),
    "labels": _("Label"),
    "hints": _("Hint"),
    "is_required": _("A value is required"),
    "limits": _("Limits"),
    "choices": _("Choices"),
    "audience": _("Seen by"),
    "position": _("Place in forms"),
    "archived_at": _("Archived"),
    "purpose_id": _("Purpose"),
    "purpose_key": _("Purpose"),
    "text_number": _("Version"),
    "text_hash": _("Hash of the text"),
    "given_at": _("Given"),
    "given_way": _("By"),
    "withdrawn_way": _("By"),
    "number": _("Number"),
    "published_at": _("Published"),
    "root": _("Under"),
    "code": _("Capability code"),
    "texts": _("Description"),
    "levels": _("Levels"),
    "esco_uri": _("Nearest concept of ESCO"),
    "framework_id": _("Capability framework"),
    "capability_ids": _("Capabilities"),
    "quarters": _("Quarters to look ahead"),
    "closes_at": _("Deadline"),
    "reminder_days": _("Reminders, days before"),
    "is_asked": _("All are asked"),
    "lineage_id": _("The same in every edition"),
    "reason": _("Reason"),
    "association_id": _("Association"),
    "alliance_id": _("Alliance"),
    "mentor_id": _("Company that led"),
    "summaries": _("Summary"),
    "sectors": _("Sectors"),
    "endorsed_at": _("endorsed"),
    "languages": _("Languages"),
    "most_at_once": _("Referrals at once"),
}


def act_of(subject: str, act: str) -> str:
    """What was done to something, in the page's language."""
    return gettext(", ").join(state_of(each, subject) for each in act.split(", "))


def reason_of(reason: str) -> str:
    """Why it was done; in the page's language where nobody has typed it."""
    names = reason.split(", ")
    if all(each in FIELDS or each.startswith(PREFIX) for each in names):
        return gettext(", ").join(field_of(each) for each in names)
    return str(REASONS.get(reason, reason))


def field_of(name: str) -> str:
    """What a field is called; a custom one by the short name that its organisation gave it."""
    if name.startswith(PREFIX):
        return f"{gettext('Custom field')} {name.removeprefix(PREFIX)}"
    return str(FIELDS.get(name, name))


def value_of(value: Any) -> str:
    """A value before or after, as one text."""
    if value is None or value in ("", []):
        return "–"
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, Mapping):
        return " · ".join(str(each) for each in value.values())
    if isinstance(value, list):
        return gettext(", ").join(_name_of(each) for each in value)
    return str(value)


def _name_of(value: Any) -> str:
    """A person's name is a mapping of its parts."""
    if not isinstance(value, Mapping):
        return str(value)
    return " ".join(filter(None, (str(value.get("family", "")), str(value.get("given", "")))))


WORDS: Final = (_("yes"), _("no"))
