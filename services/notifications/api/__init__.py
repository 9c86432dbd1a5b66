"""The JSON doors of notifications."""

from services.notifications.actions.retaining import RETENTION
from services.notifications.api import (
    addresses,
    announcements,
    deliveries,
    inbox,
    preferences,
    suppressions,
    templates,
    webhooks,
)
from shared.web.api import Blueprint
from shared.web.retention import retention_api


def api_blueprints() -> list[Blueprint]:
    """All blueprints of the API, under /notifications/api/v1."""
    return [
        inbox.blueprint,
        deliveries.blueprint,
        suppressions.blueprint,
        preferences.blueprint,
        addresses.blueprint,
        announcements.blueprint,
        webhooks.blueprint,
        templates.blueprint,
        retention_api("notifications", RETENTION),
    ]
