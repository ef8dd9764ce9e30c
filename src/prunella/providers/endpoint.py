"""What the requests of all vendors share: addresses, credentials, headers."""

from __future__ import annotations

from prunella import __version__
from prunella.conversation import Json
from prunella.errors import Fault, ProviderError
from prunella.providers import payload
from prunella.providers.http import Endpoint, HttpRequest
from prunella.providers.vendor import Vendor


def bearer(vendor: Vendor, endpoint: Endpoint) -> dict[str, str]:
    """The header that carries the key; none without a key.

    Raises:
        ProviderError: the key cannot be put into a header (a line break or quote copied along with it).
    """
    key = endpoint.key.strip()
    if not key:
        return {}
    if not (key.isascii() and key.isprintable() and " " not in key):
        raise ProviderError(
            f"{vendor.key} holds characters that no key has (blanks, line breaks or non-ASCII characters).",
            Fault.AUTH,
            remedy=f"Set {vendor.key} to the key alone.",
        )
    return {"authorization": f"Bearer {key}"}


def build(url: str, headers: dict[str, str], body: Json | None, *, stream: bool = False) -> HttpRequest:
    """A request with the headers that every vendor wants; ``body`` None = GET."""
    common = {"accept": "text/event-stream" if stream else "application/json", "user-agent": f"prunella/{__version__}"}
    if body is None:
        return HttpRequest(url, {**common, **headers}, b"")
    return HttpRequest(url, {**common, "content-type": "application/json", **headers}, payload.encode(body))


def model_path(model: str) -> str:
    """A model id as part of a URL's path; ids of open models may hold a slash."""
    from urllib.parse import quote

    return quote(model.encode("utf-8", "replace"), safe="/:")
