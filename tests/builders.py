"""Short ways to make domain values in tests."""

from __future__ import annotations

from pathlib import Path

from prunella.changes import Fix
from prunella.diagnostics.classify import classify
from prunella.domain import (
    Check,
    CheckResult,
    CommandResult,
    Diagnostic,
    Ending,
    ErrorClass,
    History,
    Ladder,
    Rung,
    Severity,
    Task,
    Verification,
)
from prunella.outcome import Attempt, Progress
from prunella.ports import Hit

BUILD = Check("build", "npm run build")
TEST = Check("test", "npm test")
CLAUDE_1 = Rung("claude-1", "anthropic", "claude-opus-5-5", "Claude")
CLAUDE_2 = Rung("claude-2", "anthropic", "claude-opus-5-5", "Claude", history=History.CONTINUE)
CODEX = Rung("openai-3", "openai", "gpt-6.1-sol", "OpenAI Codex")
LADDER = Ladder((CLAUDE_1, CLAUDE_2, CODEX))


def error(file: str = "src/a.ts", line: int = 1, code: str = "TS2339", message: str = "no") -> Diagnostic:
    return Diagnostic(file, line, 5, Severity.ERROR, code, message, "tsc")


def result(check: Check = BUILD, code: int = 1, *errors: Diagnostic, tail: str = "") -> CheckResult:
    return CheckResult(check, CommandResult(code, Ending.EXITED, 0.1, "/log", 10), errors, tail)


def failed(*errors: Diagnostic, number: int = 0, proven: tuple[Check, ...] = (), tail: str = "") -> Verification:
    prints = tuple(sorted({f"{e.code} {e.file} {e.message}" for e in errors}))
    kind = classify(errors[0]) if errors else ErrorClass.UNKNOWN
    results = (*(result(check, 0) for check in proven), result(TEST if proven else BUILD, 1, *errors, tail=tail))
    return Verification(number, results, prints, errors[0].message if errors else "it failed", kind)


def passed(number: int = 1) -> Verification:
    return Verification(number, (result(BUILD, 0),), summary="")


def attempt(number: int, rung: Rung, after: Verification | None = None, **more: object) -> Attempt:
    fields: dict[str, object] = {"before": failed(error()), "after": after, "progress": Progress.SAME, "fix": Fix()}
    return Attempt(number, rung, **{**fields, **more})  # type: ignore[arg-type]


def task(root: Path | str = "/repo", **more: object) -> Task:
    return Task("t1", str(root), (BUILD,), **more)  # type: ignore[arg-type]


class DictFiles:
    """``ports.Files`` over a dictionary."""

    def __init__(self, **files: str) -> None:
        self.files = {path.replace("__", "/").replace("_DOT_", "."): text for path, text in files.items()}

    @classmethod
    def of(cls, files: dict[str, str]) -> DictFiles:
        made = cls()
        made.files = dict(files)
        return made

    def read(self, path: str) -> bytes | None:
        text = self.files.get(path)
        return None if text is None else text.encode()

    def real(self, path: str) -> str:
        return path

    def installed(self, path: str) -> bytes | None:
        return self.read(path) if "node_modules/" in path or "site-packages/" in path else None

    def mode(self, path: str) -> int:
        return 0o644

    def paths(self) -> tuple[str, ...]:
        return tuple(sorted(self.files))

    def search(self, text: str, *, under: str = "", words: bool = False, limit: int = 50) -> tuple[Hit, ...]:
        hits = [
            Hit(path, number, line)
            for path, content in sorted(self.files.items())
            for number, line in enumerate(content.split("\n"), 1)
            if text in line and path.startswith(under)
        ]
        return tuple(hits[:limit])

    def search_any(self, names: tuple[str, ...], *, words: bool = False, limit: int = 200) -> tuple[Hit, ...]:
        hits = [hit for name in names for hit in self.search(name, words=words, limit=limit)]
        return tuple(sorted(dict.fromkeys(hits), key=lambda hit: (hit.path, hit.line))[:limit])

    def refusal(self, path: str) -> str:
        return ""
