"""Times, money, tokens and untrusted text as they are shown."""

from __future__ import annotations

import os
import re
from typing import TextIO

from prunella.conversation import Spent
from prunella.untrusted import visible

LINE_LENGTH = 300
"""Characters of an untrusted text on one line."""

_READ_AHEAD = 10


def one_line(text: str, length: int = LINE_LENGTH) -> str:
    """A text of unknown origin on one line of at most ``length`` characters. Control characters, escape sequences and
    marks that turn the reading direction round are shown as ``\\x1b``, and so do nothing to a terminal."""
    line = harmless(" ".join(text[: length * _READ_AHEAD].split()))
    return line if len(line) <= length else line[: length - 3].rstrip() + "..."


def harmless(line: str) -> str:
    """The line with everything that is not printable (tabs too) as its escape, and what has no shape written out."""
    if not line.isprintable():
        line = "".join(
            character if character.isprintable() else character.encode("unicode_escape").decode() for character in line
        )
    return visible(line)


_ACTIVE = re.compile(
    r"!\[|\]\(|<(?=!--|/?(?:a|audio|base|details|embed|form|iframe|img|input|link|meta|object|script|style|svg|video)\b)",
    re.IGNORECASE,
)


def in_markdown(line: str) -> str:
    """A harmless line that brings no picture, link, comment or active element into a Markdown text."""
    return _ACTIVE.sub(lambda sign: f"{sign[0][:-1]}\\{sign[0][-1]}", line)


def block(text: str, most_lines: int, width: int = 400) -> list[str]:
    """The lines of a text of unknown origin, each harmless and bounded; the last says how many were left out."""
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    if all(line.endswith("\r") for line in lines[:most_lines]):  # Else the endings differ, which should be seen.
        lines = [line.removesuffix("\r") for line in lines]
    shown = [_bounded(harmless(line[: width * 2].replace("\t", "    ")), width) for line in lines[:most_lines]]
    left_out = len(lines) - most_lines
    if left_out > 0:
        shown.append(f"... {count(left_out, 'more line')}")
    return shown


def count(number: int, word: str) -> str:
    """``1 file``, ``2 files``."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def seconds(duration_s: float) -> str:
    """``3.2 s``, ``2 min 05 s``, ``1 h 02 min``."""
    duration_s = max(duration_s, 0.0)
    if duration_s < 59.95:
        return f"{duration_s:.1f} s"
    minutes, rest = divmod(round(duration_s), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def clock(duration_s: float) -> str:
    """``0:42``, ``12:05``, ``1:02:05``: for what is still running."""
    minutes, rest = divmod(int(max(duration_s, 0.0)), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}" if minutes >= 60 else f"{minutes}:{rest:02d}"


def dollars(amount: float) -> str:
    """``$0.0042``, ``$1.20``: cents, or as many digits as a small amount needs to be seen."""
    if amount and abs(amount) < 0.00005:
        return "less than $0.0001"
    return f"${amount:.4f}" if abs(amount) < 0.1 and amount else f"${amount:.2f}"


def money(spent: Spent, *, cut_short: bool = False) -> str:
    """The cost as far as it is known. ``cut_short``: a request was broken off, so that its reservation is in it."""
    if spent.price_known and cut_short:
        return f"at most {dollars(spent.cost_usd)}: a request was cut short, its real bill is unknown"
    if spent.price_known:
        return dollars(spent.cost_usd)
    return f"at least {dollars(spent.cost_usd)} (a price is unknown)" if spent.cost_usd else "unknown (no price)"


def tokens(spent: Spent) -> str:
    """``12,345 tokens in (10,000 cached), 678 out``."""
    usage = spent.usage
    cached = f" ({usage.cached_tokens:,} cached)" if usage.cached_tokens else ""
    return f"{usage.input_tokens:,} tokens in{cached}, {usage.output_tokens:,} out"


def wrapped(text: str, first: int, rest: int) -> list[str]:
    """The text in lines of at most ``first`` (the first one) and ``rest`` characters. A word that is longer, or a
    command in backquotes, stays whole, so that it can be pasted."""
    lines: list[str] = []
    for word in _words(text):
        if lines and len(lines[-1]) + 1 + len(word) <= (first if len(lines) == 1 else rest):
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines or [""]


def _words(text: str) -> list[str]:
    words: list[str] = []
    is_open = False
    for word in text.split(" "):
        if is_open:
            words[-1] += f" {word}"
        else:
            words.append(word)
        is_open ^= word.count("`") % 2 == 1
    return words if not is_open else text.split(" ")


def columns(stream: TextIO, otherwise: int) -> int:
    """The width of the terminal that the stream is; ``otherwise`` when it is none."""
    try:
        return os.get_terminal_size(stream.fileno()).columns or otherwise
    except (OSError, ValueError):
        return otherwise


def _bounded(line: str, width: int) -> str:
    return line if len(line) <= width else line[: width - 3] + "..."
