"""What a fix may plant for later: characters that nobody sees, and commands that run when somebody installs."""

from __future__ import annotations

import json

from prunella.changes import Finding, Judgement
from prunella.guard.kinds import kinds_of
from prunella.guard.touched import Touch
from prunella.guard.view import Found, RuleInfo, View
from prunella.untrusted import shown

INFOS = (
    RuleInfo(
        "hidden-text",
        "code",
        "A fix adds no characters that cannot be seen, or that turn the reading direction round.",
        example="role = 'admin\u202e'",
    ),
    RuleInfo(
        "install-script",
        "checks",
        "A fix adds no command that runs when the package is installed, packed or published.",
        example='"postinstall": "node setup.js"',
    ),
)

_WHEN = ("pre", "", "post")
LIFECYCLE = frozenset(
    ["dependencies"]
    + [f"{when}{step}" for step in ("install", "prepare", "publish", "pack", "version", "uninstall") for when in _WHEN]
    + ["prepublishOnly"]
)
"""Scripts that npm and its like run of their own accord: https://docs.npmjs.com/cli/using-npm/scripts."""

HARMLESS = frozenset("<\r\x0c")
"""Written out for other reasons than that they hide something: our own tags, line breaks, page breaks."""


CONTROLS = frozenset(map(chr, range(0x20)))
"""What a test may hold as data: it hides nothing, as no viewer leaves lines or parts of them out for it."""

BINARY_WITHIN = 50
"""Lines of a file of which one with a NUL makes it binary."""


def planted(view: View) -> Found:
    """A finding for each file that would hold more than is seen, and for each command that would run by itself."""
    found: Found = []
    for touch in view.touches:
        found += _hidden(touch)
        if touch.path.rpartition("/")[2] == "package.json":
            found += _scripts(touch)
    return found


def _hidden(touch: Touch) -> Found:
    """Characters that the file does not hold already, once a file."""
    if not kinds_of(touch.path) and any("\0" in line for line in (touch.after or ())[:BINARY_WITHIN]):
        return []  # nobody reads a binary file
    before: frozenset[str] | None = None
    harmless = HARMLESS | (CONTROLS if "test" in kinds_of(touch.path) else frozenset())
    for number, line in touch.added:
        if line.isascii() and line.isprintable():
            continue
        hidden = {line[part.start] for part in shown(line).parts} - harmless
        if number == 1:
            hidden.discard("\ufeff")  # a byte order mark
        if hidden and before is None:
            before = frozenset("\n".join(touch.before or ()))
        if hidden - (before or frozenset()):
            names = ", ".join(f"U+{ord(character):04X}" for character in sorted(hidden - (before or frozenset()))[:5])
            reason = f"it adds characters that cannot be seen ({names})"
            return [(Finding("hidden-text", touch.path, number, reason, Judgement.SUSPICIOUS), False)]
    return []


def _scripts(touch: Touch) -> Found:
    old, new = _lifecycle(touch.before), _lifecycle(touch.after)
    changed = sorted(name for name, command in new.items() if old.get(name) != command)
    reason = f"it makes {', '.join(changed)} run a command by itself"
    return [(Finding("install-script", touch.path, 0, reason, Judgement.SUSPICIOUS), False)] if changed else []


def _lifecycle(lines: tuple[str, ...] | None) -> dict[str, str]:
    try:
        scripts = json.loads("\n".join(lines or ())).get("scripts", {})
        return {name: str(scripts[name]) for name in LIFECYCLE.intersection(scripts)}
    except (ValueError, AttributeError, TypeError, RecursionError):
        return {}
