"""A registration of one of association A's people with a file among its answers."""

from tests.support.alliance import EVENTS, Alliance

QUESTION = {"key": "passport", "kind": "file", "labels": {"en": "Passport"}, "accepts": ["pdf"]}


def add_answer_file(place: Alliance) -> None:
    """Of a workshop of its own, whose form asks for it."""
    workshop = place.published(capacity=3, registration={"form": [QUESTION]})
    path = f"{EVENTS}/workshops/{workshop}"
    sent = place.plenary.api.post(
        f"{path}/uploads",
        data={"question": "passport"},
        files={"file": ("passport.pdf", b"%PDF-1.7 passport")},
    )
    assert sent.status_code == 201, sent.text
    answers = {"passport": sent.json()["token"]}
    made = place.register(workshop, "Ali Ang", organisation_id=place.ids["a"], answers=answers)
    place.ids["file_id"] = made["answers"]["passport"]["id"]
