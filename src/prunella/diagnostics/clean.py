"""Takes out of a log what only a terminal, or the CI system that wrapped it, has a use for."""

from __future__ import annotations

import re

LONGEST_LINE = 4_000

# ECMA-48: CSI sequences, then OSC and the other strings up to their end (BEL or ST), then short escapes.
_ESCAPES = (
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|\x1b\][^\x07\x1b\n]*(?:\x07|\x1b\\)?"
    r"|\x1b[PX^_][^\x1b\n]*(?:\x1b\\)?"
    r"|\x1b[ -/]*[0-~]?"
)
_CONTROLS = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
# GitHub Actions, GitLab, Jenkins' timestamper, BuildKit (`#12 3.456 `).
_STAMPS = (
    r"^(?:\[?[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]"
    r"[0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]{1,9})?(?:Z|[+-][0-9]{2}:?[0-9]{2})?\]?"
    r"|\[[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?\]|\#[0-9]{1,4} [0-9]{1,6}\.[0-9]{1,4}) ?"
)
_STAMPED_SHARE = 0.5
_ANNOTATION = r"^##\[(?:error|warning|debug|command|section)\]"


def clean(text: str) -> str:
    """The text as a reader of the terminal would have seen it, without colours, cursor movements, overwritten progress
    bars, control characters and time stamps of CI systems; lines over 4,000 characters are shortened."""
    if "\x1b" in text or "\x9b" in text:
        text = re.sub(_ESCAPES, "", text)
    if "\r" in text:
        text = _without_overwritten(text)
    text = re.sub(_CONTROLS, "", text)
    lines = text.split("\n")
    if max(map(len, lines)) > LONGEST_LINE:
        lines = [line if len(line) <= LONGEST_LINE else _shortened(line) for line in lines]
    return "\n".join(_without_stamps(lines))


def _without_overwritten(text: str) -> str:
    text = re.sub(r"\r+\n", "\n", text)
    if "\r" not in text:
        return text
    return "\n".join(_last_written(line) if "\r" in line else line for line in text.split("\n"))


def _last_written(line: str) -> str:
    """What stands in the line in the end; an empty overwrite erases nothing."""
    return next((part for part in reversed(line.split("\r")) if part.strip()), "")


def _shortened(line: str) -> str:
    kept = LONGEST_LINE - 40
    return f"{line[: kept * 3 // 4]} … {len(line) - kept} characters … {line[-(kept // 4) :]}"


def _without_stamps(lines: list[str]) -> list[str]:
    """Without time stamps, if most lines have one (a single one may be the program's own)."""
    first = [line for line in lines[:200] if line]
    stamp = re.compile(_STAMPS)
    if not first or sum(bool(stamp.match(line)) for line in first) <= len(first) * _STAMPED_SHARE:
        return lines
    annotation = re.compile(_ANNOTATION)
    return [annotation.sub("", stamp.sub("", line)) for line in lines]
