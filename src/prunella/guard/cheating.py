"""Ways to make a check pass without a repair: tests that check less, errors swallowed, code that pretends."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from prunella.guard import code_gone, stubs, swallowed, weakened, weakened_cases, weakened_runs
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
    *LINE_INFOS,
    *swallowed.INFOS,
    *stubs.INFOS,
    *code_gone.INFOS,
)

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
            numbers = [number for number in new(rule, source.touch) if not _own_condition(tests, number)]
            hits = [(replace(finding, line=numbers[0]), softens) for finding, softens in hits if numbers]
        found += hits
    return found


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
    if block is None or block.name in names or names - set(tests.after.names):
        return False
    above = next((text for text in reversed(lines[max(0, number - 6) : number - 1]) if text.strip()), "")
    return bool(CONDITIONAL.search(line)) or (
        indent_of(above) < indent_of(line)
        and above.strip().startswith(("if ", "if(", "} else", "else", "except", "elif "))
    )


def _once(found: Found) -> Found:
    """Each rule once for a file's line."""
    return list({(finding.rule, finding.path, finding.line): (finding, softens) for finding, softens in found}.values())
