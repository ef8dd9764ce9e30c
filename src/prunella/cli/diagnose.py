"""``prunella diagnose``: read a log, from a file or a pipe, and say what is wrong. Needs no repository."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from prunella.cli.commands import colour, put
from prunella.errors import ConfigError

if TYPE_CHECKING:
    from prunella.diagnostics.reading import Reading


def run_diagnose(options: Namespace) -> int:
    """Returns 0 when the log could be read, whatever is in it.

    Raises:
        ConfigError: there is no such log, or it may not be read.
    """
    from prunella.config.secret_values import redacted
    from prunella.diagnostics.paths import relative
    from prunella.report.diagnosis import diagnosed

    reading = redacted(_reading(options.file), os.environ)
    root = str(options.root.absolute())
    names = dict.fromkeys((root, os.path.realpath(root)))
    diagnosis = diagnosed(relative(reading.diagnostics, names), reading.tail)
    if options.sarif:
        from prunella.report.sarif import sarif

        return put(sarif(diagnosis, root))
    if options.json:
        from prunella.report.diagnosis import as_json

        return put(as_json(diagnosis))
    from prunella.report.diagnosis import table
    from prunella.report.words import columns

    return put(table(diagnosis, columns(sys.stdout, 120), colour=colour(), everything=options.all))


def _reading(name: str) -> Reading:
    from prunella.diagnostics.reading import read

    if name == "-":
        if sys.stdin is None or sys.stdin.closed:
            raise ConfigError("Standard input is closed.", remedy="Say which log: `prunella diagnose FILE`.")
        if sys.stdin.isatty():
            sys.stderr.write("prunella: reading the log from the terminal; end it with Ctrl-D\n")
        return read(sys.stdin.buffer)
    try:
        with Path(name).open("rb", buffering=0) as log:
            return read(log)
    except OSError as error:
        remedy = "Say which log: `prunella diagnose FILE`, or pipe it in: `npm run build 2>&1 | prunella diagnose`."
        raise ConfigError(f"{name} cannot be read: {error.strerror or error}.", remedy=remedy) from error
