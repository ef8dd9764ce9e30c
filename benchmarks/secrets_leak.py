"""Whether secrets leave: `python -m benchmarks.secrets_leak [--lines N] [--seed N]`.

More than 60 secrets of as many kinds, made for the occasion, are planted in sources, env files, build output, a ticket
and the guidance for those who work in a repository. The program heals it over real HTTP against the scripted model
server, which looks everything up, edits wrongly, edits rightly, fails, and quotes keys in its errors. Then every byte
that left or was kept is searched for every secret, plain, in base64 at any alignment, and as in a URL. Then: false
alarms on ordinary code of real packages, and CPU time for a prompt. Exits with 1 when a bar is missed.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "tests")]

from secrets_code import ordinary  # noqa: E402
from secrets_planted import Planted, planted, private_key  # noqa: E402

from checkouts import Program, git, make  # noqa: E402
from prunella.changes import Replace  # noqa: E402
from prunella.conversation import Lookup, LookupKind  # noqa: E402
from prunella.secrets.known import encoded  # noqa: E402
from prunella.secrets.redact import Redactor  # noqa: E402
from prunella.secrets.scan import scan  # noqa: E402
from prunella.testing.plays import Problem, Received, Say, fault, say  # noqa: E402
from prunella.testing.server import ScriptedServer  # noqa: E402

MOST_ALARMS = 1.0
MOST_CPU_MS = 30.0
PROMPT = 60_000


class Subject:
    """A repository full of secrets, whose test fails."""

    def __init__(self, root: Path, seed: int) -> None:
        import random

        self.all = planted(seed)
        self.lines, block = private_key(random.Random(seed))
        places: list[list[Planted]] = [[], [], [], [], []]
        for number, one in enumerate(self.all):
            places[number % 5].append(one)
        source, env, output, ticket, guidance = ([one.text for one in place] for place in places)
        self.edited = next(one for one in places[0] if '"' not in one.secret and one.text == one.text.strip())
        quoted = "\n".join(f"    {text!r}," for text in source)
        calc = (
            f'"""Sums."""\n\nSETTINGS = (\n{quoted}\n)\nKEY = """{block}"""\n\n\n'
            f'def add(a, b, key="{self.edited.secret}"):  # adds\n    return a - b\n'
        )
        check = (
            "from calc import add, KEY, SETTINGS\nfrom pathlib import Path\n"
            "print(Path('output.txt').read_text())\nprint(KEY)\n"
            "assert add(2, 2) == 4, f'add is wrong: {add.__defaults__} {SETTINGS}'\n"
        )
        files = {
            "calc.py": calc,
            "test_calc.py": check,
            "output.txt": "\n".join(output) + "\n",
            "app.config.txt": "\n".join(env) + "\n",
            "docs/ticket.md": "# It fails\n\n" + "\n".join(f"    {text}" for text in ticket) + "\n",
            "AGENTS.md": "# Guidance\n\n" + "\n".join(f"- {text}" for text in guidance) + "\n",
            ".env": "\n".join(f"SERVICE_{n}_TOKEN={one.secret}" for n, one in enumerate(places[1])) + "\n",
            ".gitignore": "__pycache__/\n",
        }
        self.root = make(root, files)
        self.files = tuple(files)
        self.own = {
            "MY_SERVICE_PASSWORD": "Tr0ub4dor&" + "3xyz",
            "ANTHROPIC_API_KEY": "sk" + "-ant-api03-" + "Q7" * 40 + "AA",
        }

    @property
    def secrets(self) -> dict[str, str]:
        """By what they are; lines of the private key one by one."""
        found = {f"{one.kind}": one.secret for one in self.all}
        found |= {f"private-key line {number}": line for number, line in enumerate(self.lines)}
        return found | {f"environment {name}": value for name, value in self.own.items()}


def _curious(subject: Subject) -> object:
    """A model that looks at everything, edits wrongly, then rightly with the placeholder that it was shown."""
    turns: list[int] = []

    def script(request: Received) -> Say | Problem:
        turns.append(len(turns))
        turn = len(turns)
        if turn == 1:
            views = [Lookup(f"v{n}", LookupKind.VIEW, path) for n, path in enumerate(subject.files)]
            words = ("key", "KEY", "secret", "token", "://", "assword", subject.lines[3][:12], "def add")
            return say(
                lookups=[*views, *(Lookup(f"s{n}", LookupKind.SEARCH, text=word) for n, word in enumerate(words))]
            )
        if turn == 2:
            return say(edits=[Replace("calc.py", "def add(a, b, key=None):\n    return a - b\n", "x\n")])
        if turn == 3:
            return fault(429, message=f"slow down, {' '.join(subject.own.values())}", retry_after=0)
        name = re.search(r"def add\(a, b, key=.{1,6}?(<<secret:[a-z0-9-]+:[0-9]+>>)", request.body.decode())
        quoted = name[1] if name else "?"
        line = f'def add(a, b, key="{quoted}"):  # '
        old, new = f"{line}adds\n    return a - b\n", f"{line}adds up\n    return a + b\n"
        return say(f"done with {quoted}", edits=[Replace("calc.py", old, new)])

    return script


def _useless(subject: Subject) -> object:
    """A model that never gets it right, or fails with the keys in its words."""

    def script(request: Received) -> Say | Problem:
        number = len(request.body) % 3
        if number == 0:
            return fault(401, message=f"Incorrect API key provided: {subject.own['ANTHROPIC_API_KEY']}")
        if number == 1:
            return say(edits=[Replace("calc.py", "return a - b", "return a * b + 1")])
        return say("I give up", edits=[Replace("calc.py", "return a -  b", "return a")])

    return script


def leaks(folder: Path, seed: int) -> tuple[Counter[str], int, list[str]]:
    """Where which secrets were found; how many bytes were searched; what did not go as it should."""
    left: dict[str, bytes] = {}
    wrong: list[str] = []
    home = folder / "home"
    os.environ["PRUNELLA_HOME"] = str(home)
    subject = Subject(folder / "repo", seed)
    check = (sys.executable, "test_calc.py")
    for name, script in (("useless", _useless(subject)), ("curious", _curious(subject))):
        with ScriptedServer(script) as server:  # type: ignore[arg-type]
            program = Program(server, **subject.own, PRUNELLA_HOME=str(home), PRUNELLA_SANDBOX="env")
            left |= _kept(f"context ({name})", program(subject.root, "context", "--json", "--", *check))
            ran = program.heal(subject.root, *(("--json",) if name == "useless" else ()), command=check)
            left |= _kept(f"heal ({name})", ran)
            if name == "curious" and (ran.code != 0 or "return a + b" not in git(subject.root, "show", "HEAD:calc.py")):
                wrong.append(f"the edit with a placeholder did not heal it: {ran.code}\n{ran.err[-1500:]}")
            for more in (["show"], ["show", "--json"], ["history", "--json"], ["history"]):
                left |= _kept(f"{' '.join(more)} ({name})", program(subject.root, *more))
            for log in (home / "runs").rglob("*.log"):
                left |= _kept(f"diagnose {log.name}", program(subject.root, "diagnose", "--sarif", str(log)))
            left |= {f"{name} request {n}": request.body for n, request in enumerate(server.requests)}
    if subject.edited.secret not in git(subject.root, "show", "HEAD:calc.py"):
        wrong.append("the secret was not put back into the file")
    left["commit messages"] = git(subject.root, "log", "--format=%B").encode()
    left |= {str(file.relative_to(home)): file.read_bytes() for file in home.rglob("*") if file.is_file()}
    found: Counter[str] = Counter()
    for kind, secret in subject.secrets.items():
        for form in (secret, *encoded(secret)):
            for place, data in left.items():
                if form.encode() in data:
                    found[f"{kind} in {place}"] += 1
    return found, sum(map(len, left.values())), wrong


def _kept(name: str, ran: object) -> Iterator[tuple[str, bytes]]:
    return iter(((f"{name} stdout", ran.out.encode()), (f"{name} stderr", ran.err.encode())))  # type: ignore[attr-defined]


def alarms(lines: int) -> tuple[int, Counter[str], Counter[str], list[str]]:
    """Lines that were looked through, by ending; alarms by kind; and each as it stands."""
    kinds: Counter[str] = Counter()
    looked: Counter[str] = Counter()
    told: list[str] = []
    for path, text in ordinary(lines):
        looked[path.suffix] += text.count("\n")
        for found in scan(text):
            kinds[found.kind] += 1
            line = text[text.rfind("\n", 0, found.start) + 1 : found.end][:100]
            told.append(f"{path.name}:{text.count(chr(10), 0, found.start) + 1}: {found.kind}: {line.strip()}")
    return sum(looked.values()), looked, kinds, told


def cpu_ms() -> tuple[float, float]:
    """For a prompt of code, in a fresh process: import and first text; and a second text."""
    probe = (
        "import sys, time, prunella.kit, prunella.edits.draft; text = open(sys.argv[1]).read()\n"
        "start = time.process_time()\n"
        "from prunella.secrets.redact import Redactor\n"
        "redactor = Redactor(); redactor.text(text); first = time.process_time() - start\n"
        "start = time.process_time(); redactor.text(text[1:]); print(first, time.process_time() - start)"
    )
    source = Path(__file__).parents[1] / "src/prunella"
    text = "".join(file.read_text("utf-8") for file in sorted(source.glob("*.py")))[:PROMPT]
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write(text)
        file.flush()
        runs = []
        compiled = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPATH": str(source.parent)}
        for _ in range(7):
            command = [sys.executable, "-c", probe, file.name]
            done = subprocess.run(command, env=compiled, capture_output=True, text=True, check=True)
            runs.append(tuple(float(part) * 1000 for part in done.stdout.split()))
    return min(run[0] for run in runs), min(run[1] for run in runs)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int, default=300_000, help="of ordinary code, at least")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of the secrets that are planted")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found, size, wrong = leaks(Path(folder), options.seed)
    kinds = len({one.kind for one in planted(0)}) + 1
    print(
        f"planted: {kinds} kinds (seed {options.seed}); {size:,} bytes left or were kept; leaks: {sum(found.values())}"
    )
    for place, times in found.most_common(60):
        print(f"  LEAK {place} ({times})")
    for problem in wrong:
        print(f"  WRONG {problem}")
    missed = sum(
        one.secret in Redactor().source(f"{one.text}\n") for seed in range(100) for one in planted(options.seed + seed)
    )
    print(f"recall: {missed} of {100 * (kinds - 1)} drawn anew were missed")
    total, looked, by_kind, told = alarms(options.lines)
    rate = 10_000 * sum(by_kind.values()) / max(1, total)
    print(f"false alarms: {sum(by_kind.values())} in {total:,} lines = {rate:.2f} per 10,000 ({dict(by_kind)})")
    print(f"  lines by ending: {dict(looked.most_common(8))}")
    for line in told[:20]:
        print(f"  {line}")
    first, next_ = cpu_ms()
    print(f"CPU for a prompt of {PROMPT:,} characters: {first:.1f} ms with imports, then {next_:.1f} ms")
    return int(bool(found) or bool(wrong) or rate > MOST_ALARMS or first > MOST_CPU_MS)


if __name__ == "__main__":
    sys.exit(main())
