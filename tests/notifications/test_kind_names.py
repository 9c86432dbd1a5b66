"""What pages call kinds of notification."""

from services.notifications.actions.built_in import sources
from services.notifications.pages.kind_names import KIND_NAMES


def test_every_kind_that_is_sent_has_a_name_on_pages():
    assert set(sources("en")) - set(KIND_NAMES) == set()
