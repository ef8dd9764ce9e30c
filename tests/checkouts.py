"""Real git checkouts to heal, and the real program to heal them with."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prunella.testing.server import ScriptedServer

CALC = "def add(a, b):\n    return a - b\n\n\ndef twice(a):\n    return add(a, a)\n"
TEST = "from calc import add\n\nassert add(2, 2) == 4, 'add is wrong'\n"
CHECK = (sys.executable, "test_calc.py")
WRONG, ALSO_WRONG, RIGHT = "    return a * b + 1\n", "    return a\n", "    return a + b\n"


def git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True)
    return done.stdout


def make(root: Path, files: Mapping[str, str] | None = None) -> Path:
    """A git checkout with one commit of ``files`` (a Python project whose test fails)."""
    root.mkdir(parents=True, exist_ok=True)
    git(root, "init", "-q", "-b", "main")
    for path, text in (files or {"calc.py": CALC, "test_calc.py": TEST, ".gitignore": "__pycache__/\n"}).items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "start")
    return root


def state(root: Path) -> dict[str, str]:
    """Everything that must come back byte for byte: files with modes, links, the index, refs and the stash."""
    found: dict[str, str] = {}
    for folder, folders, names in os.walk(root):
        if Path(folder) == root:
            folders.remove(".git")
        for name in [*names, *(f for f in folders if (Path(folder) / f).is_symlink())]:
            path = Path(folder) / name
            mode = path.lstat().st_mode
            if "__pycache__" in path.parts:
                continue
            content = os.fsencode(path.readlink()) if stat.S_ISLNK(mode) else path.read_bytes()
            found[str(path.relative_to(root))] = f"{mode:o} {hashlib.sha256(content).hexdigest()}"
    found["<index>"] = hashlib.sha256((root / ".git/index").read_bytes()).hexdigest()
    refs = git(root, "for-each-ref").splitlines()
    found["<refs>"] = "\n".join(ref for ref in refs if "refs/prunella/" not in ref)
    found["<head>"] = (root / ".git/HEAD").read_text()
    found["<stash>"] = git(root, "stash", "list")
    return found


@dataclass
class Ran:
    """How a run of the program ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Program:
    """The program with its keys and a scripted server as both vendors."""

    def __init__(self, server: ScriptedServer, **variables: str | None) -> None:
        ours: dict[str, str | None] = {
            "ANTHROPIC_API_KEY": "sk-ant-test",
            "OPENAI_API_KEY": "sk-test",
            "ANTHROPIC_BASE_URL": server.anthropic_url,
            "OPENAI_BASE_URL": server.openai_url,
            **variables,
        }
        merged = {**os.environ, **{name: value for name, value in ours.items() if value is not None}}
        self.environment = {name: value for name, value in merged.items() if ours.get(name, value) is not None}

    def start(self, root: Path, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "prunella", *arguments],
            cwd=root,
            # Checks of tests leave word beside the repository, which a sandbox would else keep them from.
            env={"PRUNELLA_SANDBOX_WRITE": str(root.parent), **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __call__(self, root: Path, *arguments: str) -> Ran:
        process = self.start(root, *arguments)
        out, err = process.communicate(timeout=90)
        return Ran(process.returncode, out, err)

    def heal(self, root: Path, *options: str, command: tuple[str, ...] = CHECK) -> Ran:
        return self(root, "heal", *options, "--", *command)


def finish(process: subprocess.Popen[str], number: signal.Signals) -> Ran:
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    return Ran(process.returncode, out, err)
