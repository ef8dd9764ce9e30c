"""Runs a command and adds up what its whole process tree cost, the builds inside it counted apart."""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36
_ORPHANS_MAY_LIVE_S = 5.0


@dataclass(frozen=True)
class Build:
    """One build as its wrapper recorded it: wall and CPU seconds, the wrapper's own included."""

    wall_s: float
    cpu_s: float
    code: int


@dataclass(frozen=True)
class Tree:
    """A finished process tree. ``cpu_s`` is user + system of every process in it, ``peak_mb`` the root process's."""

    code: int
    wall_s: float
    cpu_s: float
    peak_mb: float


def run_tree(argv: list[str], cwd: Path, env: dict[str, str], log: Path, timeout_s: float = 300.0) -> Tree:
    """Run ``argv`` to its end, adopting and counting whatever it leaves behind."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    with log.open("wb") as output:
        started = time.monotonic()
        root = subprocess.Popen(
            argv, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
        code, ended, cpu, peak = None, started, 0.0, 0
        while True:
            peak = max(peak, _high_water_kb(root.pid)) if code is None else peak
            try:
                pid, status, used = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                break
            if pid:
                cpu += used.ru_utime + used.ru_stime
                if pid == root.pid:
                    code, ended = os.waitstatus_to_exitcode(status), time.monotonic()
                    root.returncode = code
                continue
            _enforce(root, started + timeout_s if code is None else ended + _ORPHANS_MAY_LIVE_S)
            time.sleep(0.005)
    return Tree(-1 if code is None else code, ended - started, cpu, peak / 1024)


def _high_water_kb(pid: int) -> int:
    """Peak resident memory of one process so far, without its children's; 0 when it is gone."""
    try:
        found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    except (OSError, UnicodeDecodeError):
        return 0
    return int(found[1]) if found else 0


def _enforce(root: subprocess.Popen[bytes], deadline: float) -> None:
    if time.monotonic() < deadline:
        return
    with contextlib.suppress(ProcessLookupError):
        os.killpg(root.pid, signal.SIGKILL)
    for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split():
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(pid), signal.SIGKILL)


def write_build(script: Path, record: Path, *, at_least_s: float = 0.0, before: str = "") -> None:
    """A wrapper around ``npm run build`` that writes down what each build cost, so that it can be taken off.

    ``before`` is a shell command that runs first; ``at_least_s`` makes the build take that long by sleeping.
    """
    script.write_text(
        "#!/bin/sh\n"
        "start=$(date +%s.%N)\n"
        f"{before}\n"
        "npm run build\n"
        "code=$?\n"
        f"left=$(awk -v s=$start -v e=$(date +%s.%N) 'BEGIN {{ l = {at_least_s} - (e - s); print (l > 0 ? l : 0) }}')\n"
        '[ "$left" = 0 ] || sleep $left\n'
        f'{{ echo "build $start $(date +%s.%N) $code"; times; }} >> {record}\n'
        "exit $code\n"
    )
    script.chmod(0o755)


def read_builds(record: Path) -> list[Build]:
    """What :func:`write_build`'s wrapper recorded."""
    builds = []
    for block in record.read_text().split("build ")[1:] if record.exists() else []:
        start, end, code = block.split("\n", 1)[0].split()
        times = re.findall(r"(\d+)m([\d.]+)s", block)
        cpu = sum(60 * int(minutes) + float(seconds) for minutes, seconds in times)
        builds.append(Build(float(end) - float(start), cpu, int(code)))
    return builds
