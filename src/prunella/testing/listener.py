"""The HTTP side of the scripted server: reads requests, sends answers as slowly or as broken as they ask for."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

from prunella.testing.answers import MODELS
from prunella.testing.plays import Play, Received

PATHS = {
    "/v1/messages": "anthropic",
    "/v1/responses": "openai",
    "/v1/chat/completions": "compatible",
    "/v1/messages/count_tokens": "count",
    "/v1/responses/input_tokens": "count",
}


class Listener(ThreadingHTTPServer):
    """Listens on an address, with ``tls`` for https, and asks ``answer`` what to say to each request. ``stopping`` ends
    all delays."""

    daemon_threads = False  # so that closing waits for the answers in hand
    block_on_close = True

    def __init__(
        self,
        address: tuple[str, int],
        answer: Callable[[Received], Play],
        stopping: threading.Event,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.tls = tls
        self.answer = answer
        self.stopping = stopping
        self._open: set[socket.socket] = set()
        self._resets: set[socket.socket] = set()
        self._guard = threading.Lock()
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        # Not HTTPServer's own: it looks the host's name up, which can take seconds without a network.
        socket_address = self.server_address
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(cast("tuple[str, int]", socket_address))
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._guard:
            self._open.add(request)
        super().process_request(request, client_address)

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        if self.tls:  # the handshake is for the connection's own thread
            connection = self.tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        return connection, address

    def reset(self, connection: socket.socket) -> None:
        """Have the connection end with a reset: closing with a linger time of 0 discards what is unsent."""
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._resets.add(connection)

    def shutdown_request(self, request: Any) -> None:
        with self._guard:
            self._open.discard(request)
        if request in self._resets:
            self._resets.discard(request)
            self.close_request(request)  # without the polite shutdown before it
        else:
            super().shutdown_request(request)

    def server_close(self) -> None:
        with self._guard:
            waiting = list(self._open)
        for connection in waiting:  # kept alive by a client; its thread waits for a request that will not come
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        super().server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that go away are part of what is tested."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        self._serve()

    def do_GET(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Says nothing."""

    def _serve(self) -> None:
        listener = cast("Listener", self.server)
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(length)
        path = self.path.partition("?")[0]
        endpoint = PATHS.get(path, "") if self.command == "POST" else "models" * path.startswith(MODELS)
        headers = {name.lower(): value for name, value in self.headers.items()}
        play = listener.answer(Received(self.command, self.path, headers, body, endpoint))
        stopped = play.delivery.delay_s > 0 and listener.stopping.wait(play.delivery.delay_s)
        if stopped or play.delivery.hang_up:
            self.close_connection = True
        else:
            self._send(play, listener.stopping)
        if play.delivery.reset:
            self.close_connection = True
            listener.reset(self.connection)

    def _send(self, play: Play, stopping: threading.Event) -> None:
        self.send_response(play.status)
        for name, value in play.headers.items():
            self.send_header(name, value)
        chunked, cut = bool(play.chunks), play.delivery.cut_after
        if chunked:
            self.send_header("transfer-encoding", "chunked")
        else:
            told = play.body[:cut] if play.delivery.politely else play.body
            self.send_header("content-length", str(len(told)))
        self.end_headers()
        broken = cut is not None and not play.delivery.politely
        for piece in _pieces(play):
            self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
            if play.delivery.pause_s and stopping.wait(play.delivery.pause_s):
                broken = True
                break
        if broken:
            self.close_connection = True
        elif chunked:
            self.wfile.write(b"0\r\n\r\n")


def _pieces(play: Play) -> Iterator[bytes]:
    """The body as it is sent, up to where it is cut."""
    left = play.delivery.cut_after
    for chunk in play.chunks or (play.body,):
        piece = chunk if left is None else chunk[:left]
        if left is not None:
            left -= len(piece)
        if piece:
            yield piece
