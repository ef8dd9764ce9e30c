"""rustc's messages as JSON, and the suggestions in them that may be tried.

The format: https://doc.rust-lang.org/rustc/json.html and, around it, cargo's
https://doc.rust-lang.org/cargo/reference/external-tools.html#json-messages.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from prunella.domain import Diagnostic, Severity
from prunella.toolchain.slip import is_slip
from prunella.toolchain.tree import NEAR, TOOL, Repair, Tree

MOST = 300
_NEVER = re.compile(
    r"todo!|unimplemented!|panic!|unwrap|expect\(|#!?\[|/\*|//|\bunsafe\b|\b_\b|\bas \w|<[A-Z_ ,]*>$|transmute|"
    r"Default::default|\.to_\w+\(|\.into\(|\.clone\(|\.as_\w+\(|\.map"
)
_ALLOWED = re.compile(
    r"(?i)similar(?:ly)? name|consider importing|similarly named|you might have meant|did you mean|"
    r"consider (?:mutably )?borrowing|consider dereferenc|perhaps you (?:meant|forgot)|use `self`|"
    r"a (?:field|method|function|variant|trait|struct|macro|constant|module|local variable).{0,40} exists|"
    r"(?:might|you) (?:be )?(?:missing|mean)|missing a? ?.?(?:import|semicolon|comma|bracket)|"
    r"consider (?:using|adding) (?:a semicolon|the crate)|add (?:a )?`?[;:,&)\]}.]|use `[.:]+`|"
    r"consider (?:changing this to be mutable|making .{0,40} (?:public|mutable))|"
    r"escape `|write `|terminate"
)

_SELF = frozenset({"self", "Self", "crate", "super"})


class Told(NamedTuple):
    """One error of the compiler: its message as JSON, and its first place."""

    raw: dict[str, Any]
    file: str
    line: int
    column: int

    def diagnostic(self, folder: str, tree: Tree) -> Diagnostic:
        code = self.raw.get("code")
        name = str(code.get("code") or "") if isinstance(code, dict) else ""
        message = str(self.raw.get("message", ""))
        labels = [str(span["label"]) for span in _spans(self.raw) if span.get("is_primary") and span.get("label")]
        whole = "\n".join([message, *labels])[:2000]
        return Diagnostic(_place(self.file, folder, tree), self.line, self.column, Severity.ERROR, name, whole, "rustc")


def messages(text: str) -> list[Told]:
    """The errors, without repeats: a library is compiled for its tests again."""
    found: dict[tuple[str, int, int, str], Told] = {}
    for line in text.split("\n"):
        if not line.startswith('{"reason":"compiler-message"') or len(found) >= MOST:
            continue
        try:
            raw = json.loads(line).get("message")
        except (ValueError, RecursionError):
            continue
        if not isinstance(raw, dict) or not str(raw.get("level", "")).startswith("error"):
            continue
        spans = [span for span in _spans(raw) if span.get("is_primary")] or _spans(raw)
        if spans:
            span = spans[0]
            file, at, column = str(span.get("file_name")), _int(span, "line_start"), _int(span, "column_start")
            found.setdefault((file, at, column, str(raw.get("message"))), Told(raw, file, at, column))
    return list(found.values())


def offers(told: list[Told], folder: str, tree: Tree) -> Iterator[Repair]:
    """The suggestions that may be tried, each as a repair of its error."""
    for one in told[:60]:
        place = _place(one.file, folder, tree)
        children = one.raw.get("children")
        for child in [one.raw, *(children if isinstance(children, list) else [])]:
            for spans in _alternatives(child) if isinstance(child, dict) else ():
                trust = _trust(child, spans)
                files = _applied(spans, folder, tree) if trust else {}
                if files:
                    said = " ".join(str(child.get("message", "")).split())[:160]
                    yield Repair(trust, place, one.line, f"{said} (rustc)", files)


def _alternatives(child: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """The suggestions of one message: parts that belong together, or else choices for the same place."""
    spans = [span for span in _spans(child) if isinstance(span.get("suggested_replacement"), str)]
    starts = [(span.get("file_name"), _int(span, "byte_start")) for span in spans]
    if len(set(starts)) == len(starts):
        return [spans] if spans else []
    return [[span] for span in spans]


def _trust(child: dict[str, Any], spans: list[dict[str, Any]]) -> int:
    """How far a suggestion is believed; 0 = it is not tried at all."""
    for span in spans:
        new = str(span["suggested_replacement"])
        removed = _int(span, "byte_end") - _int(span, "byte_start")
        if _NEVER.search(new) or (not new.strip() and removed > 1):
            return 0
        was = _highlighted(span)
        if was.isidentifier() and new.isidentifier() and new not in _SELF and not is_slip(was, new):
            return 0
    sure = all(span.get("suggestion_applicability") == "MachineApplicable" for span in spans)
    maybe = all(span.get("suggestion_applicability") in {"MachineApplicable", "MaybeIncorrect"} for span in spans)
    if sure:
        return TOOL
    return NEAR if maybe and _ALLOWED.search(str(child.get("message", ""))) else 0


def _highlighted(span: dict[str, Any]) -> str:
    """The words of the source that a span covers; "" when they are on several lines."""
    lines = span.get("text")
    line = lines[0] if isinstance(lines, list) and len(lines) == 1 else None
    text = line.get("text") if isinstance(line, dict) else None
    if not isinstance(line, dict) or not isinstance(text, str):
        return ""
    return text[max(0, _int(line, "highlight_start") - 1) : max(0, _int(line, "highlight_end") - 1)]


def _applied(spans: list[dict[str, Any]], folder: str, tree: Tree) -> dict[str, bytes | None]:
    texts: dict[str, bytes] = {}
    for span in sorted(spans, key=lambda span: -_int(span, "byte_start")):
        path = _place(str(span.get("file_name")), folder, tree)
        content = texts.get(path, tree.read(path))
        start, end = _int(span, "byte_start"), _int(span, "byte_end")
        if content is None or not 0 <= start <= end <= len(content):
            return {}
        texts[path] = content[:start] + str(span["suggested_replacement"]).encode("utf-8", "replace") + content[end:]
    return dict(texts)


def _place(file: str, folder: str, tree: Tree) -> str:
    """The compiler's path as the repository has it."""
    joined = posixpath.normpath(posixpath.join(folder, file))
    if tree.read(joined) is not None:
        return joined
    ends = [path for path in tree.paths() if path.endswith(f"/{file}")]
    return ends[0] if len(ends) == 1 else joined


def _spans(raw: dict[str, Any]) -> list[dict[str, Any]]:
    spans = raw.get("spans")
    return [span for span in spans if isinstance(span, dict)] if isinstance(spans, list) else []


def _int(span: dict[str, Any], name: str) -> int:
    value = span.get(name)
    return value if isinstance(value, int) else 0
