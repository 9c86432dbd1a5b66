"""Where a workshop is: what each mode needs."""

import pytest
from marshmallow import ValidationError

from services.events.api.schemas.workshops import VenueIn


@pytest.mark.parametrize(
    "venue",
    [
        {"mode": "onsite", "name": "TICC"},
        {"mode": "onsite", "address": "1, Section 5, Xinyi Road"},
        {"mode": "hybrid", "address": "1, Section 5, Xinyi Road", "url": "https://a.example"},
        {"mode": "online"},
    ],
)
def test_a_venue_needs_the_fields_of_its_mode_only(venue):
    assert VenueIn().load(venue) == venue


@pytest.mark.parametrize("mode", ["onsite", "hybrid"])
def test_people_must_find_the_way_to_a_venue(mode):
    with pytest.raises(ValidationError) as refused:
        VenueIn().load({"mode": mode, "url": "https://a.example"})

    assert list(refused.value.messages) == ["name"]
