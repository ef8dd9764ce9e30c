"""What npm, pnpm, Yarn (1 and later) and Bun say when they cannot install, or do not know a script.

A script that ended with an error is none of theirs: what it ran has said why, see ``scripts``.
"""

from __future__ import annotations

import re

from prunella.diagnostics.limits import MOST_PARSED
from prunella.domain import Diagnostic, Severity

_NPM = re.compile(r"npm (?:error|ERR!)(?: (?P<words>.*))?$")
_TAGS = re.compile(r"(?:404|notarget|notsup|engine|ERESOLVE|JSON\.parse|enoent|syscall|network)(?: +|$)")
_NPM_ENDS = (
    "Fix the upstream", "For a full report", "A complete log", "Usage:", "Clean install a project", "In most cases",
    "Note that you can", "To see a list", "If you are behind", "Options:", "This is related to npm not being",
)  # fmt: skip
_NPM_SKIPS = ("errno ", "path ", "command ", "syscall ", "dest ", "A complete log", "code ", "Note: ", "Not Found - ")
_PNPM = re.compile(r"\s*\[?(?P<code>ERR_PNPM_\w+)\]?\s+(?P<words>\S.*)$")
_PNPM_ENDS = (
    "Progress", "Packages:", "For help", "ELIFECYCLE", "WARN", "This error happened", "hint:", "To fix", "Note that",
    "If you need", "No authorization", "This is happening", "> ",
)  # fmt: skip
_YARN = re.compile(r"error (?P<words>\S.*)$")
_BERRY = re.compile(r"➤ (?P<code>YN[0-9]{4}): (?:[│└┌] )*(?P<words>\S.*)$")
_BERRY_ERRORS = frozenset(
    {"YN0001", "YN0009", "YN0010", "YN0016", "YN0018", "YN0020", "YN0028", "YN0031", "YN0035", "YN0036", "YN0041"}
    | {"YN0046", "YN0066", "YN0071", "YN0078", "YN0080", "YN0081", "YN0082", "YN0083"}
)
"""Yarn prints every severity alike without colours; these codes are errors
(https://yarnpkg.com/advanced/error-codes)."""
_USAGE = re.compile(r"Usage Error: (?P<words>\S.*)$")
_BUN = re.compile(r"error: (?P<words>\S.*)$")
_SCRIPTS = ("Command failed", "command failed", "Lifecycle script", "Exit status ", "Failed at the ")
_JSON_FILE = re.compile(r"(?P<file>(?:\S*/)?package\.json)")
_MOST_WORDS = 20


def parse(text: str) -> tuple[Diagnostic, ...]:
    """One error per problem; the code is the tool's own (``ERESOLVE``, ``ERR_PNPM_…``, ``YN0035``)."""
    lines = text.split("\n")
    yarn = "yarn install v1" in text or "yarn run v1" in text or "info Visit " in text
    bun = "bun install v" in text or "bun add v" in text
    found: list[Diagnostic] = []
    number = 0
    while number < len(lines) and len(found) < MOST_PARSED:
        line = lines[number]
        new, end = None, number + 1
        if line.startswith(("npm e", "npm E")):
            new, end = _npm(lines, number)
        elif "ERR_PNPM_" in line[:12]:
            new, end = _pnpm(lines, number)
        elif line.startswith("➤ YN"):
            new = _berry(line, number)
        elif line.startswith("Usage Error: "):
            new = _single(_USAGE.match(line), "usage", "yarn", number)
        elif line.startswith("error ") and yarn and not line.startswith(("error Command failed", "error Found ")):
            new = _single(_YARN.match(line), "", "yarn", number)
        elif line.startswith("error: ") and bun:
            new = _single(_BUN.match(line), "", "bun", number)
        found += [new] if new else []
        number = max(end, number + 1)
    return tuple(found)


def _npm(lines: list[str], start: int) -> tuple[Diagnostic | None, int]:
    """A run of npm's lines: the code, the words below it without npm's tags, and no advice or usage."""
    code, over = "", False
    words: list[str] = []
    if not _NPM.match(lines[start]):
        return None, start + 1
    end = start
    while end < len(lines):
        match = _NPM.match(lines[end])
        if not match or (code and (match["words"] or "").startswith("code ")):
            break
        said = (match["words"] or "").strip()
        end += 1
        if said.startswith("code "):
            code = said.removeprefix("code ").strip()
        while tag := _TAGS.match(said):
            said = said[tag.end() :].strip()
        over = over or said.startswith(_NPM_ENDS)
        if said and not over and not said.startswith(_NPM_SKIPS) and len(words) < _MOST_WORDS and said not in words:
            words.append(said)
    is_script = code.isdecimal() or code == "ELIFECYCLE" or not words or any(w.startswith(_SCRIPTS) for w in words)
    if is_script or (not code and not words[0].startswith(("Missing script", "missing script"))):
        return None, end
    file = _JSON_FILE.search(words[0]) if code == "EJSONPARSE" else None
    place = (file["file"] if file else "", 0, 0)
    message = "\n".join(words)
    new = Diagnostic(*place, Severity.ERROR, code, message, "npm", read_from=start + 1, read_to=end)
    return new, end


def _pnpm(lines: list[str], start: int) -> tuple[Diagnostic | None, int]:
    match = _PNPM.match(lines[start])
    if not match:
        return None, start + 1
    words, last = [match["words"].rstrip()], start
    if not match["code"].startswith("ERR_PNPM_RECURSIVE_") and match["code"] != "ERR_PNPM_NO_SCRIPT":
        for number, line in enumerate(lines[start + 1 : start + _MOST_WORDS], start + 1):
            if line.strip().startswith(_PNPM_ENDS):
                break
            if line.strip():
                words.append(line.rstrip())
                last = number
    elif any(words[0].endswith(end) for end in ("Exit status 1", "Exit status 2")):
        return None, start + 1
    message = "\n".join(words)
    return (
        Diagnostic("", 0, 0, Severity.ERROR, match["code"], message, "pnpm", read_from=start + 1, read_to=last + 1),
        last + 1,
    )


def _berry(line: str, number: int) -> Diagnostic | None:
    match = _BERRY.match(line)
    if not match or match["code"] not in _BERRY_ERRORS:
        return None
    return _single(match, match["code"], "yarn", number)


def _single(match: re.Match[str] | None, code: str, source: str, number: int) -> Diagnostic | None:
    if not match:
        return None
    words = match["words"].rstrip()
    return Diagnostic("", 0, 0, Severity.ERROR, code, words, source, read_from=number + 1, read_to=number + 1)
