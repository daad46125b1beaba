"""Icons: line drawings on a 24 px grid, in the colour of the text around them."""

from __future__ import annotations

from collections.abc import Mapping

from dom import Safe

PATHS: Mapping[str, str] = {
    "logo": '<circle cx="12" cy="12" r="9.2"/><path d="M12 3v3M12 18v3M3 12h3M18 12h3"/>'
    '<path d="M12 7.2l2 4.8-2 4.8-2-4.8z" fill="currentColor" stroke="none"/>',
    "home": '<path d="M4 11l8-7 8 7M6 9.5V20h12V9.5"/>',
    "resources": '<rect x="3.5" y="4" width="17" height="7" rx="1.5"/>'
    '<rect x="3.5" y="13" width="17" height="7" rx="1.5"/><path d="M7 7.5h.01M7 16.5h.01"/>',
    "costs": '<path d="M4 20h16M6.5 16.5V12M11 16.5V5M15.5 16.5V9M20 16.5v-3"/>',
    "accounts": '<path d="M4 20V11h5v9M9 20V5h6v15M15 20v-7h5v7M3 20h18"/>',
    "sync": '<path d="M4.5 12a7.5 7.5 0 0 1 13-5.1L20 9M19.5 12a7.5 7.5 0 0 1-13 5.1L4 15"/>'
    '<path d="M20 4.5V9h-4.5M4 19.5V15h4.5"/>',
    "deployments": '<path d="M12 3l8 4.5v9L12 21l-8-4.5v-9zM4 7.5l8 4.5 8-4.5M12 12v9"/>',
    "changes": '<path d="M4.6 8.2A8.3 8.3 0 1 1 3.7 12"/><path d="M4 3.8v4.6h4.6M12 7.6V12l3 2"/>',
    "reports": '<path d="M6 3.5h9l4 4V20.5H6zM15 3.5v4h4M9 12h7M9 16h7"/>',
    "cop": '<path d="M12 3l7.5 3v5.5c0 4.6-3.1 8-7.5 9.5-4.4-1.5-7.5-4.9-7.5-9.5V6z"/>'
    '<path d="M9 11.8l2.2 2.2 4-4.2"/>',
    "search": '<circle cx="11" cy="11" r="6.5"/><path d="M16 16l4.5 4.5"/>',
    "moon": '<path d="M20 14.2A8.2 8.2 0 1 1 9.8 4a6.6 6.6 0 0 0 10.2 10.2z"/>',
    "sun": '<circle cx="12" cy="12" r="4"/>'
    '<path d="M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2"/>'
    '<path d="M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4"/>',
    "menu": '<path d="M4 7h16M4 12h16M4 17h16"/>',
    "cross": '<path d="M6 6l12 12M18 6L6 18"/>',
    "chevron": '<path d="M9 5l7 7-7 7"/>',
    "down": '<path d="M6 9l6 6 6-6"/>',
    "filter": '<path d="M4 6h16M7 12h10M10 18h4"/>',
    "out": '<path d="M13 5h6v6M19 5l-9 9M16 14v5H5V8h5"/>',
}


def _drawn(name: str, classes: str) -> Safe:
    return Safe(f'<svg class="{classes}" viewBox="0 0 24 24" aria-hidden="true">{PATHS[name]}</svg>')


ICONS: Mapping[str, Safe] = {name: _drawn(name, "icon") for name in PATHS}
SMALL: Mapping[str, Safe] = {name: _drawn(name, "icon icon-sm") for name in PATHS}
