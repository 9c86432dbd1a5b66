"""Browsers by their names, for the list of sessions: `Chrome on Windows`."""

import re
from typing import Final

from flask_babel import gettext as _

# The first that matches counts: most browsers call themselves Chrome and Safari too.
BROWSERS: Final = (
    (r"\bEdgA?(?:iOS)?/", "Edge"),
    (r"\bOPR/", "Opera"),
    (r"\bSamsungBrowser/", "Samsung Internet"),
    (r"\b(?:Firefox|FxiOS)/", "Firefox"),
    (r"(?:Chrome|CriOS|Chromium)/", "Chrome"),
    (r"\bVersion/\S+.* Safari/", "Safari"),
)
SYSTEMS: Final = (
    (r"\bAndroid\b", "Android"),
    (r"\biPhone\b", "iPhone"),
    (r"\biPad\b", "iPad"),
    (r"\bWindows NT\b", "Windows"),
    (r"\bMac OS X\b", "macOS"),
    (r"\bCrOS\b", "ChromeOS"),
    (r"\bLinux\b", "Linux"),
)


def agent_name(agent: str) -> str:
    """The browser and its system; of anything else, what it calls itself."""
    browser, system = _first(BROWSERS, agent), _first(SYSTEMS, agent)
    if browser and system:
        return str(_("%(browser)s on %(system)s", browser=browser, system=system))
    return browser or agent or str(_("unknown"))


def _first(patterns: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((name for pattern, name in patterns if re.search(pattern, agent)), "")
