"""The JSON doors of notifications."""

from services.notifications.api import deliveries, inbox, suppressions
from shared.web.api import Blueprint


def api_blueprints() -> list[Blueprint]:
    """All blueprints of the API, under /notifications/api/v1."""
    return [inbox.blueprint, deliveries.blueprint, suppressions.blueprint]
