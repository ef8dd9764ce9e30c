"""Edits, fixes and what the guard says of them: the one internal model that every vendor's edit form becomes.

Texts in edits use "\\n" whatever the file uses; paths are relative to the repository's root and use ``/``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Create(NamedTuple):
    """A new file; rejected when the path exists."""

    path: str
    text: str


class Replace(NamedTuple):
    """``old`` must occur exactly once in the file; it becomes ``new``."""

    path: str
    old: str
    new: str


class Insert(NamedTuple):
    """``text`` goes in after line ``line`` (0 = at the start of the file)."""

    path: str
    line: int
    text: str


class PatchLines(NamedTuple):
    """One hunk: whole lines that are kept (" "), removed ("-") and added ("+").

    The kept and removed lines must occur exactly once, as a run, after the line that matches the last of ``anchors``
    (each anchor is looked for after the one before it and must exist), and at the end of the file if ``at_end``.
    With neither kept nor removed lines the added ones go in right after the last anchor, or at the end if ``at_end``.
    """

    path: str
    lines: tuple[tuple[str, str], ...]
    anchors: tuple[str, ...] = ()
    at_end: bool = False


class Delete(NamedTuple):
    """The file goes."""

    path: str


class Rename(NamedTuple):
    """The file moves to a path that does not exist yet."""

    path: str
    to: str


Edit = Create | Replace | Insert | PatchLines | Delete | Rename


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file before and after a fix, byte for byte; None = does not exist. ``mode`` is the permission bits after."""

    path: str
    before: bytes | None
    after: bytes | None
    mode: int = 0o644


@dataclass(frozen=True, slots=True)
class Fix:
    """The edits of one attempt: what changed against the attempt's start, and the same as a unified diff."""

    changes: tuple[FileChange, ...] = ()
    diff: str = ""

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(change.path for change in self.changes)


class Judgement(StrEnum):
    """What the guard says of a fix."""

    ALLOW = "allow"
    SUSPICIOUS = "suspicious"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the guard found: the rule's name, where, and the reason in words."""

    rule: str
    path: str
    line: int
    reason: str
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class Verdict:
    """The guard's findings; the worst one decides."""

    findings: tuple[Finding, ...] = ()

    @property
    def judgement(self) -> Judgement:
        for judgement in (Judgement.REJECT, Judgement.SUSPICIOUS):
            if any(finding.judgement is judgement for finding in self.findings):
                return judgement
        return Judgement.ALLOW


class Tuning(NamedTuple):
    """How the guard was set for a repository: names of rules by what their breach means, and limits.

    Whoever makes one has seen to it that a file of the repository lets nothing of the floor pass.

    Attributes:
        allow, suspect, reject: names of rules; where one is in more than one of them, the strictest counts.
        dependencies: packages that a fix may add; a * stands for any characters.
        max_files, max_lines: beyond which a fix is too big to be a repair.
    """

    allow: tuple[str, ...] = ()
    suspect: tuple[str, ...] = ()
    reject: tuple[str, ...] = ()
    dependencies: tuple[str, ...] = ()
    max_files: int = 40
    max_lines: int = 2_000
