"""Ways to make a check pass without a repair: tests that check less, errors swallowed, code that pretends."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise

from prunella.guard import (
    code_gone,
    stubs,
    swallowed,
    tests_only,
    weakened,
    weakened_cases,
    weakened_runs,
    weakened_ways,
)
from prunella.guard.code_lines import Source, indent_of, squeezed
from prunella.guard.lines import breaches, new
from prunella.guard.rules import INFOS as LINE_INFOS
from prunella.guard.rules import RULES
from prunella.guard.view import Found, RuleInfo, View
from prunella.guard.weakened_cases import Tests

INFOS: tuple[RuleInfo, ...] = (
    *weakened_cases.INFOS,
    *weakened.INFOS,
    *weakened_runs.INFOS,
    *tests_only.INFOS,
    *LINE_INFOS,
    *swallowed.INFOS,
    *stubs.INFOS,
    *code_gone.INFOS,
)

ASKED_FOR = re.compile(r"(?i)broken_?pipe|EPIPE|--?(?:help|version)\b|\b(?:help|version|usage)\(")
OF_TESTS = frozenset(info.name for info in INFOS if info.group == "tests")
CONDITIONAL = re.compile(r"skipif|skipIf|runIf|skipUnless|importorskip|\bif\b|\?|Assume")
"""A skip that depends on where the tests run."""


def cheating(view: View) -> Found:
    """What looks like a way around the checks."""
    sources = [Source(touch) for touch in view.touches]
    every = [Tests(source) for source in sources]
    tests = [one for one in every if one.source.is_test or one.source.language == "rust"]
    real = any(one.source.is_real and not one.only_cases for one in every)
    holding = [source for source in sources if source.is_test or source.language == "rust"]
    arrived = Counter(
        squeezed(line)
        for source in holding
        for _, line in source.added
        if "test" in source.kinds or source.language == "rust"
    )
    found: Found = []
    for one in every:
        found += _lines(one)
    found += weakened_cases.lost_tests(tests, arrived, adapted=real and not view.failing.known)
    found += weakened.weakened(tests, arrived, real=real, failing=view.failing)
    found += weakened_runs.runs(tests, view, real=real)
    found += weakened_ways.ways(tests)
    told = {finding.path for finding, _ in found if finding.rule in OF_TESTS}
    found += [one for one in tests_only.only_tests(view, tests, sources) if one[0].path not in told]
    for source in sources:
        found += swallowed.swallowed(source)
        found += stubs.stubs(source, view)
        found += code_gone.gone(source)
    found += code_gone.unraised(sources)
    return _once(found)


def _lines(tests: Tests) -> Found:
    """What single lines breach, but for a test that is new and looks itself whether it can run here."""
    found: Found = []
    source = tests.source
    for rule in RULES:
        hits = breaches((rule,), source.touch, source.kinds)
        if hits and rule.name == "test-skipped" and source.touch.before is not None:
            numbers = [
                number
                for number in new(rule, source.touch)
                if not (_own_condition(tests, number) or _stood(source, number))
            ]
            hits = [(replace(finding, line=numbers[0]), softens) for finding, softens in hits if numbers]
        if rule.name == "early-exit" and hits and not source.is_test and source.language:
            hits = [hit for hit in hits if not _asked_for(source, hit[0].line)]
        found += hits
    return found


def _stood(source: Source, number: int) -> bool:
    """Whether a line stood above the same line before: a diff may tell of an equal line elsewhere as the new one."""
    before, after = source.before, source.after
    if number >= len(after):
        return False
    pair = after[number - 1].strip(), after[number].strip()
    return bool(pair[1]) and any(
        line.strip() == pair[0] and below.strip() == pair[1] for line, below in pairwise(before)
    )


def _asked_for(source: Source, number: int) -> bool:
    """Whether a program ends so because its reader is gone, or because it was asked for its version or its help."""
    return any(ASKED_FOR.search(line) for line in source.after[max(0, number - 8) : number])


def _own_condition(tests: Tests, number: int) -> bool:
    lines = tests.source.after
    names = set(tests.before.names)
    block = tests.after.around(number)
    below = next(
        (tests.after.block(at) for at, head in enumerate(tests.after.numbers) if number < head <= number + 6), None
    )
    line = lines[number - 1]
    shown = (tests.source.touch.after or ())[number - 1]
    if shown.strip().startswith(("///", "//!")):
        return not any("```" in text for _, text in tests.source.touch.removed)
    if (block is None and below is not None and line.lstrip().startswith("@")) or (
        block is not None and number == block.end and below is not None
    ):
        block = below
    if line.lstrip().startswith("@") and _new_class(tests, number):
        return True
    if block is None or block.name in names or names - set(tests.after.names):
        return False
    above = next((text for text in reversed(lines[max(0, number - 6) : number - 1]) if text.strip()), "")
    return bool(CONDITIONAL.search(line)) or (
        indent_of(above) < indent_of(line)
        and above.strip().startswith(("if ", "if(", "} else", "else", "except", "elif "))
    )


def _new_class(tests: Tests, number: int) -> bool:
    """Whether a decorator stands above a class that was not there."""
    for text in tests.source.after[number : number + 6]:
        if text.startswith("class "):
            return text not in tests.source.before
        if not text.startswith("@"):
            return False
    return False


def _once(found: Found) -> Found:
    """Each rule once for a file's line."""
    return list({(finding.rule, finding.path, finding.line): (finding, softens) for finding, softens in found}.values())
