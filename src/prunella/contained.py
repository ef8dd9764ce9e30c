"""What the repository runs, and behind what: from the settings to a sandbox."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from prunella.config.home import expand
from prunella.sandbox.bubblewrap import Place
from prunella.sandbox.containment import Containment
from prunella.sandbox.environment import check_environment
from prunella.sandbox.levels import Chosen, choose, find
from prunella.sandbox.limits import MB, MEMORY_SHARE, Limits, memory_of_machine
from prunella.sandbox.local import LocalSandbox
from prunella.sandbox.scratch import caches_of

if TYPE_CHECKING:
    from prunella.config.settings import Settings


class Contained(NamedTuple):
    """How the commands of one repository are contained.

    Attributes:
        chosen: the level, and why it is no better one.
        environment: of the commands, without what only those with network see.
    """

    chosen: Chosen
    containment: Containment
    environment: dict[str, str]

    def sandbox(
        self, root: Path, *, on_group: Callable[[int], None] | None = None, write: tuple[str, ...] = ()
    ) -> LocalSandbox:
        """A sandbox for a checkout of the repository; ``write``: folders outside of it that are its own as well."""
        place = self.containment.place
        place = place._replace(root=str(root), write=(*place.write, *write))
        containment = self.containment._replace(place=place)
        return LocalSandbox(root, environment=self.environment, on_group=on_group, containment=containment)


def contained(settings: Settings, root: Path, environ: Mapping[str, str]) -> Contained:
    """The containment of what is run in ``root``.

    Raises:
        ConfigError: the level that is asked for cannot be had here.
    """
    wanted, own = settings.sandbox, {rung.key_env for rung in settings.ladder if rung.key_env}
    place = _place(settings, root, environ, own)
    chosen = choose(wanted.level, place)
    if chosen.level == "strict":
        place = place._replace(caches=str(caches_of(settings.home, root)))
    memory = wanted.memory_mb * MB if wanted.memory_mb else int(memory_of_machine() * MEMORY_SHARE)
    limits = Limits(memory, wanted.processes, wanted.file_mb * MB, wanted.disk_mb * MB)
    bare = check_environment(environ, own, root)
    if chosen.level == "none":
        return Contained(chosen, Containment("none", limits, place), bare)
    from prunella.sandbox.allowed import PROXIES, allowed

    seen = {
        **environ,
        **bare,
    }
    for name in ("VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT"):
        if name not in bare:
            seen.pop(name, None)
    hidden = [name for name in environ if name not in bare]
    kept = allowed(seen, wanted.environment, network=chosen.level == "env", own=hidden)
    proxies = {name: value for name, value in bare.items() if name in PROXIES}
    return Contained(chosen, Containment(chosen.level, limits, place, wanted.network, proxies), kept)


def _place(settings: Settings, root: Path, environ: Mapping[str, str], own: set[str]) -> Place:
    def paths(named: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(os.path.normpath(root / expand(name, environ)) for name in named)

    return Place(
        program=find(environ),
        root=str(root),
        home=str(settings.home),
        user_home=expand("~", environ),
        caches="",
        hidden=tuple(str(file) for file in (settings.database, settings.log_file)),
        read=paths(settings.sandbox.read),
        write=paths(settings.sandbox.write),
        own=tuple(sorted(own)),
    )
