"""Real fixes as cases of the guard's corpus: commits of public repositories that are at hand as bare git directories.

Nothing of them is kept here but where they are: a line of ``commits.tsv`` is a repository (``owner/name``), a commit,
the language and the commit's subject. A repository or a commit that is not at hand is left out and said so.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.guard_cases import CORPUS, Case

LIST = CORPUS / "commits.tsv"


class Commit(NamedTuple):
    repository: str
    id: str
    language: str
    subject: str


def listed(file: Path = LIST) -> tuple[Commit, ...]:
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    return tuple(Commit(*line.split("\t", 3)) for line in lines if line and not line.startswith("#"))


def commits(folder: Path, file: Path = LIST) -> Iterator[Case]:
    """The listed commits that ``folder`` has, each with the whole files that it changes."""
    absent: dict[str, int] = {}
    for commit in listed(file):
        place = folder / commit.repository.replace("/", "+")
        place = place / "repo" if (place / "repo").is_dir() else place
        diff = _diff(place, commit.id) if place.is_dir() else ""
        if not diff:
            absent[commit.repository] = absent.get(commit.repository, 0) + 1
            continue
        name = f"{commit.repository}@{commit.id[:10]}"
        yield Case(name, commit.language, "fix", commit.repository, commit.id, "", diff, "allow", paths=())
    for repository, count in absent.items():
        print(f"{repository}: {count} commits are not at hand", file=sys.stderr)


def _diff(place: Path, commit: str) -> str:
    """The commit against its first parent with all of each file as context; "" when the repository lacks it."""
    git = ["git", "-c", "safe.directory=*", "-C", str(place), "show", "--format=", "--first-parent", "-U100000"]
    command = [*git, "--no-renames", "--no-textconv", "--no-ext-diff", commit]
    done = subprocess.run(command, capture_output=True, check=False)
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""
