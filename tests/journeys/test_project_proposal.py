"""A project as it was: proposed in 2023, co-sponsored, approved in 2024, and its workshop."""

from tests.support.alliance import EVENTS, TITLES, Alliance, bearer_of, link_of, press

SUBMITTED, APPROVED = "2023-06-19", "2024-02-23"
ECONOMIES = ("JP", "KR", "MY", "MX", "PE", "TH", "US")
OVERSEER = {"name": "Shih-Chang Chen", "email": "overseer@wda.example"}


def test_a_project_is_proposed_co_sponsored_approved_and_held(alliance: Alliance) -> None:
    by, host = alliance.focal_a, alliance.organizer
    needed = f"{EVENTS}/organisations/{alliance.ids['alliance']}/proposal-rules"
    alliance.ask("PUT", needed, {"co_sponsors_needed": 7}, by=host)
    proposal = alliance.post(
        f"{EVENTS}/proposals",
        {
            "titles": TITLES,
            "organisation_id": alliance.ids["a"],
            "host_id": alliance.ids["alliance"],
            "overseer": OVERSEER,
            "sections": {"objectives": {"en": "Green skills for all.", "zh-Hant": "綠色技能"}},
            "priorities": ["Putrajaya Vision 2040", "Aotearoa Plan of Action"],
        },
        by=by,
    )
    path = f"{EVENTS}/proposals/{proposal['id']}"
    by_mail = invite_all(alliance, path)
    alliance.post(f"{path}/submit", {"happened_on": SUBMITTED}, by=by, status=409)

    first = alliance.plenary.await_mail("jp@economies.example", "Will Japan co-sponsor")
    page = press(alliance.plenary, link_of(first), "confirm")
    second = alliance.plenary.await_mail("kr@economies.example", "Will Korea co-sponsor")
    alliance.post(f"{EVENTS}/co-sponsorships/{by_mail['KR']}/confirm", by=bearer_of(second))
    alliance.post(f"{path}/submit", {"happened_on": SUBMITTED}, by=by)
    for verb in ("begin-review", "endorse"):
        alliance.post(f"{path}/{verb}", by=host)
    approval = {
        "fund": "APEC",
        "amount": {"amount_cents": 12_000_000, "currency": "USD"},
        "happened_on": APPROVED,
    }
    approved = alliance.post(f"{path}/approve", approval, by=host)

    assert "Thank you: the co-sponsorship is confirmed." in page.text
    assert (approved["state"], approved["submitted_on"]) == ("approved", SUBMITTED)
    assert approved["approved_on"] == APPROVED
    told = alliance.plenary.await_mail(OVERSEER["email"], "Approved for funding")
    assert "USD 120,000.00" in told.text
    workshop = alliance.published(capacity=30, proposal_id=proposal["id"])
    shown = alliance.plenary.api.get(f"/events/projects/{proposal['id']}").text
    assert f"/events/workshops/{workshop}" in shown
    assert all(name in shown for name in ("Japan", "Mexico", "The United States", "APEC"))
    assert (
        f"/events/projects/{proposal['id']}"
        in alliance.plenary.api.get(f"/events/workshops/{workshop}").text
    )


def invite_all(alliance: Alliance, path: str) -> dict[str, str]:
    """Two by mail; the answers of the others are entered as they came. Economy → its id."""
    asked = {}
    for economy in ECONOMIES:
        body = {"economy": economy, "happened_on": "2023-05-02"}
        if economy in ("JP", "KR"):
            body = {"economy": economy, "email": f"{economy.lower()}@economies.example"}
        made = alliance.post(f"{path}/co-sponsors", body, by=alliance.focal_a, status=201)
        asked[economy] = made["id"]
        if economy not in ("JP", "KR"):
            answer = f"{EVENTS}/co-sponsorships/{made['id']}/confirm"
            alliance.post(answer, {"happened_on": "2023-05-30"}, by=alliance.organizer)
    return asked
