"""The one place that does HTTP with model vendors: a request value in, a response value out, nothing retried.

Built on ``httpx2``. It is imported by the first request (or by :meth:`Transport.warm`, from a thread, while the first
build runs), because it costs about as much CPU time as the rest of a run.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from prunella.errors import Fault, ProviderError
from prunella.providers import unreachable
from prunella.providers.http import HttpRequest, HttpResponse

if TYPE_CHECKING:
    import ssl

    import httpx2


class Limits(NamedTuple):
    """What a request may take.

    Attributes:
        body_bytes: of an answer; a longer one is refused.
        connect_s: until the connection stands.
        read_s: of silence, before the answer or within it.
        total_s: for the whole answer, however steadily it drips; looked at whenever a piece arrives.
    """

    body_bytes: int = 32 * 1024 * 1024
    connect_s: float = 10.0
    read_s: float = 120.0
    total_s: float = 900.0


class Transport:
    """Sends requests over connections that are kept for the next one. May be used by several threads.

    Proxies are taken from the environment (``HTTPS_PROXY``, ``NO_PROXY``, …) except for this machine's own addresses;
    redirects are not followed, since a key must not travel to another host.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._clients: dict[str, httpx2.Client] = {}
        self._lock = threading.Lock()

    def warm(self, url: str) -> None:
        """Do what a first request to ``url`` needs besides the network: imports, certificates. Opens no connection.

        Raises:
            ProviderError: a proxy variable or the certificates cannot be used.
        """
        self._client(url)

    def close(self) -> None:
        """Close all connections. The transport may be used again."""
        with self._lock:
            clients = list(self._clients.values())
            self._clients.clear()
        for client in clients:
            client.close()

    def send(
        self, request: HttpRequest, *, on_bytes: Callable[[int], None] | None = None, setting: str = ""
    ) -> HttpResponse:
        """Send a request once and collect its answer, whatever its status.

        Args:
            on_bytes: told how many bytes of the body have come so far, whenever some come.
            setting: the name of the setting that holds the base URL, for messages.

        Returns:
            The answer; ``complete`` is False when the connection broke, fell silent or went on for too long.

        Raises:
            ProviderError: there is no answer at all (``billed`` says whether the vendor may have begun one), or one
                that is too long or packed wrongly.
        """
        import httpx2

        unreachable.check_header_values(request)
        client = self._client(request.url)
        try:
            with client.stream(
                "POST" if request.body else "GET",
                request.url,
                headers={"accept-encoding": "identity", **request.headers},
                content=request.body or None,
            ) as response:
                return self._receive(response, on_bytes)
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise unreachable.no_answer(error, request.url, setting, proxied=_kind(request.url) != "local") from error

    def _receive(self, response: httpx2.Response, on_bytes: Callable[[int], None] | None) -> HttpResponse:
        import httpx2

        deadline = time.monotonic() + self._limits.total_s
        body = bytearray()
        complete = True
        try:
            for chunk in response.iter_bytes():
                body += chunk
                if on_bytes:
                    on_bytes(len(body))
                if len(body) > self._limits.body_bytes:
                    raise unreachable.too_long(response.status_code, self._limits.body_bytes)
                if time.monotonic() > deadline:
                    complete = False
                    break
        except httpx2.DecodingError as error:
            raise unreachable.packed_wrongly(response.status_code) from error
        except httpx2.TransportError:
            complete = False  # what came before the break may still say what it cost
        headers = {name.lower(): value for name, value in response.headers.items()}
        return HttpResponse(response.status_code, headers, bytes(body), complete)

    def _client(self, url: str) -> httpx2.Client:
        """The client for this kind of address. Certificates are read for https only: that is 20 ms of CPU time."""
        kind = _kind(url)
        with self._lock:
            if kind not in self._clients:
                self._clients[kind] = self._make_client(kind)
            return self._clients[kind]

    def _make_client(self, kind: str) -> httpx2.Client:
        import httpx2

        limits = self._limits
        verify: ssl.SSLContext | bool = True
        if kind != "tls":
            import ssl

            # Trusts nobody, so that an https address that came here by mistake would fail, not pass unchecked.
            verify = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        try:
            return httpx2.Client(
                verify=verify,
                trust_env=kind != "local",
                follow_redirects=False,
                timeout=httpx2.Timeout(limits.read_s, connect=limits.connect_s),
            )
        except (ValueError, ImportError, httpx2.InvalidURL) as error:
            raise ProviderError(
                f"The proxy that {unreachable.proxy_variables()} names cannot be used ({unreachable.safe(error)}).",
                Fault.BAD_REQUEST,
                remedy="Set it to an address like http://proxy.example:3128, or unset it.",
            ) from error
        except OSError as error:
            raise ProviderError(
                f"The certificates for https cannot be read ({unreachable.safe(error)}).",
                Fault.BAD_REQUEST,
                remedy=unreachable.CERTIFICATES,
            ) from error


def _kind(url: str) -> str:
    """``local`` = this machine without https, where a proxy cannot help; ``plain`` or ``tls`` = anywhere else."""
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return "plain"  # sending will say what is wrong with it
    local = host in {"localhost", "::1"} or host.endswith(".localhost") or host.startswith("127.")
    if parts.scheme == "https":
        return "tls"
    return "local" if local else "plain"
