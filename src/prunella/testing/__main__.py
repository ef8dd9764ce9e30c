"""``python -m prunella.testing --script script.json``: a scripted model server for a shell."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from prunella.testing.plays import ScriptError
from prunella.testing.script_file import read_script
from prunella.testing.server import ScriptedServer


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted; the addresses are printed first, what was asked last."""
    parser = argparse.ArgumentParser(
        prog="python -m prunella.testing", description="Play a script as Claude, as OpenAI, and as a local model."
    )
    parser.add_argument("--script", type=Path, required=True, metavar="FILE", help="JSON; see docs/testing.md")
    parser.add_argument("--port", type=int, default=0, metavar="N", help="port on 127.0.0.1 (0 = a free one)")
    parser.add_argument("--no-checks", action="store_true", help="do not look at requests as the vendors do")
    options = parser.parse_args(arguments)
    try:
        script = read_script(options.script.read_text(encoding="utf-8"))
        server = ScriptedServer(script, port=options.port, checks=not options.no_checks)
    except (OSError, UnicodeDecodeError, ScriptError) as error:
        sys.stderr.write(f"{options.script}: {error}\n")
        return 2
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    try:
        with server:
            sys.stdout.write(f"ANTHROPIC_BASE_URL={server.anthropic_url}\nOPENAI_BASE_URL={server.openai_url}\n")
            sys.stdout.flush()
            ended.wait()
    except OSError as error:
        sys.stderr.write(f"port {options.port}: {error}\n")
        return 2
    for request in server.requests:
        sys.stderr.write(f"{request.method} {request.path}  {request.note or 'ok'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
