"""Redacts files of output where they lie."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

from prunella.secrets.redact import Redactor

PART = 1 << 20
"""Bytes that are looked at at once, up to the end of a line; a longer line is cut."""


def redact_log(log: Path, redactor: Redactor) -> None:
    """Replace the secrets in a file. It keeps its inode and mode, so that who has it open or watches it goes on.

    A file that is gone, or may not be written any more is left alone: nobody will read it either.
    """
    with suppress(OSError), log.open("r+b") as file:
        same = 0  # bytes of the beginning in which nothing has to be replaced
        rest: list[bytes] = []
        for part in _parts(file):
            clean = redactor.output(part)
            if rest or clean != part:
                rest.append(clean)
            else:
                same += len(part)
        if rest:
            file.seek(same)
            file.writelines(rest)
            file.truncate()
    redactor.cleaned.add(str(log))


def redact_logs(folder: Path, redactor: Redactor) -> None:
    """The same for all files below a folder that have not been redacted yet: what rung 0's tools printed, which is read
    as it is, and what checks that were cut off left."""
    for place, _, names in os.walk(folder):
        for name in names:
            if os.path.join(place, name) not in redactor.cleaned:  # noqa: PTH118 - as it was added
                redact_log(Path(place, name), redactor)


def _parts(file: IO[bytes]) -> Iterator[bytes]:
    left = b""
    while True:
        read = file.read(PART)
        if not read:
            break
        left += read
        end = left.rfind(b"\n") + 1 or (len(left) if len(left) > 2 * PART else 0)
        if end:
            yield left[:end]
            left = left[end:]
    if left:
        yield left
