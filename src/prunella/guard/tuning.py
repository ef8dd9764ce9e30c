"""What a breach means in the end: as its rule says, less where the very file is what is to be repaired, or as set."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from prunella.changes import Finding, Judgement, Tuning
from prunella.guard.kinds import kinds_of
from prunella.guard.view import Found

SOFTER = {Judgement.REJECT: Judgement.SUSPICIOUS, Judgement.SUSPICIOUS: Judgement.ALLOW}
STRICTEST = (Judgement.REJECT, Judgement.SUSPICIOUS, Judgement.ALLOW)
LISTS = {Judgement.REJECT: "reject", Judgement.SUSPICIOUS: "suspect", Judgement.ALLOW: "allow"}
"""The settings' names (``guard.reject``, …), the strictest first."""

NEVER = frozenset({"path"})
"""Rules that nothing switches off: names that lead out of the repository or into git's own folder."""


def settled(found: Found, named: Collection[str], tuning: Tuning) -> list[Finding]:
    """The findings with what they mean here. ``named``: files that an error names."""
    return [_settled(finding, named if softens else (), tuning) for finding, softens in found]


def set_to(rule: str, tuning: Tuning) -> Judgement | None:
    """What the breach of a rule was set to mean; None when nothing was set. The strictest setting counts."""
    if rule in NEVER:
        return None
    return next((judgement for judgement in STRICTEST if rule in getattr(tuning, LISTS[judgement])), None)


def _settled(finding: Finding, named: Collection[str], tuning: Tuning) -> Finding:
    wanted = set_to(finding.rule, tuning)
    if wanted is None:
        return _softened(finding) if finding.path in named else finding
    if wanted is finding.judgement:
        return finding
    reason = f"{finding.reason} (guard.{LISTS[wanted]} names this rule, so this is {wanted.value})"
    return replace(finding, judgement=wanted, reason=reason)


def _softened(finding: Finding) -> Finding:
    """One step less, for a test or a configuration that is what is to be repaired."""
    if finding.judgement not in SOFTER or not kinds_of(finding.path) & {"test", "config"}:
        return finding
    softer = SOFTER[finding.judgement]
    reason = f"{finding.reason} (an error names this file, so this is {softer.value}, not {finding.judgement.value})"
    return replace(finding, judgement=softer, reason=reason)
