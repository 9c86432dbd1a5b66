"""What can't be done in notifications, in sentences for the reader."""

from shared.foundation.failures import Conflict, Unavailable


class AlreadySuppressed(Conflict):
    """Nothing is sent to the address already."""

    default_code = "already_suppressed"


class NotKnownYet(Unavailable):
    """What the message is about is told by another one, which has not come yet."""

    default_code = "not_known_yet"
