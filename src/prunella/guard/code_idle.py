"""Statements that do nothing about what happened: constants, defaults, what was there already, a line of log."""

from __future__ import annotations

import re

LOGGED = re.compile(
    r"(?:[\w.]*\b(?:console|logging|logger|log|LOG|LOGGER|Log|slog|tracing)\b(?:\(\))?[.:]+(?!Fatal|Panic)\w+"
    r"|fmt\.F?[pP]rint\w*|print(?:ln|f)?!?|eprint(?:ln)?!|(?:warn|debug|error|info|trace)!|System\.(?:out|err)\.print\w*"
    r"|fprintf|puts|perror|syslog|warnings\.warn|\w+\.printStackTrace|traceback\.print_\w+)\("
)
CONTROL = re.compile(
    r"^[}\s]*(?:if|elif|else|for|foreach|while|do|loop|switch|match|case|when|unless|try|except|catch|finally|with|defer"
    r"|raise|throw|panic|assert\w*|goto|await|import|from|use|def|fn|func|function|class|struct|enum|impl|type|interface"
    r"|public|private|protected|static|async|export|pub|yield|go|#\w*|@\w*)\b"
)
"""How statements begin that are more than a value."""

DECIDES = re.compile(r"\b(?:if|elif|for|foreach|while|loop|switch|match|when|unless|try|throw|raise)\b|\?\s")
LOOPS = re.compile(r"\b(?:for|foreach|while|loop)\b")
TEXTS = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`")
CALLED = re.compile(r"(new\s+)?([\w.:]*\w)\s*(?:<[\w<>, ]{0,40}>)?!?\(")
MAKES_NOTHING = re.compile(
    r"Ok|Some|Just|Err|list|dict|set|tuple|frozenset|int|str|float|bool|len|make|string|String|Array|"
    r"Map|Set|Object|valueOf|resolve|of|empty|ofNullable|create|vec|into|to_string|to_owned|clone|"
    r"toString|from|Duration|size|default|new|emptyList|emptyMap|emptySet|super|sizeof|drop|is_empty|"
    r"isEmpty|unwrap_or_default|return|first|front|del"
)
"""What is called to have a value of nothing, or the same value again."""

NO_CALL = re.compile(r"if|for|while|switch|return|catch|match|foreach|elif|not|in|and|or")
WORKS = re.compile(r"\w\s+(?:[-+*/%^]|<<|>>)\s+\w|[-+*/|&]=|\+\+|--\w|\w--|\bawait\b|\?[.;)]|\?$")


def is_idle(statement: str) -> bool:
    """Whether a statement's line, stripped, does nothing but log, set or return what is there."""
    text = statement[:300]
    if not has_code(text) or LOGGED.match(text) or text in {"pass", "...", "recover()", "end"}:
        return True
    if CONTROL.match(text):
        return False
    text = TEXTS.sub("_", text)
    return not WORKS.search(text) and all(new or _is_empty(name) for new, name in CALLED.findall(text))


def work(line: str) -> int:
    """How much is done in a line, stripped: decisions, loops and calls that are more than making a value."""
    if LOGGED.match(line):
        return 0
    text = TEXTS.sub("_", line[:300])
    calls = sum(not new and not _is_empty(name) for new, name in CALLED.findall(text))
    return calls + len(DECIDES.findall(text)) + len(LOOPS.findall(text))


def weight(line: str) -> int:
    """The same with what is computed."""
    return work(line) + bool(WORKS.search(TEXTS.sub("_", line[:300])))


def _is_empty(name: str) -> bool:
    last = name.replace("::", ".").rpartition(".")[2]
    return bool(MAKES_NOTHING.fullmatch(last) or NO_CALL.fullmatch(name))


def has_code(statement: str) -> bool:
    """Whether a line is more than brackets."""
    return bool(statement.strip(" \t{}();,[]"))
