"""Which program a shell command begins with, as far as that can be said without a shell."""

from __future__ import annotations

import shlex

ENDS = frozenset({"&&", "||", ";", "|", "&"})
SKIPPED = frozenset({"cd", "export", "set", "echo", "true", ":"})
"""The shell's own commands that say nothing of what follows them."""

OTHERS = frozenset(
    {*"!{(.[", "[[", "case", "command", "eval", "exec", "exit", "false", "for", "function", "if", "printf", "read"}
    | {"source", "test", "time", "trap", "type", "ulimit", "umask", "unset", "until", "wait", "while"}
)
"""Its other own words."""


def first_word(command: str) -> str:
    """The first program that the command starts; "" when it begins with something only a shell can judge."""
    words = shlex.shlex(command, posix=True, punctuation_chars=True)
    words.whitespace_split = True
    words.commenters = "#"
    skipping = False
    try:
        for word in words:
            if word in ENDS:
                skipping = False
            elif skipping or _assignment(word):
                continue
            elif word in SKIPPED:
                skipping = True
            elif word in OTHERS or "$" in word or "`" in word:
                return ""
            else:
                return word
    except ValueError:  # a quote that is not closed
        return ""
    return ""


def _assignment(word: str) -> bool:
    name, equals, _ = word.partition("=")
    return bool(equals) and name.isidentifier()
