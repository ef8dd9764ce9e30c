"""The table, and the bars: what was promised against what was measured."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from contenders import PRUNELLA, Sample
from projects import LARGE, SMALL


@dataclass(frozen=True)
class Starts:
    """Medians over interleaved starts of `prunella --version` and `python -c pass`: wall and CPU seconds."""

    wall_s: float
    bare_wall_s: float
    cpu_s: float
    bare_cpu_s: float


@dataclass(frozen=True)
class Report:
    """Medians by (contender, project); ``first``: Prunella's first run ever, with nothing cached; ``gigabyte``: with
    builds that print 1 GB; ``versions``: of the peers."""

    medians: dict[tuple[str, str], Sample]
    first: Sample
    gigabyte: Sample
    starts: Starts
    versions: dict[str, str]

    @property
    def own(self) -> Sample:
        return self.medians[PRUNELLA.name, SMALL.name]


def start_ratio(rounds: int) -> Starts:
    """Start both again and again, in turns."""
    program = str(Path(sys.executable).parent / "prunella")
    pairs = [(_start([program, "--version"]), _start([sys.executable, "-c", "pass"])) for _ in range(rounds)]
    return Starts(*(median(pair[which][what] for pair in pairs) for what in (0, 1) for which in (0, 1)))


def _start(argv: list[str]) -> tuple[float, float]:
    began = time.perf_counter()
    process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, cwd="/")
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{argv} ended with {process.returncode}")
    return time.perf_counter() - began, used.ru_utime + used.ru_stime


def table(report: Report) -> str:
    """Every contender, small and large project side by side."""
    lines = [
        "",
        "| contender | CPU s, 2 / 300 files | over two builds s, 300 | peak MB | requests | sent, 2 / 300 files |",
        "|---|---|---|---|---|---|",
    ]
    names = dict.fromkeys(name for name, _ in report.medians)
    for name in names:
        small, large = report.medians[name, SMALL.name], report.medians[name, LARGE.name]
        version = report.versions.get(name, "")
        failed = "" if small.healed and large.healed else " **(did not always heal)**"
        lines.append(
            f"| {name} {version}{failed} | {small.cpu_s:.2f} / {large.cpu_s:.2f} | {large.wall_s:.2f} "
            f"| {small.peak_mb:.0f} | {len(small.sent)} | {sum(small.sent):,} / {sum(large.sent):,} |"
        )
    first, big, starts = report.first, report.gigabyte, report.starts
    lines += [
        "",
        f"prunella, first run ever (nothing cached): CPU {first.cpu_s:.2f} s, peak {first.peak_mb:.0f} MB",
        (
            f"prunella, builds that print 1 GB: CPU {big.cpu_s:.2f} s, over the builds {big.wall_s:.2f} s, "
            f"peak {big.peak_mb:.0f} MB, healed: {big.healed}"
        ),
        (
            f"prunella --version: {starts.wall_s * 1000:.1f} ms (CPU {starts.cpu_s * 1000:.1f}); "
            f"python -c pass: {starts.bare_wall_s * 1000:.1f} ms (CPU {starts.bare_cpu_s * 1000:.1f})"
        ),
        "",
    ]
    return "\n".join(lines)


def bars(report: Report) -> int:
    """Print each bar with what was measured; how many were missed."""
    own, large, big, starts = report.own, report.medians[PRUNELLA.name, LARGE.name], report.gigabyte, report.starts
    attempts = 1
    rows = [
        ("a: CPU of all but the builds, small project, s", own.cpu_s, 0.5),
        *_against(report, "aider", 1 / 8),
        *_against(report, "codex", 0.8),
        (f"b: wall over two builds of {large.build_s:.1f} s, s", large.wall_s, 0.3),
        ("c: requests per attempt", len(own.sent) / attempts, 1),
        ("c: characters sent for a one-error fix", sum(own.sent), 8000),
        ("d: peak memory, small project, first run included, MB", max(own.peak_mb, report.first.peak_mb), 80),
        ("d: more on 1 GB of build output, MB", big.peak_mb - own.peak_mb, 80),
        ("e: start against `python -c pass`", starts.wall_s / starts.bare_wall_s, 2.5),
    ]
    missed = 0
    for what, value, most in rows:
        met = value <= most
        missed += not met
        print(f"{'met   ' if met else 'MISSED'} {what}: {value:.4g} (at most {most:.4g})")
    print(f"{len(rows) - missed} of {len(rows)} bars met")
    return missed


def _against(report: Report, peer: str, most: float) -> list[tuple[str, float, float]]:
    """The CPU as a share of the cheapest variant of a peer that healed; no row if there is none."""
    healed = [
        taken.cpu_s
        for (name, size), taken in report.medians.items()
        if size == SMALL.name and taken.healed and (name == peer or (peer == "aider" and name.startswith("aider")))
    ]
    return [(f"a: CPU against {peer}'s", report.own.cpu_s / min(healed), most)] if healed else []
