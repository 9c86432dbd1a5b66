"""The pages of notifications."""

from flask import Blueprint

from services.notifications.actions.retaining import RETENTION
from services.notifications.pages import (
    addresses,
    announcements,
    deliveries,
    fragments,
    inbox,
    mailbox,
    preferences,
    suppressions,
    templates_of_mails,
    webhooks,
)
from shared.web.retention import retention_page


def page_blueprints(*, has_mailbox: bool) -> list[Blueprint]:
    """All blueprints of pages; the mailbox in embedded mode only."""
    always = [
        inbox.blueprint,
        fragments.blueprint,
        preferences.blueprint,
        addresses.blueprint,
        announcements.blueprint,
        deliveries.blueprint,
        suppressions.blueprint,
        webhooks.blueprint,
        templates_of_mails.blueprint,
        retention_page("notifications", RETENTION),
    ]
    return [*always, mailbox.blueprint] if has_mailbox else always
