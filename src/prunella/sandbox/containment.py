"""What a command runs behind, at each level, as one value; and the command line that puts it there."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from prunella.domain import Check, Walls
from prunella.errors import SandboxError
from prunella.sandbox.bubblewrap import Place, wrapped
from prunella.sandbox.limits import Limits, limited
from prunella.sandbox.places import named

INSTALLED = ("node_modules", ".venv", "venv", "vendor", "target", "Pods")
"""Folders of installed packages that people replace by links, to share them between checkouts."""


class Containment(NamedTuple):
    """``level`` is none, env or strict; ``network`` is asked, always or never (strict only); ``proxies`` are the
    variables that only a command with network sees."""

    level: str
    limits: Limits
    place: Place
    network: str = "asked"
    proxies: Mapping[str, str] = {}

    @property
    def strict(self) -> bool:
        return self.level == "strict"

    def reaches_out(self, check: Check) -> bool:
        """Whether a check gets the network."""
        return not self.strict or self.network == "always" or (self.network == "asked" and check.network)


class Launch(NamedTuple):
    """How a command is started. ``walls`` None = there are none."""

    argv: list[str]
    environment: dict[str, str]
    walls: Walls | None = None


def launch(
    containment: Containment | None,
    argv: list[str],
    folder: Path,
    environment: Mapping[str, str],
    scratch: Path | None,
    check: Check,
) -> Launch:
    """The command line for a command in a folder. ``scratch``: an empty folder for it, needed in strict.

    Raises:
        SandboxError: the walls cannot be prepared.
    """
    if containment is None or containment.level == "none":
        return Launch(argv, dict(environment))
    inner = limited(argv, containment.limits)
    network = containment.reaches_out(check)
    variables = {**environment, **(containment.proxies if network else {})}
    if scratch is None:
        return Launch(inner, variables)
    place = containment.place
    place = place._replace(read=(*named(" ".join(argv)), *place.read))
    for name in ("TMPDIR", "TMP", "TEMP"):
        if name in variables:
            variables[name] = "/tmp"  # noqa: S108 - the sandbox's own
    variables.pop("XDG_RUNTIME_DIR", None)
    try:
        words = wrapped(inner, str(folder), variables, place, scratch, network=network)
    except OSError as error:
        raise SandboxError(
            f"the sandbox cannot be prepared: {error.strerror or error}", remedy="Free the disk of PRUNELLA_HOME."
        ) from error
    return Launch(words, variables, Walls(place.root, network, _hidden_links(place, folder)))


def _hidden_links(place: Place, folder: Path) -> tuple[str, ...]:
    """Links to installed packages, in the root or in the command's folder, that lead to where nothing is shown."""
    found: list[str] = []
    shown = [os.path.realpath(path) for path in (place.root, *place.read, *place.write)]
    for above in dict.fromkeys((place.root, str(folder))):
        for name in INSTALLED:
            target = os.path.realpath(f"{above}/{name}")
            behind = os.path.islink(f"{above}/{name}") and os.path.isdir(target)  # noqa: PTH112, PTH114
            if behind and not any(target == path or target.startswith(f"{path}/") for path in shown):
                found.append(name)
    return tuple(found)


class Status:
    """What bubblewrap says of itself: whether the command was started at all, and the first process behind the walls.

    Attributes:
        fd: for bubblewrap to write to, until ``started``.
    """

    def __init__(self) -> None:
        self._read, self.fd = os.pipe()
        os.set_blocking(self._read, False)
        self._said = b""

    def words(self) -> list[str]:
        """The arguments, which come first."""
        return ["--json-status-fd", str(self.fd)]

    def started(self) -> None:
        """bubblewrap has its end."""
        os.close(self.fd)
        self.fd = -1

    def close(self) -> None:
        os.close(self._read)
        if self.fd >= 0:
            os.close(self.fd)

    def value(self, name: str) -> int | None:
        """A number that it told so far."""
        with suppress(BlockingIOError):
            self._said += os.read(self._read, 1 << 16)
        found = re.search(rb'"%s": ([0-9]+)' % name.encode(), self._said)
        return int(found[1]) if found else None
