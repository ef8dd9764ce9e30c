"""When a step may stay: the errors strictly shrink, and none of those left is new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from prunella.diagnostics.fingerprint import fingerprint
from prunella.domain import Diagnostic, Severity


def errors_of(diagnostics: Iterable[Diagnostic]) -> Counter[str]:
    """The errors by fingerprint, with how often each occurs: lines may shift, places may not multiply."""
    return Counter(fingerprint(found) for found in diagnostics if found.severity is Severity.ERROR)


def shrinks(before: Counter[str], after: Counter[str]) -> bool:
    """Whether ``after`` is strictly less than ``before``: fewer in all, and no error more often than before."""
    return after.total() < before.total() and after <= before
