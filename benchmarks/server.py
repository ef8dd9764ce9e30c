"""A model server on loopback for the peers: it answers at once, from a script, in the shape each of them speaks."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

Json = dict[str, Any]
Script = Callable[[int, Json], Json]
"""(number of the request from 0, its body) -> what to say: ``text``, ``bash`` (a command) or ``js`` (for codex)."""


class Server:
    """Plays one script at a time and counts what it is sent."""

    def __init__(self) -> None:
        self.sizes: list[int] = []
        self.script: Script = lambda number, body: {"text": "done"}  # noqa: ARG005
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}/v1"

    def play(self, script: Script) -> None:
        """Start anew with ``script``."""
        self.script, self.sizes = script, []

    def answer(self, path: str, body: bytes) -> tuple[str, bytes]:
        """Content type and body of the answer."""
        with self._lock:
            number = len(self.sizes)
            self.sizes.append(len(body.decode("utf-8", "replace")))
        asked = json.loads(body)
        said = self.script(number, asked)
        if path.endswith("/responses"):
            return "text/event-stream", _responses(number, said)
        chunks = _chat(number, said)
        if asked.get("stream"):
            return "text/event-stream", b"".join(_event(chunk) for chunk in chunks) + b"data: [DONE]\n\n"
        return "application/json", json.dumps(_whole(chunks)).encode()

    def __enter__(self) -> Server:
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._http.server_close()


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: object) -> None:
            pass

        def do_GET(self) -> None:
            self._send("application/json", b'{"object":"list","data":[],"models":[]}')

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            self._send(*server.answer(self.path, body))

        def _send(self, kind: str, body: bytes) -> None:
            self.send_response(200)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler


def _event(data: Json, name: str = "") -> bytes:
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {json.dumps(data)}\n\n".encode()


def _chat(number: int, said: Json) -> list[Json]:
    """Chat completion chunks: a text or one call of a tool named ``bash``."""
    delta: Json = {"role": "assistant", "content": said.get("text", "")}
    if "bash" in said:
        function = {"name": "bash", "arguments": json.dumps({"command": said["bash"]})}
        delta["tool_calls"] = [{"index": 0, "id": f"call_{number}", "type": "function", "function": function}]
    usage = {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100}
    frame = {"id": f"c{number}", "object": "chat.completion.chunk", "created": 1, "model": "gpt-4o"}
    reason = "tool_calls" if "bash" in said else "stop"
    return [
        frame | {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]},
        frame | {"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]},
        frame | {"choices": [], "usage": usage},
    ]


def _whole(chunks: list[Json]) -> Json:
    choice = chunks[0]["choices"][0]
    finish = chunks[1]["choices"][0]["finish_reason"]
    whole = {"index": 0, "message": choice["delta"], "finish_reason": finish}
    return chunks[2] | {"object": "chat.completion", "choices": [whole]}


def _responses(number: int, said: Json) -> bytes:
    """A Responses stream: a message, a JavaScript cell or a shell command, as codex takes them."""
    item: Json = {"id": f"item_{number}", "status": "completed"}
    if "js" in said:
        item |= {"type": "custom_tool_call", "name": "exec", "call_id": f"call_{number}", "input": said["js"]}
    elif "bash" in said:
        arguments = json.dumps({"cmd": said["bash"], "yield_time_ms": 30_000})
        item |= {
            "type": "function_call",
            "name": "exec_command",
            "call_id": f"call_{number}",
            "arguments": arguments,
        }
    else:
        content = [{"type": "output_text", "text": said["text"], "annotations": []}]
        item |= {"type": "message", "role": "assistant", "content": content}
    usage = {
        "input_tokens": 1000,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": 100,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": 1100,
    }
    response = {"id": f"resp_{number}", "object": "response", "status": "completed", "output": [item], "usage": usage}
    events: list[Json] = [
        {"type": "response.created", "response": response | {"status": "in_progress", "output": []}},
        {"type": "response.output_item.done", "output_index": 0, "item": item},
        {"type": "response.completed", "response": response},
    ]
    return b"".join(_event(event, event["type"]) for event in events)
