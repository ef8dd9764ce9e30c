"""Runs a command and turns whatever ends it into an exit code. The one broad ``except`` of this door is here."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from prunella.errors import PrunellaError

if TYPE_CHECKING:
    from argparse import Namespace

INTERRUPTED = 130


def run(arguments: list[str]) -> int:
    """Parse, recover what a killed run left in this checkout, and run the command."""
    from prunella.cli.parser import parser

    own, command = _split(arguments)
    try:
        options = parser().parse_args(own)
    except SystemExit as end:  # how argparse ends: for --help, --version, and words that it does not know
        return _ended(end)
    options.command = command
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    return _bounded(lambda: _run(options), as_json=options.json)


def _ended(end: SystemExit) -> int:
    code = end.code if isinstance(end.code, int) else 2
    return _bounded(lambda: _recover(Path()) or code)


def _bounded(work: Callable[[], int], *, as_json: bool = False) -> int:
    """The error boundary: whatever ends the work becomes words and an exit code."""
    try:
        return work()
    except PrunellaError as error:
        _tell(error, as_json=as_json)
        return error.exit_code
    except KeyboardInterrupt:
        _say("prunella: interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nobody reads on; no second error at exit
        return 1
    except OSError as error:
        _say(f"prunella: {error.strerror or error}{f': {error.filename}' if error.filename else ''}")
        return 1
    except Exception:  # noqa: BLE001 - the door: a defect ends here, with what is needed to report it
        import traceback

        _say("prunella: this is a defect in Prunella. Please report it with these lines:")
        _say(traceback.format_exc())
        return 1


def _tell(error: PrunellaError, *, as_json: bool) -> None:
    if as_json:
        from prunella.report.events_json import failure, text

        sys.stdout.write(_clean(text(failure(error))))
        return
    _say(f"prunella: {error.message}")
    if error.remedy:
        _say(f"  {error.remedy}")


def _split(arguments: list[str]) -> tuple[list[str], list[str] | None]:
    """Our own words, and the command after ``--``; None = there is no ``--``."""
    if "--" not in arguments:
        return arguments, None
    at = arguments.index("--")
    return arguments[:at], arguments[at + 1 :]


def _run(options: Namespace) -> int:
    _recover(options.repo)
    return _commands()[options.name](options)


def _recover(folder: Path) -> int:
    """Put back what a killed run left in this checkout; returns 0."""
    from prunella.workspace.recovery import recover

    recovered = recover(folder)
    if recovered:
        _say(f"prunella: {recovered}")
    return 0


def _commands() -> Mapping[str, Callable[[Namespace], int]]:
    from prunella.cli import commands

    return commands.COMMANDS


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _clean(text: str) -> str:
    """An error may quote what a provider, a tool or a configuration said, keys included."""
    from prunella.config.secret_values import redacted

    return redacted(text, os.environ)


def _say(text: str) -> None:
    try:
        sys.stderr.write(f"{_clean(text)}\n")
        sys.stderr.flush()
    except OSError:
        pass  # nobody can be told
