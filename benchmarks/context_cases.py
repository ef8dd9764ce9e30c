"""Makes the breakages: a repository per package, a commit or a working tree each, and what the check says of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from difflib import SequenceMatcher
from pathlib import Path
from typing import NamedTuple

from breakages import Case
from context_breaks import breakages
from context_packages import ALL, CONTEXT, Source, fetched, tsc

HISTORIES = ("commit", "working", "buried")
"""The break is the last commit; it lies in the working tree; it is part of the first commit, so git knows nothing."""
AT_MOST_OF_A_KIND = 3
TIMEOUT_S = 180
GIT = (
    "git",
    "-c",
    "user.name=Ada",
    "-c",
    "user.email=ada@example.org",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "gc.auto=0",
)


class Broken(NamedTuple):
    """A breakage that was made and verified to fail. ``ref``: the commit that is checked out; ``working``: what is
    written over it; ``needs``: by path of the true fix the lines that change (as they are broken), with three more on
    either side; () = the file is missing. ``named``: files that the errors name."""

    name: str
    package: str
    language: str
    kind: str
    history: str
    ref: str
    working: dict[str, str | None]
    needs: dict[str, list[int]]
    named: list[str]
    log: str
    command: str

    @property
    def unnamed(self) -> bool:
        """Whether no error names a file to fix."""
        return not set(self.needs) & set(self.named)


def git(root: Path, *args: str) -> str:
    return subprocess.run([*GIT, *args], cwd=root, check=True, capture_output=True, text=True).stdout.strip()


def made(per_package: int, only: tuple[str, ...] = ()) -> list[Broken]:
    """Every breakage, made once and kept in ``benchmarks/.work/context``."""
    found: list[Broken] = []
    for source in ALL:
        if only and not any(word in source.name for word in only):
            continue
        kept = CONTEXT / "cases" / f"{source.name.replace('/', '-')}.json"
        document = json.loads(kept.read_text()) if kept.exists() else {"asked": 0}
        if document["asked"] < per_package:
            document = {"asked": per_package, "rows": [broken._asdict() for broken in _made(source, per_package)]}
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_text(json.dumps(document, indent=1))
        found += [Broken(**row) for row in document["rows"][:per_package]]
    return found


def root_of(package: str) -> Path:
    """The repository of a package."""
    return CONTEXT / "repos" / package.replace("/", "-")


def set_out(broken: Broken) -> Path:
    """Put the repository into the state of a breakage."""
    root = root_of(broken.package)
    (root / ".git/info/exclude").write_text(".aider*\n")  # its cache stays, and nobody sees it
    git(root, "checkout", "-q", "-f", "--detach", broken.ref)
    git(root, "clean", "-q", "-fd")
    for path, text in broken.working.items():
        _write(root / path, text)
    return root


def _made(source: Source, most: int) -> list[Broken]:
    root = root_of(source.name)
    versions = [fetched(source, version) for version in source.versions]
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    git(root, "init", "-q", "-b", "main")
    for folder, version in zip(versions, source.versions, strict=True):
        _replace(root, folder)
        git(root, "add", "-A", "-f")
        git(root, "commit", "-q", "--allow-empty", "-m", f"Version {version}")
    good = git(root, "rev-parse", "HEAD")
    found: list[Broken] = []
    kinds: Counter[str] = Counter()
    seen: set[str] = set()
    old = versions[0] if len(versions) > 1 else None
    tries = 0
    for kind, case, history in breakages(source, old, versions[-1]):
        same = json.dumps([kind, sorted(case.files)])
        if len(found) >= most or tries > most * 7:
            break
        if kinds[kind] >= AT_MOST_OF_A_KIND or same in seen:
            continue
        seen.add(same)
        tries += 1
        how = history or HISTORIES[len(found) % 3]
        broken = _break(source, root, good, case, how)
        if broken:
            kinds[kind] += 1
            found.append(broken._replace(name=f"{source.name}-{len(found)}"))
            print(f"{broken.package:32} {kind:45} {how:8} named={not broken.unnamed}", file=sys.stderr, flush=True)
    return found


def _break(source: Source, root: Path, good: str, case: Case, how: str) -> Broken | None:
    git(root, "checkout", "-q", "-f", "--detach", good)
    git(root, "clean", "-q", "-fd")
    right = {path: (root / path).read_text(encoding="utf-8") for path in case.true_fix if (root / path).exists()}
    if any(right.get(path) == text for path, text in case.files.items()):
        return None
    base = {"commit": good, "working": good, "buried": "", "half": f"{good}~1"}[how]
    if how == "half":
        git(root, "checkout", "-q", "-f", "--detach", base)
        git(root, "rm", "-r", "-q", "--ignore-unmatch", ".")
        git(root, "checkout", "-q", good, "--", ".")
    for path, text in case.files.items():
        _write(root / path, text)
    log, failed = _checked(source, root)
    if not failed:
        return None
    _committed(root, base, how, case)
    needs = {path: _lines(case.files.get(path), text) for path, text in right.items()}
    from context_measure import verification_of  # the package under test, which only the runner has to have

    named = sorted(verification_of(log, root, _command(source))[1])
    name = f"{source.name}: {case.kind}"
    working = dict(case.files) if how == "working" else {}
    ref = git(root, "rev-parse", "HEAD")
    return Broken(name, source.name, source.language, case.kind, how, ref, working, needs, named, log, _command(source))


def _committed(root: Path, base: str, how: str, case: Case) -> None:
    subject = {"half": "Update to the new release", "commit": "Tidy up"}.get(how, "Import")
    if how == "working":
        return
    if how == "buried":
        git(root, "checkout", "-q", "--orphan", "fresh")
        git(root, "add", "-A", "-f")
        git(root, "commit", "-q", "-m", subject)
        (root / "NOTES.md").write_text("# Notes\n")
        subject = "Add notes"
    git(root, "add", "-A", "-f")
    git(root, "commit", "-q", "-m", subject)
    git(root, "checkout", "-q", "--detach")
    if how == "buried":
        git(root, "branch", "-D", "-q", "fresh")
    git(root, "tag", "-f", f"kept-{git(root, 'rev-parse', '--short=12', 'HEAD')}")
    del base, case


def _command(source: Source) -> str:
    return tsc() if source.verify == "tsc" else source.verify


def _checked(source: Source, root: Path) -> tuple[str, bool]:
    """Where the check's output is, and whether it failed as a breakage does."""
    more = {"PYTHONPATH": f"{root}/src:{root}", "PYTHONDONTWRITEBYTECODE": "1", "GOFLAGS": "-mod=mod", "GOPROXY": "off"}
    logs = CONTEXT / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    log = logs / f"{source.name.replace('/', '-')}-{len(list(logs.iterdir()))}.log"
    with log.open("wb") as out:
        try:
            code = subprocess.run(
                _command(source),
                shell=True,
                cwd=root,
                env=os.environ | more,
                timeout=TIMEOUT_S,
                check=False,
                stdout=out,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
            ).returncode
        except subprocess.TimeoutExpired:
            return str(log), False
    return str(log), code != 0


def _lines(broken: str | None, right: str) -> list[int]:
    """The broken file's lines that change, with three more on either side; of what is only put in, where it goes."""
    if broken is None:
        return []
    old, new = broken.splitlines(), right.splitlines()
    found: set[int] = set()
    for kind, a0, a1, _, _ in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            found.update(range(max(1, a0 + 1 - 3), min(len(old), a1 + 3) + 1))
    return sorted(found)


def _write(path: Path, text: str | None) -> None:
    if text is None:
        path.unlink(missing_ok=True)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _replace(root: Path, folder: Path) -> None:
    for child in root.iterdir():
        if child.name != ".git":
            shutil.rmtree(child) if child.is_dir() else child.unlink()
    shutil.copytree(
        folder, root, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".fetched", "__pycache__", "*.egg-info")
    )
