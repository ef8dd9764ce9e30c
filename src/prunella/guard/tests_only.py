"""A fix that changes nothing but tests, or beside its repair what the tests that were there ask for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from prunella.changes import Finding, Judgement
from prunella.guard.code_lines import LINE, Source
from prunella.guard.tests_read import (
    PROMPT,
    Altered,
    Read,
    altered,
    arrivals,
    documents,
    substantive,
)
from prunella.guard.view import Found, RuleInfo, View
from prunella.guard.weakened_cases import Tests, is_assertion

NAME = "tests-only"
INFOS = (
    RuleInfo(
        NAME,
        "tests",
        "A fix repairs what tests test; one that only alters tests leaves it as it was.",
        adapts=True,
        example="total = a() or 2",
    ),
)
ROW = re.compile(r"^[(\[{\"'`]|^[\w.\"'-]+\s*[:=]\s*[^=]|,$|^#?\[?(?:case|Arguments|arguments|pytest\.param)")
"""How lines begin or end that add a row to a table."""

ON_PURPOSE = re.compile(r"should_panic|xfail|expectedFailure|\bexpected\s*=\s*\w+\.class")
"""What makes a failure of a test its success."""

CALL = re.compile(r"^(?!self\.skip|t\.Skip)[\w.:!]+\(")
"""A call; where tests made it before, it is one more case."""

VALUE = re.compile(r"[\"'`]|\b\d|\b(?:true|false|True|False|None|null|nil|undefined)\b")


def repairs(sources: Sequence[Source], reads: dict[str, Read]) -> bool:
    """Whether the fix changes anything that tests may be about."""
    return any(_repairs(source, reads.get(source.path)) for source in sources)


def _repairs(source: Source, read: Read | None) -> bool:
    if not source.language:
        path, kinds = source.path, source.kinds
        return not (kinds & {"test", "snapshot", "lint", "yaml"} or documents(path) or "/." in f"/{path}")
    return source.is_real and not (read is not None and read.only_tests) and substantive(source)


def only_tests(view: View, files: Sequence[Tests], sources: Sequence[Source]) -> Found:
    """What a fix without any repair alters of the tests, one finding a file; and, where it is known what failed, what
    a fix with one makes existing tests expect."""
    reads = {tests.path: Read(tests.source) for tests in files}
    alone = not repairs(sources, reads)
    if not alone and not view.failing.known:
        return []
    arrived = arrivals(reads.values())
    found: Found = []
    for tests in files:
        read = reads[tests.path]
        if tests.source.touch.before is None or (tests.source.touch.after is None and not alone):
            continue
        if not tests.source.is_test and not read.only_tests and alone:
            continue
        if documents(tests.path):
            continue
        lines = altered(read, arrived)
        if alone:
            lines = lines or _put_in(tests, read)
        else:
            lines = [one for one in lines if is_assertion(one.text) or VALUE.search(one.text)]
        if lines:
            found.append((_said(lines[0], tests.path, view, alone=alone), False))
    if alone or view.failing.known:
        found += [(_said(one, path, view, alone=True), False) for path, one in _documented(sources)]
    return found


def _put_in(tests: Tests, read: Read) -> list[Altered]:
    """What is put into tests that were there without asserting anything: set up otherwise, left early, or made to fail
    on purpose."""
    were = set(tests.before.names)
    for hunk in tests.source.touch.hunks:
        added = read.added(hunk)
        asserts = any(is_assertion(one.text) and not ON_PURPOSE.search(one.text) for one in added)
        if hunk.removed or asserts:
            continue
        for one in added:
            if _held_by(tests, one.line) not in were or ROW.search(one.text):
                continue
            called = CALL.match(one.text)
            if called is None or not any(called[0] in line for line in tests.source.before):
                return [one]
    return []


def _held_by(tests: Tests, number: int) -> str:
    """The test that a line is in, or stands above as what is said of it; "" = none."""
    lines = tests.source.touch.after or ()
    text = lines[number - 1].strip()
    if text.startswith(("#[", "@", "[")):
        heads = tests.after.numbers
        below = next((at for at, head in enumerate(heads) if number < head <= number + 6), None)
        if below is not None and all(
            line.strip().startswith(("#[", "@", "[", "//", "#")) for line in lines[number : heads[below] - 1]
        ):
            return tests.after.block(below).name
    block = tests.after.around(number)
    return block.name if block is not None else ""


def _said(one: Altered, path: str, view: View, *, alone: bool) -> Finding:
    shown = one.text if len(one.text) <= 80 else f"{one.text[:80]}…"
    if not alone:
        reason = f"a test that was there does not ask for the same any more: {shown}"
        found = Finding("expectation-changed", path, one.line, reason, Judgement.SUSPICIOUS)
    else:
        reason = f"it alters tests and repairs nothing else: {shown}"
        found = Finding(NAME, path, one.line, reason, Judgement.SUSPICIOUS)
    if path in view.failing.unasserted:
        reason = f"{reason} (an error that is no assertion names this file, so this is allow, not suspicious)"
        return replace(found, judgement=Judgement.ALLOW, reason=reason)
    return found


def _documented(sources: Sequence[Source]) -> list[tuple[str, Altered]]:
    """What examples in documentation print by what it says, where that changes."""
    found: list[tuple[str, Altered]] = []
    for source in sources:
        if source.is_test or not (source.language == "python" or documents(source.path)):
            continue
        lines = source.touch.before or ()
        for number, text in source.touch.removed:
            if source.touch.after is not None and text.strip() and _printed(lines, number):
                found.append((source.path, Altered(number, text.strip()[:LINE])))
                break
    return found


def _printed(lines: Sequence[str], number: int) -> bool:
    """Whether a line of documentation is what the prompt above it prints."""
    for at in range(number - 1, max(0, number - 30), -1):
        text = lines[at - 1].strip()
        if not text or text.startswith(('"""', "'''", "```")):
            return False
        if text.startswith((">>> ", "... ")) and not PROMPT.match(lines[number - 1]):
            return True
    return False
