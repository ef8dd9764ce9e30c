"""The cost of a context in a generated repository of 10,000 files: each run is a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import NamedTuple

from projects import WORK

FILES = 10_000
FOLDER = WORK / "context/large"
FIRST_S, REPEAT_S, MOST_MB = 3.0, 0.3, 300.0


class Large(NamedTuple):
    """Seconds of a first run (nothing of it known) and of a repeat, and the most memory, in MB, of either."""

    first_s: float
    repeat_s: float
    peak_mb: float

    @property
    def held(self) -> bool:
        return self.first_s <= FIRST_S and self.repeat_s <= REPEAT_S and self.peak_mb <= MOST_MB

    def __str__(self) -> str:
        return (
            f"{FILES:,} files, `prunella context --log`: first run {self.first_s:.2f} s, repeat {self.repeat_s:.2f} s, "
            f"peak {self.peak_mb:.0f} MB (bars: {FIRST_S} s, {REPEAT_S} s, {MOST_MB:.0f} MB)"
        )


def measured(runs: int = 5) -> Large:
    root = _repository()
    firsts, repeats, peaks = [], [], []
    for _ in range(runs):
        home = FOLDER / "home"
        shutil.rmtree(home, ignore_errors=True)
        for times in (firsts, repeats):
            seconds, peak = _run(root, home)
            times.append(seconds)
            peaks.append(peak)
    return Large(median(firsts), median(repeats), max(peaks))


def _run(root: Path, home: Path) -> tuple[float, float]:
    program = (
        "import os,sys,time,resource,subprocess\n"
        "start=time.perf_counter()\n"
        "code=subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL).returncode\n"
        "print(time.perf_counter()-start, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss/1024, code)\n"
    )
    command = [
        str(Path(sys.executable).with_name("prunella")),
        "context",
        "--repo",
        str(root),
        "--log",
        str(FOLDER / "log"),
    ]
    done = subprocess.run(
        [sys.executable, "-c", program, *command, "--json"],
        env=os.environ | {"PRUNELLA_HOME": str(home)},
        check=True,
        capture_output=True,
        text=True,
    )
    seconds, peak, code = done.stdout.split()
    if code != "0":
        raise SystemExit(f"`{' '.join(command)}` failed: {done.stderr}")
    return float(seconds), float(peak)


def _repository() -> Path:
    root = FOLDER / "repository"
    if (root / ".git").exists():
        return root
    for number in range(FILES):
        path = root / f"src/part{number // 100}/module{number}.ts"
        path.parent.mkdir(parents=True, exist_ok=True)
        other = (number * 7 + 1) % FILES
        lines = [f"import {{ value{other}, Shape{other} }} from '../part{other // 100}/module{other}';", ""]
        lines += [f"export interface Shape{number} {{ id: number; name: string; next?: Shape{other} }}", ""]
        for n in range(20):
            lines += [
                f"export function step{number}x{n}(shape: Shape{number}, count: number): number {{",
                f"  const first = shape.id + count * {n};",
                f"  return first > 10 ? first : value{other}(first);",
                "}",
                "",
            ]
        lines.append(f"export function value{number}(count: number): number {{ return count; }}")
        path.write_text("\n".join(lines) + "\n")
    (root / "tsconfig.json").write_text(json.dumps({"compilerOptions": {"strict": True}, "include": ["src"]}))
    git = ["git", "-C", str(root), "-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "gc.auto=0"]
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    subprocess.run([*git, "add", "-A"], check=True)
    subprocess.run([*git, "commit", "-q", "-m", "all"], check=True)
    broken = root / "src/part0/module8.ts"
    broken.write_text(broken.read_text().replace("export function value8(", "export function valueOf8("))
    subprocess.run([*git, "commit", "-q", "-am", "rename"], check=True)
    users = [number for number in range(FILES) if (number * 7 + 1) % FILES == 8]
    log = [
        f"src/part{n // 100}/module{n}.ts(1,10): error TS2305: Module '\"../part0/module8\"' has no exported member "
        "'value8'."
        for n in users or [1]
    ]
    (FOLDER / "log").write_text("\n".join(log) + "\n")
    return root
