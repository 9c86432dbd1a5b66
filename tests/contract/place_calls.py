"""A call for contributions to the place's workshop, something submitted to it, and bodies."""

from typing import Any, Final

from tests.support.alliance import EVENTS, Alliance, bearer_of
from tests.support.running import Headers

TEXTS: Final = {"en": "Green skills"}
CALL: Final = {
    "is_published": True,
    "texts": TEXTS,
    "opens_at": "2026-01-01T00:00:00Z",
    "closes_at": "2036-01-01T00:00:00Z",
    "criteria": [{"key": "fit", "labels": TEXTS}],
    "takes_file": True,
}
SUBMISSION: Final = {
    "name": "Sue Su",
    "email": "sue.su@people.example",
    "title": "Portals",
    "abstract": "How portals help.",
    "speakers": [{"name": "Sue Su"}],
}


def call_bodies(ids: dict[str, str]) -> dict[str, dict[str, Any]]:
    """`METHOD path below the prefix` → a good body."""
    return {
        "PUT /workshops/{workshop_id}/call": CALL,
        "PUT /workshops/{workshop_id}/call/reviewers": {"person_ids": [ids["delegate"]]},
        "POST /workshops/{workshop_id}/submissions": SUBMISSION | {"title": "More portals"},
        "PATCH /submissions/{submission_id}": {"title": "Better portals"},
        "POST /submissions/{submission_id}/schedule": {"session_id": ids["session"]},
        "PUT /submissions/{submission_id}/review": {"scores": {"fit": 4}},
    }


def add_call(place: Alliance) -> Headers:
    """With a submission by a guest, whose link is the answer, and reviewers of A, one of whom did."""
    path = f"{EVENTS}/workshops/{place.ids['workshop_id']}"
    place.ask("PUT", f"{path}/call", CALL, by=place.organizer, status=201)
    place.ids["submission_id"] = place.post(f"{path}/submissions", SUBMISSION)["id"]
    mail = place.plenary.await_mail(str(SUBMISSION["email"]), "We have your contribution")
    file = {"file": ("portals.pdf", b"%PDF-1.7 portals")}
    own = f"{EVENTS}/submissions/{place.ids['submission_id']}/file"
    sent = place.plenary.api.put(own, files=file, headers=bearer_of(mail))
    assert sent.status_code == 200, sent.text
    named = {"person_ids": [place.ids["delegate"], place.ids["focal.a"]]}
    place.ask("PUT", f"{path}/call/reviewers", named, by=place.organizer)
    said = f"{EVENTS}/submissions/{place.ids['submission_id']}/review"
    place.ask("PUT", said, {"scores": {"fit": 2}}, by=place.focal_a)
    link: Headers = bearer_of(mail)
    return link
