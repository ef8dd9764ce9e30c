"""One run of one contender: a fresh broken checkout, a server with the answers, and what the run cost."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from measure import read_builds, run_tree, write_build
from peers import Peer, Run, offline
from projects import FILE, NEW, OLD, WORK, Size, make
from server import Server

from prunella.changes import Replace
from prunella.testing import ScriptedServer, say


@dataclass(frozen=True)
class Sample:
    """One run. ``cpu_s`` is the tree's without the builds, ``wall_s`` what it took beyond them, ``peak_mb`` its own
    process's, ``sent`` the characters of each request, ``build_s`` the mean wall time of its builds."""

    healed: bool
    cpu_s: float
    wall_s: float
    peak_mb: float
    sent: tuple[int, ...]
    build_s: float

    def __str__(self) -> str:
        told = f"cpu {self.cpu_s:.2f} s, over the builds {self.wall_s:.2f} s, {self.peak_mb:.0f} MB, sent {self.sent}"
        return told if self.healed else f"NOT HEALED: {told}"


def _prunella(run: Run) -> tuple[list[str], dict[str, str]]:
    program = Path(sys.executable).parent / "prunella"
    extra = {"ANTHROPIC_API_KEY": "x", "ANTHROPIC_BASE_URL": run.url}
    # The build's wrapper, its record and the compiler lie outside of the project, so the sandbox is told of them.
    extra |= {"PRUNELLA_SANDBOX_READ": str(WORK / "typescript"), "PRUNELLA_SANDBOX_WRITE": str(run.project.parent)}
    return [str(program), "heal", "--", str(run.build)], offline(run.home) | extra


PRUNELLA = Peer("prunella", lambda: "", _prunella, lambda run: lambda number, body: {})  # noqa: ARG005


def sample(
    peer: Peer,
    size: Size,
    *,
    at_least_s: float = 0.0,
    fresh: bool = False,
    before: str = "",
    timeout_s: float = 300.0,
) -> Sample:
    """One run; ``fresh`` = with an empty home, as on the day it was installed."""
    place = WORK / "run"
    home = WORK / "homes" / peer.name.replace(", ", "-").replace(" ", "-")
    if fresh:
        shutil.rmtree(home, ignore_errors=True)
    for folder in (place, home):
        folder.mkdir(parents=True, exist_ok=True)
    (home / ".gitconfig").write_text("[user]\nname = Bench\nemail = bench@example.com\n")
    record = place / "builds"
    record.unlink(missing_ok=True)
    make(place / "project", size)
    write_build(place / "bench-build", record, at_least_s=at_least_s, before=before)
    with _serving(peer) as (url, play, sizes):
        run = Run(place / "project", place / "bench-build", url, home)
        play(run)
        argv, env = peer.start(run)
        tree = run_tree(argv, run.project, env, place / "output", timeout_s)
        sent = tuple(sizes())
    builds = read_builds(record)
    wall, cpu = sum(build.wall_s for build in builds), sum(build.cpu_s for build in builds)
    healed = [build.code == 0 for build in builds] == [False, True] and tree.code == 0
    if not healed:
        (WORK / f"failed-{peer.name}.log").write_bytes((place / "output").read_bytes())
    return Sample(healed, tree.cpu_s - cpu, tree.wall_s - wall, tree.peak_mb, sent, wall / max(1, len(builds)))


@contextmanager
def _serving(peer: Peer) -> Iterator[tuple[str, Callable[[Run], None], Callable[[], list[int]]]]:
    """The server for one run: its address, how to make it play, and the sizes of what it was sent."""
    if peer is PRUNELLA:
        answer = say("`getHero` is missing.", edits=[Replace(FILE, OLD, NEW)])
        with ScriptedServer([answer]) as scripted:
            yield (
                scripted.anthropic_url,
                lambda run: None,  # noqa: ARG005
                lambda: [len(each.body.decode("utf-8", "replace")) for each in scripted.requests],
            )
        return
    with Server() as server:
        yield server.url, lambda run: server.play(peer.script(run)), lambda: server.sizes
