"""A good body of each route that needs one, about the things of the place."""

from typing import Any

from tests.contract.place_calls import call_bodies
from tests.contract.place_capabilities import capability_bodies
from tests.contract.place_cases import case_bodies, referral_bodies
from tests.contract.place_certificates import certificate_bodies
from tests.contract.place_courses import course_bodies
from tests.contract.place_findings import finding_bodies
from tests.contract.place_invitations import invitation_bodies
from tests.contract.place_proposals import proposal_bodies
from tests.support.alliance import PASSWORD

NAMES = [{"kind": "romanised", "given": "Ada", "family": "Lo", "order": "given_first"}]
PERSON = {"names": NAMES, "email": "ada@people.example"}
TEXTS = {"en": "Green skills"}
PROVIDER = {
    "issuer": "https://login.people.example",
    "client_id": "plenary",
    "mail_domains": ["people.example"],
}
TYPE = {"key": "member", "names": TEXTS, "term": "rolling", "months": 12}
SEGMENT = {"kind": "people", "names": TEXTS, "filters": {"role": "delegate"}}
BODY = {"kind": "committee", "names": TEXTS}
FIELD = {
    "kind": "company",
    "key": "green_jobs",
    "labels": TEXTS,
    "type": "choice",
    "choices": [{"key": "yes", "labels": TEXTS}],
}
WORDS = {"titles": TEXTS, "texts": TEXTS}
TIMES = {"starts_at": "2027-09-05T09:00:00+08:00", "ends_at": "2027-09-05T17:00:00+08:00"}


def good_bodies(ids: dict[str, str]) -> dict[str, dict[str, Any]]:
    """`METHOD path below the prefix` → a good body, of the routes that need one."""
    return (
        _member_bodies(ids)
        | _consent_bodies(ids)
        | capability_bodies(ids)
        | case_bodies(ids)
        | referral_bodies(ids)
        | _event_bodies(ids)
        | finding_bodies(ids)
        | invitation_bodies()
        | call_bodies(ids)
        | {"PATCH /group-registrations/{group_id}": {"name": "Lee", "reason": "Ann left"}}
        | _notification_bodies(ids)
    )


def _consent_bodies(ids: dict[str, str]) -> dict[str, dict[str, Any]]:
    return {
        "POST /organisations/{organisation_id}/consent-purposes": WORDS | {"key": "pictures"},
        "POST /consent-purposes/{purpose_id}/texts": WORDS | {"titles": {"en": "News"}},
        "POST /me/consents": {"purpose_id": ids["purpose_id"], "text_hash": ids["text_hash"]},
    }


def _member_bodies(ids: dict[str, str]) -> dict[str, dict[str, Any]]:
    office = {"person_id": ids["person_id"], "role": "delegate"}
    return {
        "POST /sign-in": {"email": "ada@people.example", "password": PASSWORD},
        "POST /sign-in/link": {"email": "ada@people.example"},
        "POST /sign-in/link/confirm": {"token": "no-such-token"},
        "POST /password-reset": {"email": "ada@people.example"},
        "POST /password-reset/confirm": {"token": "no-such-token", "password": PASSWORD},
        "POST /sign-up": PERSON | {"password": PASSWORD},
        "POST /sign-up/confirm": {"token": "no-such-token"},
        "PATCH /me": {"locale": "zh-Hant"},
        "POST /me/tokens": {"name": "a program", "scopes": ["members:read"]},
        "POST /organisations": {"names": TEXTS, "kind": "company"},
        "PATCH /organisations/{organisation_id}": {"sector": "machinery"},
        "POST /memberships": {"member_id": ids["a"], "host_id": ids["other"]},
        "POST /organisations/{organisation_id}/membership-types": TYPE | {"key": "student"},
        "PATCH /membership-types/{type_id}": {"grace_days": 60},
        "POST /organisations/{organisation_id}/bodies": BODY,
        "PATCH /bodies/{body_id}": {"names": TEXTS},
        "POST /bodies/{body_id}/seats": {"role": "member"},
        "POST /seats/{seat_id}/fill": {"person_id": ids["person_id"]},
        "POST /organisations/{organisation_id}/segments": SEGMENT,
        "POST /organisations/{organisation_id}/custom-fields": FIELD | {"key": "more_jobs"},
        "PATCH /custom-fields/{field_id}": {"labels": TEXTS},
        "PUT /organisations/{organisation_id}/profile": {"texts": TEXTS, "shows_contact": True},
        "PATCH /segments/{segment_id}": {"names": TEXTS},
        "POST /people": PERSON,
        "POST /people/{person_id}/merge": {"other_id": ids["same_person"]},
        "POST /organisations/{organisation_id}/merge": {"other_id": ids["same_organisation"]},
        "PATCH /people/{person_id}": {"gender": "female"},
        "POST /organisations/{organisation_id}/affiliations": {"person_id": ids["person_id"]},
        "POST /organisations/{organisation_id}/appointments": office,
        "POST /appointments/{appointment_id}/substitute": {"person_id": ids["delegate.2"]},
        "POST /me/passkeys": {"name": "a key", "credential": {"id": "none"}},
        "POST /sign-in/passkey": {"credential": {"id": "none"}},
        "POST /me/second-factor/confirm": {"code": "000000"},
        "POST /me/second-factor/recovery-codes": {"code": "000000"},
        "POST /me/second-factor/remove": {"code": "000000"},
        "POST /invitations": {"email": "ada@people.example", "organisation_id": ids["a"]},
        "PUT /organisations/{organisation_id}/identity-provider": PROVIDER,
        "POST /invitations/accept": {"token": "no-such-token"},
        "PATCH /imports/{import_id}": {"mapping": {"Name": "name", "Email": None}},
        "POST /grants": {
            "person_id": ids["person_id"],
            "role": "reader",
            "organisation_id": ids["a"],
        },
    }


def _event_bodies(ids: dict[str, str]) -> dict[str, dict[str, Any]]:
    workshop = {
        "titles": TEXTS,
        "host_id": ids["alliance"],
        "time_zone": "Asia/Taipei",
        "venue": {"mode": "online"},
        **TIMES,
    }
    contribution = {"session_id": ids["session"], "titles": TEXTS}
    nomination = {"organisation_id": ids["a"], "person": PERSON}
    scan = {"code": "AAAA-AAAA", "scan_id": "1", "scanned_at": TIMES["starts_at"]}
    person = {"name": "Ada Lo", "email": "ada@people.example"}
    walk_in = person | {"scan_id": "2", "scanned_at": TIMES["starts_at"]}
    return (
        proposal_bodies(ids)
        | certificate_bodies(ids)
        | course_bodies(ids)
        | {
            "POST /workshops": workshop,
            "PATCH /registrations/{registration_id}": {"locale": "zh-Hant"},
            "PATCH /sessions/{part_id}": {"room": "201"},
            "PATCH /contributions/{contribution_id}": {"titles": TEXTS},
            "PATCH /speakers/{speaker_id}": {"economy": "KR"},
            "PATCH /materials/{material_id}": {"shown_to": "organizers"},
            "POST /workshops/{workshop_id}/check-in-lists": {"titles": TEXTS},
            "PATCH /check-in-lists/{list_id}": {"is_open": False},
            "POST /workshops/{workshop_id}/check-ins": scan,
            "POST /workshops/{workshop_id}/scans": {"scans": [scan]},
            "POST /workshops/{workshop_id}/walk-ins": walk_in,
            "PATCH /workshops/{workshop_id}": {"titles": TEXTS},
            "POST /workshops/{workshop_id}/reschedule": TIMES,
            "POST /workshops/{workshop_id}/sessions": {"titles": TEXTS} | TIMES,
            "POST /workshops/{workshop_id}/contributions": contribution,
            "POST /workshops/{workshop_id}/speakers": {"names": TEXTS},
            "PUT /workshops/{workshop_id}/allotments/{organisation_id}": {"seats": 3},
            "POST /workshops/{workshop_id}/allotments/{organisation_id}/transfer": {
                "to_organisation_id": ids["b"],
                "seats": 1,
            },
            "POST /workshops/{workshop_id}/series": {"every_days": 7, "times": 2},
            "POST /workshops/{workshop_id}/nominations": nomination,
            "POST /workshops/{workshop_id}/nominations/many": {
                "organisation_id": ids["a"],
                "people": [{"person": PERSON}],
            },
            "POST /nominations/{nomination_id}/substitute": {"person": PERSON},
            "POST /workshops/{workshop_id}/registrations": person,
            "POST /workshops/{workshop_id}/group-registrations": group_of(ids["a"]),
        }
    )


def group_of(organisation_id: str) -> dict[str, Any]:
    """Two people of one organisation."""
    return {
        "contact": {"name": "Office", "email": "office@people.example"},
        "organisation_id": organisation_id,
        "people": [{"name": "Ada Lo"}, {"name": "Bo Chen", "email": "bo@people.example"}],
    }


def announcement_of(organisation_id: str) -> dict[str, Any]:
    """To all of one organisation."""
    return {
        "organisation_id": organisation_id,
        "category": "news",
        "subject": {"en": "For {{ person.name }}"},
        "body": {"en": "There is **news**."},
        "audience": {"organisation_id": organisation_id, "subtree": True},
        "channels": ["mail"],
    }


def webhook_of(organisation_id: str) -> dict[str, Any]:
    """Of one organisation."""
    return {
        "organisation_id": organisation_id,
        "url": "https://hooks.people.example/plenary",
        "types": ["plenary.events.*"],
    }


def template_of(organisation_id: str) -> dict[str, Any]:
    """Of one organisation."""
    return {"organisation_id": organisation_id, "kind": "seat_offered"}


WORDING = {"subject": "A seat: {{ title }}", "button": "Take it", "body": "Dear {{ name }},"}


CHAT = {
    "channel": "chat",
    "kind": "gotify",
    "server": "https://push.people.example",
    "token": "AToken1",
}
SUBSCRIPTION = {
    "endpoint": "https://push.people.example/one",
    "keys": {
        "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg",
    },
    "expirationTime": None,
}


def _notification_bodies(ids: dict[str, str]) -> dict[str, dict[str, Any]]:
    news = {"news": {"mail": False, "inbox": True}}
    return {
        "POST /announcements": announcement_of(ids["a"]),
        "POST /templates": template_of(ids["a"]) | {"kind": "offer_expired"},
        "PATCH /templates/{template_id}": {"texts": {"en": WORDING}},
        "POST /webhooks": webhook_of(ids["a"]),
        "PATCH /webhooks/{webhook_id}": {"description": "for our own site"},
        "POST /addresses": CHAT | {"token": "AnotherToken1"},
        "POST /addresses/{address_id}/confirm": {"code": "no such"},
        "POST /push-subscriptions": SUBSCRIPTION,
        "POST /suppressions": {"email": "gone@people.example", "reason": "moved"},
        "PUT /preferences": {
            "categories": news,
            "quiet_hours": {"from": "22:00", "to": "07:00"},
            "digest": "daily",
            "locale": "zh-Hant",
            "time_zone": "Asia/Taipei",
        },
        "PUT /organisations/{organisation_id}/rules": {"categories": news},
    }
