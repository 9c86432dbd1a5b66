"""What goes wrong when an organisation's identity provider is asked, for the reader."""

from shared.foundation.failures import Conflict, Unauthenticated


class ProviderUnreachable(Conflict):
    """It can't be asked: not found, not reachable, not what it says it is."""

    default_code = "provider_unreachable"


class ProviderRefused(Unauthenticated):
    """It does not vouch for the person, or not in a way that can be believed."""

    default_code = "provider_refused"
