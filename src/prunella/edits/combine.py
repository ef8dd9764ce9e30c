"""Two fixes, one on top of the other, as one."""

from __future__ import annotations

from prunella.changes import FileChange, Fix
from prunella.edits.diff import unified


def combine(first: Fix, then: Fix) -> Fix:
    """What both come to against the state before ``first``; ``then`` is against the state after it. What the second
    takes back is left out."""
    if not first.changes:
        return then
    together = {change.path: change for change in first.changes}
    for change in then.changes:
        earlier = together.get(change.path)
        before = earlier.before if earlier else change.before
        together[change.path] = FileChange(change.path, before, change.after, change.mode)
    changes = tuple(together[path] for path in sorted(together) if together[path].before != together[path].after)
    return Fix(changes, unified(changes))
