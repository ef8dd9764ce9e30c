"""How well, how fast and how safely logs are read: `python -m benchmarks.diagnostics [--megabytes N] [--fuzz N]`.

Prints (1) over all fixture pairs how much of what is expected was found and how much was invented; (2) the speed and
the peak memory on four generated logs, as it is and next to a bare `for line in file` over the same file in the same
run; (3) for N inputs made by cutting, joining and spoiling real logs: no exception, and none slower than a bound per
KB. The figures of the documentation: `--megabytes 200 --fuzz 1000000`, which takes a good hour.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path

FIXTURES = Path(__file__).parents[1] / "tests" / "fixtures" / "diagnostics"
SLOWEST_MS_PER_KB = 10.0
SLOWEST_FLOOR_MS = 200.0
"""Allowed for any input: a spoiled mixture can need more patterns than ``re`` remembers, which are then made anew."""

_WARM = 500
_MOST_FAILURES = 50
LONGEST = 6_000
WORKERS = 2
_RUN = """
import sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from prunella.diagnostics.reading import read_file
started = time.process_time()
found = len(read_file(Path(sys.argv[1])).diagnostics)
spent = time.process_time() - started
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]
print(found, spent, peak)
"""
_LOOP = """
import sys, time
started = time.process_time()
with open(sys.argv[1], "rb") as log:
    for line in log:
        pass
print(time.process_time() - started)
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=20, help="size of each generated log (20)")
    parser.add_argument("--fuzz", type=int, default=2_000, metavar="N", help="how many spoiled inputs (2000)")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of the spoiling (the time)")
    options = parser.parse_args()
    good = _quality()
    with tempfile.TemporaryDirectory() as folder:
        for name, pieces in (
            ("noise", _noise),
            ("webpack", _webpack),
            ("warnings", _warnings),
            ("repeated", _repeated),
        ):
            _speed(name, pieces(), options.megabytes, Path(folder) / "log")
    return 0 if _fuzz(options.fuzz, options.seed) and good else 1


def _quality() -> bool:
    """Found: an expected diagnostic that was read in all its parts. Invented: a read one whose place nobody expects."""
    from prunella.diagnostics.paths import relative
    from prunella.diagnostics.reading import read

    wanted = found = read_all = invented = 0
    for expectation in sorted(FIXTURES.glob("*/*.json")):
        rows = json.loads(expectation.read_text("utf-8"))
        reading = read(BytesIO(expectation.with_suffix(".log").read_bytes()))
        got = [
            (each.file, each.line, each.column, str(each.severity), each.code, each.message)
            for each in relative(reading.diagnostics, ("/repo",))
        ]
        expected = [(*(row[key] for key in ("file", "line", "column", "severity", "code", "message")),) for row in rows]
        places = {row[:2] for row in expected}
        wanted, found = wanted + len(expected), found + sum(row in got for row in expected)
        read_all, invented = read_all + len(got), invented + sum(row[:2] not in places for row in got)
    print(f"fixtures: {found} of {wanted} found ({found / wanted:.1%}), {invented} of {read_all} invented")
    return found >= 0.98 * wanted and invented <= 0.01 * read_all


def _logs() -> list[bytes]:
    return [log.read_bytes() for log in sorted(FIXTURES.glob("*/*.log"))]


def _noise() -> Iterator[bytes]:
    """Lines of many programs that say nothing, with a real log strewn in now and then."""
    source, logs, number = random.Random(1), _logs(), 0
    while True:
        lines = []
        for _ in range(1_000):
            number += 1
            lines += [
                b"npm http fetch GET 200 https://registry.test/pkg-%x/-/pkg-%d.tgz %dms"
                % (number * 7919, number % 9, number),
                b"2026-02-05 12:%02d:%02d INFO worker-%d processed batch id=%x"
                % (number % 60, number % 60, number % 16, number),
                b"  compiled src/generated/module_%d.ts -> dist/generated/module_%d.js" % (number, number),
            ]
        yield b"\n".join(lines) + b"\n" + (source.choice(logs) + b"\n" if source.random() < 0.1 else b"")


def _webpack() -> Iterator[bytes]:
    """A bundler's progress and list of modules, with an error now and then."""
    number = 0
    while True:
        lines = []
        for _ in range(1_000):
            number += 1
            lines += [
                b"[webpack.Progress] %d%% building %d/20000 modules %d active src/pages/Page%d.tsx"
                % (number % 100, number, number % 9, number),
                b"  asset static/chunks/%x-%x.js 12.%d KiB [emitted] [immutable]" % (number, number * 31, number % 10),
                b"  ./src/pages/Page%d.tsx 3.2 KiB [built] [code generated]" % number,
            ]
        if number % 10_000 == 0:
            lines.append(
                b"ERROR in ./src/pages/Page%d.tsx 1:0-40\nModule not found: Error: Can't resolve './gone'\n" % number
            )
        yield b"\n".join(lines) + b"\n"


def _warnings() -> Iterator[bytes]:
    """A compiler that warns of every function, and fails at one in a hundred thousand."""
    number = 0
    while True:
        number += 1
        place = b"src/mod%d/file%d.c" % (number % 50, number % 997)
        yield b"%s: In function 'f%d':\n%s:%d:%d: warning: unused variable 'v%d' [-Wunused-variable]\n" % (
            place, number, place, number % 3000 + 1, number % 40 + 1, number,
        ) + b"  %3d |   int v%d = 0;\n      |       ^~\n" % (number % 999, number)  # fmt: skip
        if number % 100_000 == 0:
            yield b"%s:5:3: error: 'x%d' undeclared (first use in this function)\n" % (place, number)


def _repeated() -> Iterator[bytes]:
    """Real logs one after the other, again and again: nothing but what has to be looked at."""
    source, logs = random.Random(2), _logs()
    while True:
        yield source.choice(logs) + b"\n"


def _speed(name: str, pieces: Iterator[bytes], megabytes: int, log: Path) -> None:
    with log.open("wb") as file:
        while file.tell() < megabytes * 1_000_000:
            file.write(next(pieces))
    here = str(Path(__file__).parents[1] / "src")
    found, spent, peak = _python(_RUN, str(log), here).split()
    loop = float(_python(_LOOP, str(log)))
    print(
        f"{name:9} {megabytes} MB: {megabytes / float(spent):6.0f} MB/s, {int(peak) / 1024:.0f} MB peak, "
        f"{found} diagnostics; {float(spent) / loop:.1f} x the time of a bare loop over the lines"
    )


def _python(program: str, *arguments: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", program, *arguments], check=True, capture_output=True, text=True
    ).stdout.strip()


def _fuzz(number: int, seed: int) -> bool:
    if number <= 0:
        return True
    print(f"fuzz: {number} inputs, seeds {seed} to {seed + WORKERS - 1}", flush=True)
    share = -(-number // WORKERS)
    with get_context("spawn").Pool(WORKERS) as pool:
        done = pool.map(_spoil, [(share, seed + worker) for worker in range(WORKERS)])
    slowest = max(done, key=lambda one: one[1])
    failures = [failure for one in done for failure in one[2]]
    print(f"fuzz: {sum(one[0] for one in done)} inputs, {len(failures)} failures, slowest {slowest[1]:.2f} ms per KB")
    for failure in failures[:20]:
        print("  ", failure)
    return not failures


def _spoil(task: tuple[int, int]) -> tuple[int, float, list[str]]:
    """Inputs tried, the slowest in milliseconds per KB, and what went wrong."""
    number, seed = task
    source, logs = random.Random(seed), [log.split(b"\n") for log in _logs()]
    slowest, failures = 0.0, []
    for tried in range(number):
        data = _spoiled(source, logs)
        spent, failure = _tried(data)
        if spent > _allowed(data) and not failure:  # It may have been the first to need a module or a pattern.
            spent = min(spent, *(_tried(data)[0] for _ in range(3)))
            failure = f"{spent:.0f} ms for {len(data)} bytes" if spent > _allowed(data) else ""
        if failure:
            failures.append(f"seed {seed} input {tried}: {failure}")
        if tried > _WARM:
            slowest = max(slowest, spent / max(1.0, len(data) / 1_000))
        if len(failures) >= _MOST_FAILURES:
            break
    return tried + 1, slowest, failures


def _allowed(data: bytes) -> float:
    return max(SLOWEST_FLOOR_MS, SLOWEST_MS_PER_KB * len(data) / 1_000)


def _tried(data: bytes) -> tuple[float, str]:
    """Milliseconds of CPU, and what went wrong."""
    from prunella.diagnostics.classify import classify
    from prunella.diagnostics.fingerprint import fingerprint
    from prunella.diagnostics.paths import relative
    from prunella.diagnostics.reading import read

    failure = ""
    started = time.process_time()
    try:
        for found in relative(read(BytesIO(data)).diagnostics, ("/repo",), "web"):
            if found.line < 0 or found.column < 0 or found.read_to < found.read_from:
                failure = f"not a diagnostic: {found}"
            classify(found)
            fingerprint(found)
    except Exception as error:  # noqa: BLE001 - what is looked for
        failure = f"{type(error).__name__}: {error} in {_where(error)}"
    return (time.process_time() - started) * 1_000, failure


def _where(error: BaseException) -> str:
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""


def _spoiled(source: random.Random, logs: list[list[bytes]]) -> bytes:
    """A few runs of lines of real logs, cut, joined, repeated, turned and sprinkled with junk."""
    lines: list[bytes] = []
    for _ in range(source.randint(1, 4)):
        log = source.choice(logs)
        start = source.randrange(len(log))
        lines += log[start : start + source.randint(1, 25)]
    for _ in range(source.randint(0, 5)):
        at = source.randrange(len(lines))
        line = lines[at]
        middle = source.randint(0, len(line))
        other = source.choice(lines)
        lines[at] = source.choice(
            (
                line[:middle],
                line[middle:],
                line[:middle] + other,
                line * source.choice((2, 3, 40)),
                line[:middle] + source.choice(_JUNK) + line[middle:],
                line[:middle] + line[middle : middle + 1] * source.choice((2, 300, 3_000)) + line[middle:],
                b" " * source.choice((1, 8, 2_000)) + line,
                other,
            )
        )[:LONGEST]
    joined = source.choice((b"\n", b"\n", b"\n", b"\r\n", b"\r", b"")).join(lines)
    return joined[: LONGEST * 4]


_JUNK = (
    b"\x00", b"\xff\xfe", b"\x1b[", b"\x1b]8;;", b"\xed\xa0\x80", b"\xe2\x80\xae", b"9" * 30, b":1:1:", b"(1,1): ",
    b"\n", b"\r", b" " * 500, b"\t" * 50, b"../" * 60, b"[" * 60, b"(" * 60, b'"' * 60, b"{" * 60, b"a:" * 200,
    b"-" * 300, b"_ " * 100,
    "²٣".encode(), "─│╭⎯❯●✖".encode() * 20, b"error: " * 50, b"at (" * 60, b"\\" * 60, b'{"a":', b"[]", b"E   ", b"1) ",
)  # fmt: skip

if __name__ == "__main__":
    sys.exit(main())
