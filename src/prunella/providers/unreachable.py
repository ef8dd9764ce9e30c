"""What the transport says when there is no answer: the cause in plain words, and what a person can do about it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from prunella.errors import Fault, ProviderError
from prunella.providers.http import HttpRequest

if TYPE_CHECKING:
    import httpx2

CERTIFICATES = (
    "Install the system's certificates (Debian: apt-get install ca-certificates), or set SSL_CERT_FILE to a PEM file "
    "that holds the certificate authority of this server or of the proxy in between."
)

ANY_BASE_URL = "ANTHROPIC_BASE_URL, OPENAI_BASE_URL or the rung's base_url"

PROXY_VARIABLES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY")


def check_header_values(request: HttpRequest) -> None:
    """Refuse what cannot be put into a header, without showing it: it may be a key.

    Raises:
        ProviderError: a header's value holds line breaks or non-ASCII characters.
    """
    for name, value in request.headers.items():
        if not value.isascii() or any(ord(character) < 32 or ord(character) == 127 for character in value):
            raise ProviderError(
                f"The value of the header {name} holds characters that no header can carry.",
                Fault.AUTH if name.lower() in {"authorization", "x-api-key"} else Fault.BAD_REQUEST,
                remedy="Look for line breaks, quotation marks or accents that were copied along with the key.",
            )


def no_answer(error: httpx2.HTTPError | httpx2.InvalidURL, url: str, setting: str, *, proxied: bool) -> ProviderError:
    """The error for a request that got no status line."""
    import httpx2

    where, setting = _origin(url), setting or ANY_BASE_URL
    if isinstance(error, httpx2.InvalidURL | httpx2.UnsupportedProtocol | httpx2.LocalProtocolError):
        return ProviderError(
            f"{where} is not an address that can be asked ({safe(error)}).",
            Fault.BAD_REQUEST,
            remedy=f"Set {setting} to an address like https://api.example.com.",
        )
    through = f" through the proxy of {proxy_variables()}" if proxied and proxy_variables() else ""
    if _is_certificate_error(error):
        return ProviderError(
            f"The certificate of {where} is not trusted ({safe(error)}).", Fault.BAD_REQUEST, remedy=CERTIFICATES
        )
    if isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.ProxyError | httpx2.PoolTimeout):
        reason = safe(error) or ("no connection in time" if isinstance(error, httpx2.TimeoutException) else "refused")
        check = f"Is {setting} right, and does the server run? Is the network up?"
        if through:
            check = f"Is the proxy in {proxy_variables()} right? If none is needed, unset it. {check}"
        return ProviderError(f"Cannot connect to {where}{through}: {reason}.", Fault.TRANSIENT, remedy=check)
    silent = isinstance(error, httpx2.ReadTimeout)
    return ProviderError(
        f"{where} {'did not answer in time' if silent else 'broke the connection before it answered'}{through}"
        + (f" ({safe(error)})." if safe(error) else "."),
        Fault.TRANSIENT,
        remedy=f"If it goes on, look at the vendor's status page, or at {setting}.",
        # A request that could not even be written in full was not worked on.
        billed=not isinstance(error, httpx2.WriteError | httpx2.WriteTimeout),
    )


def too_long(status: int, limit: int) -> ProviderError:
    """The error for an answer that does not end."""
    return ProviderError(
        f"The answer is longer than {limit:,} bytes.", Fault.MALFORMED, status=status, billed=status < 300
    )


def packed_wrongly(status: int) -> ProviderError:
    """The error for a compressed answer that cannot be unpacked."""
    return ProviderError(
        "The answer is compressed in a way that cannot be read.", Fault.MALFORMED, status=status, billed=status < 300
    )


def proxy_variables() -> str:
    """The names (never the values: they hold passwords) of the proxy variables that are set."""
    names = [name for name in PROXY_VARIABLES if os.environ.get(name) or os.environ.get(name.lower())]
    return " or ".join(names)


def safe(error: Exception) -> str:
    """An error's words as one short line; never those of one that quotes an address, which may hold a password."""
    text = " ".join(str(error).split())
    if "@" in text:
        return type(error).__name__
    return text if len(text) <= 200 else text[:199] + "…"


def _origin(url: str) -> str:
    """The address without path, query and credentials."""
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return "the base URL"
    return f"{parts.scheme}://{host}" if parts.scheme and host else repr(url[:80])


def _is_certificate_error(error: BaseException) -> bool:
    """Whether a certificate that was not trusted is behind it; OpenSSL's own class says so, not the words."""
    from ssl import SSLCertVerificationError

    return any(isinstance(cause, SSLCertVerificationError) for cause in _causes(error))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
