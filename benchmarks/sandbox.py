"""What a hostile repository gets through at each level, and what each level costs: ``python -m benchmarks.sandbox``."""

from __future__ import annotations

import os
import signal
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from attacked import LIMITED, attack, field
from prunella.config.load import load
from prunella.contained import contained
from prunella.domain import Check

LEVELS = ("none", "env", "strict")
ATTACKS = (
    *("environment", "env_file", "parents_environment", "ssh_key", "record", "other_repository", "write_outside"),
    *("through_a_link", "write_home", "kill_parent", "trace_parent", "tcp", "dns", "unix_socket", "abstract_socket"),
    *("git_hooks", "git_config", "daemon", "memory", "processes", "disk", "long_file"),
)
PLANTS = {"write_outside", "through_a_link", "write_home", "git_hooks", "git_config"}
RUNS = 15


def tried(name: str, level: str) -> str:
    with tempfile.TemporaryDirectory() as place, field(Path(place)) as around:
        result, said = attack(around, name, level)
        if name == "daemon":
            left = around.daemons()
            for pid in left:
                os.kill(pid, signal.SIGKILL)
            return "through" if left else "contained"
        if name in LIMITED and not result.passed:
            return str(result.ending)
        through = not around.untouched() if name in PLANTS else "GOT" in said
        return "through" if through else "contained"


def milliseconds(level: str) -> float:
    with tempfile.TemporaryDirectory() as place, field(Path(place)) as around:
        environ = {**os.environ, "HOME": str(around.home), "PRUNELLA_HOME": str(around.place / "own")}
        settings = load(around.root, {"sandbox": level}, environ)
        sandbox = contained(settings, around.root, environ).sandbox(around.root)
        times = []
        for _ in range(RUNS):
            began = time.perf_counter()
            sandbox.run(Check("true", "true", 30.0), around.place / "log")
            times.append((time.perf_counter() - began) * 1000)
        return statistics.median(times)


def main() -> None:
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    print(f"{'attack':<22}" + "".join(f"{level:<16}" for level in LEVELS))
    for name in ATTACKS:
        print(f"{name:<22}" + "".join(f"{tried(name, level):<16}" for level in LEVELS), flush=True)
    print(f"{'ms per command':<22}" + "".join(f"{milliseconds(level):<16.1f}" for level in LEVELS))


if __name__ == "__main__":
    main()
