"""Which network addresses are of the open internet (OWASP: server-side request forgery)."""

import ipaddress
from typing import Final

# Addresses that translators turn into IPv4 ones: the last 32 bits (RFC 6052), or inside (RFC 8215).
TRANSLATED: Final = ipaddress.IPv6Network("64:ff9b::/96")
TRANSLATED_INSIDE: Final = ipaddress.IPv6Network("64:ff9b:1::/48")


def is_open_internet(address: str) -> bool:
    """Whether the address is one that anybody can reach, also where it hides an IPv4 one."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.sixtofour or found.teredo or found in TRANSLATED_INSIDE:
            return False
        if found.ipv4_mapped or found in TRANSLATED:
            return is_open_internet(str(ipaddress.IPv4Address(found.packed[-4:])))
    return found.is_global and not found.is_multicast


def is_loopback(address: str) -> bool:
    """Whether the address is of this machine itself."""
    return ipaddress.ip_address(address.partition("%")[0]).is_loopback
