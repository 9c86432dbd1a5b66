"""What the place has of the case library: a case that waits for A's review, with a file."""

from typing import Any

from tests.support.alliance import MEMBERS, Alliance

TITLES = {"en": "Half the current"}


def case_bodies(ids: dict[str, str]) -> dict[str, dict[str, Any]]:
    """`METHOD path below the prefix` → a good body."""
    return {
        "POST /cases": case_of(ids),
        "PATCH /cases/{case_id}": {"titles": TITLES},
        "POST /cases/{case_id}/return": {"reason": "Which sector?"},
        "POST /cases/{case_id}/decline": {"reason": "Too long."},
    }


def case_of(ids: dict[str, str]) -> dict[str, Any]:
    """Of a company of association A."""
    return {
        "organisation_id": ids["case_company"],
        "association_id": ids["a"],
        "titles": TITLES,
        "summaries": TITLES,
        "texts": TITLES,
    }


def add_case(place: Alliance) -> None:
    """Of a company of association A, with a file: a draft."""
    ids = place.ids
    company = {"names": {"en": "Writing Co."}, "kind": "company"}
    ids["case_company"] = place.post(f"{MEMBERS}/organisations", company, by=place.focal_a)["id"]
    asked = {"member_id": ids["case_company"], "host_id": ids["a"]}
    membership = place.post(f"{MEMBERS}/memberships", asked, by=place.focal_a)["id"]
    for step in ("submit", "approve"):
        place.ask("POST", f"{MEMBERS}/memberships/{membership}/{step}", {}, by=place.focal_a)
    path = f"{MEMBERS}/cases"
    ids["case_id"] = place.post(path, case_of(ids), by=place.focal_a)["id"]
    made = place.plenary.api.post(
        f"{path}/{ids['case_id']}/attachments",
        files={"file": ("report.pdf", b"%PDF-1.7 report")},
        headers=place.focal_a,
    )
    assert made.status_code == 201, made.text
    ids["attachment_id"] = made.json()["id"]


def entry_of(ids: dict[str, str]) -> dict[str, Any]:
    """An expert whom association A offers."""
    return {
        "organisation_id": ids["a"],
        "kind": "expert",
        "names": TITLES,
        "capability_ids": [ids["lineage"]],
    }


def need_of(ids: dict[str, str]) -> dict[str, Any]:
    """Of whoever asks, for association A to help."""
    return {
        "organisation_id": ids["a"],
        "kind": "expert",
        "text": "Which heat pump?",
        "capability_ids": [ids["lineage"]],
        "shown_to": ["association", "expert"],
    }


def referral_bodies(ids: dict[str, str]) -> dict[str, dict[str, Any]]:
    """`METHOD path below the prefix` → a good body."""
    return {
        "POST /catalogue-entries": entry_of(ids),
        "PATCH /catalogue-entries/{entry_id}": {"most_at_once": 4},
        "POST /needs": need_of(ids),
        "PUT /needs/{need_id}/consent": {"shown_to": ["association"]},
        "POST /needs/{need_id}/referrals": {"entry_id": ids["other_entry"]},
        "POST /referrals/{referral_id}/close": {"outcome": "solved"},
        "PUT /organisations/{organisation_id}/referral-terms": {"days": 7},
    }


def add_referral(place: Alliance) -> None:
    """A need of the operator's own, whom A helps with a referral that is offered."""
    ids, by = place.ids, place.focal_a
    capability = place.get(f"{MEMBERS}/capabilities/{ids['published_capability']}", by=by)
    ids["lineage"] = capability["lineage_id"]
    path = f"{MEMBERS}/catalogue-entries"
    ids["entry_id"] = place.post(path, entry_of(ids), by=by)["id"]
    ids["other_entry"] = place.post(path, entry_of(ids), by=by)["id"]
    ids["need_id"] = place.post(f"{MEMBERS}/needs", need_of(ids), by=place.operator)["id"]
    offered = {"entry_id": ids["entry_id"]}
    path = f"{MEMBERS}/needs/{ids['need_id']}/referrals"
    ids["referral_id"] = place.post(path, offered, by=by)["id"]
