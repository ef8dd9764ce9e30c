"""That a script of package.json ended with an error: all that is left to say where nothing else did.

The registry asks only where no parser found an error, for what ran in the script knows more.
"""

from __future__ import annotations

import re

from prunella.domain import Diagnostic, Severity

_LINE = re.compile(
    r"npm (?:error|ERR!) (?:Lifecycle script .* failed with error:?|(?P<old>\S+@\S+ \S+: `.*`)|Exit status [0-9]+)$"
    r"|\s*(?:ERR_PNPM_RECURSIVE_RUN_FIRST_FAIL\s+\S.*|ELIFECYCLE\s+Command failed.*)$"
    r"|error Command failed with (?:exit code|signal) .*$|error: script \"?[\w:.-]+\"? (?:was terminated|exited) .*$"
    r"|npm (?:error|ERR!) command failed$"
)
_WORDS = ("npm ", "ELIFECYCLE", "ERR_PNPM_RECURSIVE", "error Command failed", "error: script ")
_MARK = re.compile(r"^npm (?:error|ERR!) ")
_SOURCES = (("npm", "npm"), ("error C", "yarn"), ("error:", "bun"))


def parse(text: str) -> tuple[Diagnostic, ...]:
    """At most one error: that of the innermost script, which is told first."""
    if not any(word in text for word in _WORDS):
        return ()
    for number, line in enumerate(text.split("\n"), 1):
        if any(word in line for word in _WORDS) and _LINE.match(line):
            words = _MARK.sub("", line).strip()
            source = next((name for start, name in _SOURCES if line.startswith(start)), "pnpm")
            code = "ELIFECYCLE" if source in {"npm", "pnpm"} else ""
            words = words.removeprefix("ELIFECYCLE").removeprefix("error ").strip()
            return (Diagnostic("", 0, 0, Severity.ERROR, code, words, source, read_from=number, read_to=number),)
    return ()
