"""The Node program that stays up: JSON lines over its stdin and stdout, in a process group of its own.

It ends when its stdin ends, so it does not outlive us; and it is killed when it does not answer in time.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from prunella.errors import SandboxError
from prunella.toolchain.bench import Bench

Question = Callable[[dict[str, Any]], object]
PROGRAM = Path(__file__).parent / "node" / "main.mjs"
MEMORY_MB = 2048
MOST_BYTES = 64 << 20
GRACE_S = 2.0


class NodeProcess:
    """A running Node program. Not for two threads."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._rest = b""
        self._closed = False

    @classmethod
    def start(cls, bench: Bench) -> NodeProcess | None:
        """Start it with the environment of the repository's commands; None when there is no Node."""
        node = shutil.which("node", path=bench.environment.get("PATH", os.defpath))
        if node is None:
            return None
        command = ["/usr/bin/env", "-u", "NODE_OPTIONS", node, f"--max-old-space-size={MEMORY_MB}", str(PROGRAM)]
        try:
            return cls(bench.start(command, (PROGRAM.parent,)))
        except (OSError, SandboxError):
            return None

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, request: dict[str, Any], answer: Question, deadline: float) -> dict[str, Any] | None:
        """What is done for a request; its questions meanwhile go to ``answer``. None when it broke down or was late
        (then it is ended)."""
        try:
            self._send(request)
            while True:
                said = self._line(deadline + GRACE_S)
                if "done" in said:
                    done = said["done"]
                    return done if isinstance(done, dict) else None
                self._send({"answer": answer(said)})
        except (OSError, ValueError, RecursionError):
            self.close()
            return None

    def close(self) -> None:
        """End it and everything it started; once, since its number may be another's afterwards."""
        if self._closed:
            return
        self._closed = True
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        for stream in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                if stream:
                    stream.close()
        self._process.wait()

    def _send(self, message: dict[str, Any]) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(message).encode() + b"\n")
        self._process.stdin.flush()

    def _line(self, deadline: float) -> dict[str, Any]:
        """The next message.

        Raises:
            ValueError: none came in time, or none at all.
        """
        assert self._process.stdout
        parts = [self._rest]
        while b"\n" not in parts[-1]:
            ready, _, _ = select.select([self._process.stdout], [], [], max(0.0, deadline - time.monotonic()))
            read = os.read(self._process.stdout.fileno(), 1 << 20) if ready else b""
            if not read or sum(map(len, parts)) > MOST_BYTES:
                raise ValueError("no answer")
            parts.append(read)
        if time.monotonic() > deadline:
            raise ValueError("late")  # whoever asks without end would else be answered without end
        line, _, self._rest = b"".join(parts).partition(b"\n")
        message = json.loads(line)
        if not isinstance(message, dict):
            raise ValueError("not a message")  # noqa: TRY004 - an answer that cannot be used, like any other
        return message
