"""Whether an address is this machine or its private network, where a model that has no price costs nothing."""

from __future__ import annotations

PRIVATE_ENDINGS = (".localhost", ".local", ".internal", ".lan", ".home.arpa")
"""Names that are never those of a public server (RFC 6761, RFC 6762, RFC 8375, and what container engines use)."""


def is_local(url: str) -> bool:
    """Whether the host is a loopback, private or link-local address, a name without a dot, or of a private ending."""
    from urllib.parse import urlsplit

    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return False
    if not host:
        return False
    if host.replace(".", "").isdigit() or ":" in host:
        return _is_private_address(host)
    return "." not in host or host.endswith(PRIVATE_ENDINGS)


def _is_private_address(host: str) -> bool:
    from ipaddress import ip_address

    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return address.is_private or address.is_loopback or address.is_link_local
