"""What can't be done in notifications, in sentences for the reader."""

from shared.foundation.failures import Conflict


class AlreadySuppressed(Conflict):
    """Nothing is sent to the address already."""

    default_code = "already_suppressed"
