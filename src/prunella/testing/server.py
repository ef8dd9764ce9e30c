"""A model server that plays a script: both vendors' APIs and chat completions, over real HTTP on this machine."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Mapping
from dataclasses import replace

from prunella.testing.answers import play_of, unscripted
from prunella.testing.checks import check
from prunella.testing.listener import Listener
from prunella.testing.plays import ENDPOINTS, Play, Problem, Received, Script, ScriptError, Turn, fault


class ScriptedServer:
    """Listens from ``__enter__`` to ``__exit__`` on a port of 127.0.0.1.

    Args:
        script: see :data:`~prunella.testing.plays.Script`. Requests that the checks refuse take nothing from it. Counts
            and models are answered without a script too. When it is exhausted: status 500, "script exhausted".
        port: 0 = a free one.
        key: the only API key that is accepted; "" = any, but none at all is refused where the vendor does.
        checks: whether requests are looked at as the vendors do (see :mod:`prunella.testing.checks`).
        tls: for https; the address is then that of ``localhost``, whatever the certificate says.
    """

    def __init__(
        self,
        script: Script = (),
        *,
        port: int = 0,
        key: str = "",
        checks: bool = True,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._script = script
        self._turns = _lists(script)
        self._port = port
        self._key = key
        self._checks = checks
        self._tls = tls
        self._lock = threading.Lock()
        self._server: Listener | None = None
        self._thread: threading.Thread | None = None
        self._answers = 0
        self.requests: list[Received] = []
        self._stopping = threading.Event()

    def __enter__(self) -> ScriptedServer:
        self._server = Listener(("127.0.0.1", self._port), self.answer, self._stopping, self._tls)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        if self._server and self._thread:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()

    @property
    def url(self) -> str:
        """Its address without a path."""
        if self._server is None:
            raise ScriptError("the server is not started: use it in a with statement")
        port = self._server.server_address[1]
        return f"https://localhost:{port}" if self._tls else f"http://127.0.0.1:{port}"

    @property
    def anthropic_url(self) -> str:
        """For ``ANTHROPIC_BASE_URL``."""
        return self.url

    @property
    def openai_url(self) -> str:
        """For ``OPENAI_BASE_URL``, and for ``base_url`` of an ``openai-compatible`` rung."""
        return f"{self.url}/v1"

    @property
    def refused(self) -> list[Received]:
        """The requests that did not get what the script says, each with the reason in ``note``."""
        return [request for request in self.requests if request.note]

    def answer(self, received: Received) -> Play:
        """What is sent back for a request, which is recorded."""
        with self._lock:
            self._answers += 1
            number = self._answers
            turn, note = self._turn(received)
            try:
                play = play_of(turn, received, number)
            except ScriptError as error:
                note = str(error)
                play = play_of(_server_problem(note), received, number)
            self.requests.append(replace(received, note=note))
            return play

    def _turn(self, received: Received) -> tuple[Turn, str]:
        """The next turn for this request, and why it is not the script's if it is not."""
        if not received.endpoint:
            return fault(404, "not_found_error", f"Not found: {received.path}"), f"no such path: {received.path}"
        objection = check(received, self._key) if self._checks else None
        if objection:
            return objection, f"refused: {objection.message}"
        if callable(self._script):
            return self._script(received), ""
        turns = self._turns.get(received.endpoint, self._turns.get("", []))
        if received.endpoint in {"count", "models"} and received.endpoint not in self._turns:
            return unscripted(received), ""
        if not turns:
            return _server_problem("script exhausted"), "script exhausted"
        return turns.pop(0), ""


def _lists(script: Script) -> dict[str, list[Turn]]:
    """Turns by endpoint; "" = whoever asks a model."""
    if callable(script):
        return {}
    if not isinstance(script, Mapping):
        return {"": list(script)}
    unknown = set(script) - set(ENDPOINTS)
    if unknown:
        raise ScriptError(f"unknown endpoint {min(unknown)!r} in the script; known: {', '.join(ENDPOINTS)}")
    return {name: list(turns) for name, turns in script.items()}


def _server_problem(message: str) -> Problem:
    """A fault of the script's, which asking again cannot mend."""
    return fault(500, "api_error", message, headers={"x-should-retry": "false"})
